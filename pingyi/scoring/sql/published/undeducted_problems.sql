-- undeducted_problems: one row for each problem that should have cost marks and did not.
select
    problems.problem,
    problems.unit,
    problems.status,
    problems.component,
    problems.item,
    problems.events,
    problems.text,
    roster.name,
    components.name as component_name,
    components.clause,
from undeducted_problems as problems
inner join roster using (unit)
inner join plan_components as components using (component)
order by all
