-- vetoed: one row for each leaf, component and unit that a veto of an event of the leaf keeps out of every ranking: the
-- leaf itself and every node above it. An entry that another of its deed outweighs keeps its veto.
-- turn: of the leaf; lists that are drawn up before do not know of it.
select distinct
    points.component as leaf,
    ancestors.ancestor as component,
    points.unit,
    leaves.turn,
from event_points as points
inner join turn_components as leaves on points.component = leaves.component
inner join plan_ancestors as ancestors on points.component = ancestors.component
where
    points.veto = 'not_ranked'
    and (points.not_counted is null or points.not_counted = 'same_deed')
