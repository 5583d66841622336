-- once_marks: one row for each draw, node of several cycles and unit in play that has children which are scored once:
-- their marks together (atoms), added when the node's cycles are combined; where they are missing, as the plan says.
with expected as (
    select
        marks.draw,
        in_play.component,
        in_play.unit,
        nodes.missing,
        marks.exact,
        case
            when marks.exact is not null then marks.exact
            when nodes.missing = 'zero' then 0
            else means.exact
        end as used,
    from turn_units as in_play
    inner join plan_components as nodes on in_play.component = nodes.component
    inner join plan_components as kids on nodes.component = kids.parent and kids.joins = 'once'
    inner join component_marks as marks on kids.component = marks.component and in_play.unit = marks.unit
    left join group_means as means
        on
            marks.draw = means.draw
            and in_play.component = means.component
            and kids.component = means.child
            and means.cycle = ''
            and coalesce(in_play.category, '') = means.category
)

select
    draw,
    component,
    unit,
    any_value(missing) as missing,
    count(exact) = count(*) as nothing_missing,
    if(count(used) = count(*), sum(used)::hugeint, null) as exact,
from expected
group by draw, component, unit
