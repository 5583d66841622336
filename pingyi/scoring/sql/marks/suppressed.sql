-- suppressed: one row for each component and unit whose votes were not all told (`<5`, `*`): the leaf of this turn and
-- every node above it. The number is neither none nor missing, so nothing is computed in its place, and no rank is given.
select distinct
    ancestors.ancestor as component,
    counts.unit,
from counts
inner join scope on counts.component = scope.component and counts.unit = scope.unit and not scope.imported
inner join plan_ancestors as ancestors on counts.component = ancestors.component
where
    list_contains($components, counts.component)
    and counts.votes is null
