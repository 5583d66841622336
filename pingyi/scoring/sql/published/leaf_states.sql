-- leaf_states: one row for each leaf and unit: full marks, marks, what is lost, what is still at risk.
select
    states.unit,
    states.component,
    states.full_marks,
    states.marks,
    states.lost,
    states.at_risk,
    states.unmeasured,
    roster.name,
    components.name as component_name,
    components.clause,
from leaf_states as states
inner join roster using (unit)
inner join plan_components as components using (component)
order by states.unit, components.position
