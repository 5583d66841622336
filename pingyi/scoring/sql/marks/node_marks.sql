-- node_marks: one row for each draw, inner node unit in play and cycle (empty: evaluated once).
-- exact (atoms): the children inside the full marks added, or their shares of full marks weighed; missing children as the
-- plan says. A child that does not exist for the unit is absent, not missing; a unit without any child has nothing. What is added later (scored once, outside)
-- is not looked at here. flag: what was done about missing children, or why there are no marks.
with children as (
    select
        nodes.component,
        nodes.missing,
        nodes.weighs,
        kids.component as child,
        kids.joins,
    from turn_components as nodes
    inner join plan_components as kids on nodes.component = kids.parent and kids.joins <> 'outside'
),

expected as (
    select
        marks.draw,
        children.component,
        in_play.unit,
        cycles.cycle,
        coalesce(in_play.category, '') as category,
        in_play.full_marks,
        children.missing,
        children.weighs,
        children.child,
        children.joins = 'once' as later,
        if(children.joins = 'once', null, marks.full_marks) as child_full,
        if(children.joins = 'once', null, micro(scope.weight)) as weight,
        case children.joins
            when 'year' then marks.exact
            when 'cycle' then parts.exact
        end as exact,
        if(children.joins = 'cycle', parts.flag, marks.flag) as flag,
    from turn_units as in_play
    inner join children on in_play.component = children.component
    inner join plan_cycle_parts as cycles on in_play.component = cycles.component and cycles.part = ''
    inner join component_marks as marks on children.child = marks.component and in_play.unit = marks.unit
    inner join scope on children.child = scope.component and in_play.unit = scope.unit
    left join part_marks as parts
        on
            children.child = parts.component
            and in_play.unit = parts.unit
            and marks.draw = parts.draw
            and cycles.cycle = parts.cycle
    where not in_play.imported
),

filled as (
    select
        expected.*,
        case
            when expected.later then null
            when expected.exact is not null then expected.exact
            when expected.missing = 'zero' then 0
            else means.exact
        end as used,
    from expected
    left join group_means as means
        on
            expected.draw = means.draw
            and expected.component = means.component
            and expected.child = means.child
            and expected.cycle = means.cycle
            and expected.category = means.category
),

shared as (
    select
        *,
        case
            when not weighs then null
            when full_marks is null or child_full is null then used
            else part_of(used, micro(full_marks), micro(child_full))
        end as share,
    from filled
),

added as (
    select
        draw,
        component,
        unit,
        cycle,
        any_value(missing) as missing,
        any_value(weighs) as weighs,
        count(*) filter (where later) as later,
        count(*) filter (where not later) as children,
        count(exact) as present,
        count(used) as used,
        count(*) filter (where not later and exact is null and flag = 'not_due') as not_due,
        sum(used)::hugeint as total,
        sum(micro(child_full))::hugeint as full_expected,
        sum(if(used is null, null, micro(child_full)))::hugeint as full_present,
        sum(share * weight)::hugeint
        // nullif(sum(if(missing = 'spread' and used is null, null, weight))::hugeint, 0) as weighed,
    from shared
    group by draw, component, unit, cycle
),

summed as (
    select
        *,
        case
            when children = 0 and later > 0 then 0
            when not_due = children then null
            when used < children and missing <> 'spread' then null
            when weighs then weighed
            when used = children then total
            else part_of(total, full_expected, nullif(full_present, 0))
        end as exact,
    from added
)

select
    draw,
    component,
    unit,
    cycle,
    exact,
    case
        when exact is null and not_due = children and children > 0 then 'not_due'
        when present = children then null
        when exact is not null or missing = 'not_ranked' then missing
    end as flag,
from summed
union all
select draws.draw, in_play.component, in_play.unit, cycles.cycle, null as exact, null as flag,
from turn_units as in_play
semi join children on in_play.component = children.component
inner join plan_cycle_parts as cycles on in_play.component = cycles.component and cycles.part = ''
cross join draws
anti join expected
    on
        in_play.component = expected.component
        and in_play.unit = expected.unit
        and draws.draw = expected.draw
        and cycles.cycle = expected.cycle
where not in_play.imported
