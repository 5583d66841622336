-- component_marks: one row for each component and unit: marks (分), of how many, and what was done about missing facts.
select
    marks.unit,
    marks.component,
    marks.marks,
    marks.full_marks,
    marks.flag,
    roster.name,
    components.name as component_name,
    components.clause,
from component_marks as marks
inner join roster using (unit)
inner join plan_components as components using (component)
where marks.draw = 0
order by all
