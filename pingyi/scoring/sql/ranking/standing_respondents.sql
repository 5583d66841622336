-- standing_respondents: one row for each draw and unit: how many respondents were counted in the standing's component and
-- below, in all cycles. Draws keep what was counted.
with recursive below as (
    select component
    from plan_standings
    where standing = $standing
    union
    select kids.component
    from below
    inner join plan_components as kids on below.component = kids.parent
),

counted as (
    select
        unit,
        sum(respondents)::bigint as respondents,
    from respondents
    semi join below using (component)
    semi join component_marks as marks on respondents.component = marks.component and respondents.unit = marks.unit
    group by unit
)

select
    draws.draw,
    $standing as standing,
    counted.unit,
    counted.respondents,
from counted
cross join draws
