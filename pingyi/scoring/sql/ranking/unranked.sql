-- unranked: one row for each standing and unit for which the standing's component exists and that the count does not rank,
-- and why: what the unit's marks say of themselves where there are none (a veto, missing facts …), or too few votes.
select
    marks.unit,
    standings.standing,
    if(marks.exact is null, marks.flag, 'few_votes') as reason,
from component_marks as marks
inner join turn_standings as standings on marks.component = standings.component
anti join totals on totals.draw = 0 and standings.standing = totals.standing and marks.unit = totals.unit
where marks.draw = 0
