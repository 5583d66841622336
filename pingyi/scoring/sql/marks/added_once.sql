-- added_once: the rows of working with the children of a node of several cycles that are scored once: they are added when
-- its cycles are combined; where they are missing, as the plan says.
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
    from in_play
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
),

once as (
    select
        draw,
        component,
        unit,
        any_value(missing) as missing,
        count(exact) = count(*) as nothing_missing,
        if(count(used) = count(*), sum(used)::hugeint, null) as exact,
    from expected
    group by draw, component, unit
)

select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    if(once.component is null, working.exact, working.exact + once.exact) as exact,
    case
        when once.component is null or once.nothing_missing or working.exact is null then working.flag
        when once.exact is not null or once.missing = 'not_ranked' then joined_flags([working.flag, once.missing])
        else working.flag
    end as flag,
    working.held,
from working
left join once
    on
        working.draw = once.draw
        and working.component = once.component
        and working.unit = once.unit
        and working.cycle = ''
