-- standing_respondents: one row for each draw, standing and unit: how many respondents were counted in the standing's component and
-- below, in all cycles. Draws keep what was counted.
with recursive below as (
    select
        standing,
        component,
    from turn_standings
    where min_votes > 0
    union
    select
        below.standing,
        kids.component,
    from below
    inner join plan_components as kids on below.component = kids.parent
),

counted as (
    select
        below.standing,
        respondents.unit,
        sum(respondents.respondents)::bigint as respondents,
    from respondents
    inner join below using (component)
    semi join component_marks as marks on respondents.component = marks.component and respondents.unit = marks.unit
    group by below.standing, respondents.unit
)

select
    draws.draw,
    counted.standing,
    counted.unit,
    counted.respondents,
from counted
cross join draws
