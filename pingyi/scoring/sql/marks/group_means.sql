-- group_means: one row for each draw, node that fills in means, child, cycle (empty: the year) and category:
-- exact (atoms): the mean of the child's marks over the units that the node is evaluated for and that have them.
with children as (
    select
        nodes.component,
        kids.component as child,
        kids.joins = 'cycle' as by_cycle,
    from turn_components as nodes
    inner join plan_components as kids on nodes.component = kids.parent and kids.joins <> 'outside'
    where nodes.missing = 'mean_of_group'
),

found as (
    select draw, component, unit, '' as cycle, false as by_cycle, exact
    from component_marks
    union all
    select draw, component, unit, cycle, true as by_cycle, exact
    from part_marks
)

select
    found.draw,
    children.component,
    children.child,
    found.cycle,
    coalesce(in_play.category, '') as category,
    over(sum(found.exact)::hugeint, count(found.exact)) as exact,
from turn_units as in_play
inner join children on in_play.component = children.component
inner join found
    on children.child = found.component and in_play.unit = found.unit and children.by_cycle = found.by_cycle
where found.exact is not null
group by found.draw, children.component, children.child, found.cycle, coalesce(in_play.category, '')
