-- in_play: one row for each component and unit that it is evaluated for.
-- A component limited to lists is evaluated for the units that the count put on one of them: a ballot is held once.
with admitted as (
    select distinct
        limits.component,
        entries.unit,
    from plan_component_lists as limits
    inner join list_entries as entries on limits.list = entries.list and entries.draw = 0
)

select
    scope.component,
    scope.unit,
    scope.full_marks,
    scope.weight,
    scope.imported,
    scope.category,
from scope
semi join turn_components using (component)
left join admitted using (component, unit)
where not scope.limited or admitted.unit is not null
