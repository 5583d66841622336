-- Ratings of earlier parts (`stored`) by persons who rated the same unit again in added ones (`touched`), in the same
-- turn. Those of others count as they did.
with again as (
    select distinct
        touched.method,
        touched.unit,
        touched.respondent_high,
        touched.respondent_low,
        turn_days.turn,
    from touched
    inner join turn_days on touched.method = turn_days.component and touched.rated_on::date = turn_days.day
    where touched.respondent_high is not null
)

select
    stored.* exclude (file_index, file_row_number),
    false as added,
from stored
inner join turn_days on stored.method = turn_days.component and stored.rated_on::date = turn_days.day
semi join again
    on
        stored.method = again.method
        and stored.unit = again.unit
        and stored.respondent_high = again.respondent_high
        and stored.respondent_low = again.respondent_low
        and turn_days.turn = again.turn
