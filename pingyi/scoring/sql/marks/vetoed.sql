-- vetoed: one row for each component and unit that a veto of an event of this turn keeps out of every ranking: the leaf
-- of the event and every node above it. An entry that another of its deed outweighs keeps its veto.
select distinct
    ancestors.ancestor as component,
    points.unit,
from event_points as points
inner join plan_ancestors as ancestors on points.component = ancestors.component
where
    list_contains($components, points.component)
    and points.veto = 'not_ranked'
    and (points.not_counted is null or points.not_counted = 'same_deed')
