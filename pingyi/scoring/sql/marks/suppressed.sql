-- suppressed: one row for each leaf, component and unit whose votes were not all told (`<5`, `*`): the leaf itself and
-- every node above it. The number is neither none nor missing, so nothing is computed in its place, and no rank is given.
select distinct
    counts.component as leaf,
    ancestors.ancestor as component,
    counts.unit,
from counts
semi join turn_components using (component)
inner join scope on counts.component = scope.component and counts.unit = scope.unit and not scope.imported
inner join plan_ancestors as ancestors on counts.component = ancestors.component
where counts.votes is null
