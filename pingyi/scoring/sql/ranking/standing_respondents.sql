-- standing_respondents: one row for each draw, standing that asks for so many, and unit: how many respondents were counted
-- in the standing's component and below, in all cycles. Draws keep what was counted.
with counted as (
    select
        below.standing,
        respondents.unit,
        sum(respondents.respondents)::bigint as respondents,
    from respondents
    inner join turn_standing_parts as below using (component)
    semi join component_marks as marks on respondents.component = marks.component and respondents.unit = marks.unit
    where below.min_votes > 0
    group by below.standing, respondents.unit
)

select
    draws.draw,
    counted.standing,
    counted.unit,
    counted.respondents,
from counted
cross join draws
