-- in_play: one row for each component of this turn and unit that it is evaluated for.
-- A component limited to lists is evaluated for the units that the count put on them: a ballot is held once.
with allowed as (
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
    roster.category,
from scope
inner join plan_components as components
    on scope.component = components.component and list_contains($components, scope.component)
inner join roster on scope.unit = roster.unit
left join allowed on scope.component = allowed.component and scope.unit = allowed.unit
where not components.limited or allowed.unit is not null
