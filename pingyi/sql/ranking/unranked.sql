-- unranked: one row for each unit for which the standing's component exists and that the count does not rank, and why.
select
    marks.unit,
    standings.standing,
    if(marks.marks is null, coalesce(marks.flag, 'missing'), 'few_votes') as reason,
from component_marks as marks
inner join plan_standings as standings on marks.component = standings.component and standings.standing = $standing
anti join (select unit from totals where draw = 0 and standing = $standing) as ranked on marks.unit = ranked.unit
where marks.draw = 0
