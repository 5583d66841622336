-- in_play: one row for each component of this turn and unit that it is evaluated for.
-- A component limited to lists is evaluated for the units that the count put on them: a ballot is held once.
select
    scope.component,
    scope.unit,
    scope.full_marks,
    scope.weight,
    scope.imported,
    scope.category,
from scope
left join admitted using (component, unit)
where list_contains($components, scope.component) and (not scope.limited or admitted.unit is not null)
