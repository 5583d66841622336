-- One row: the first and the last day of the turns that added ratings (`touched`) fall in: what was rated on other days
-- counts as it did. Nulls where no person can have rated twice.
with rated as (
    select distinct
        turn_days.component,
        turn_days.turn,
    from touched
    inner join turn_days on touched.method = turn_days.component and touched.rated_on::date = turn_days.day
    where touched.respondent_high is not null
)

select
    min(turn_days.day) as first,
    max(turn_days.day) as last,
from turn_days
semi join rated on turn_days.component = rated.component and turn_days.turn = rated.turn
