-- node_marks: one row for each draw, inner node of this turn, unit in play and cycle (empty: evaluated once).
-- exact (atoms): children added or weighed; missing children as the plan says. flag: what was done about them.
with several_cycles as (
    select component
    from plan_cycles
    group by component
    having count(*) > 1
),

children as (
    select
        nodes.component,
        nodes.missing,
        nodes.weighs,
        kids.component as child,
        kids.outside,
        several_cycles.component is not null and nodes.per = kids.per as by_cycle,
    from plan_components as nodes
    inner join plan_components as kids on nodes.component = kids.parent
    left join several_cycles on nodes.component = several_cycles.component
    where list_contains($components, nodes.component)
),

values_of_children as (
    select draw, component, unit, '' as cycle, false as by_cycle, atoms(marks) as exact
    from component_marks
    union all
    select draw, component, unit, cycle, true as by_cycle, exact
    from cycle_marks
),

expected as (
    select
        draws.draw,
        children.component,
        in_play.unit,
        in_play.category,
        in_play.full_marks,
        children.missing,
        children.weighs,
        children.child,
        children.outside,
        scope.full_marks as child_full,
        coalesce(scope.weight, 1) as weight,
        cycles.cycle,
        found.exact,
    from in_play
    inner join children on in_play.component = children.component
    inner join scope on children.child = scope.component and in_play.unit = scope.unit
    inner join (
        select component, cycle, true as by_cycle
        from plan_cycles
        union all
        select component, '' as cycle, false as by_cycle
        from plan_components
    ) as cycles
        on children.component = cycles.component and children.by_cycle = cycles.by_cycle
    cross join draws
    left join values_of_children as found
        on
            draws.draw = found.draw
            and children.child = found.component
            and in_play.unit = found.unit
            and cycles.cycle = found.cycle
            and children.by_cycle = found.by_cycle
    where not in_play.imported
),

filled as (
    select
        *,
        case
            when exact is not null then exact
            when missing = 'zero' then 0
            when missing = 'mean_of_group'
                then over(
                    (sum(exact) over (partition by draw, child, cycle, category))::hugeint,
                    nullif(count(exact) over (partition by draw, child, cycle, category), 0)
                )
        end as used,
    from expected
),

added as (
    select
        draw,
        component,
        unit,
        cycle,
        any_value(missing) as missing,
        any_value(weighs) as weighs,
        count(*) = count(used) as whole,
        count(*) = count(exact) as nothing_missing,
        sum(used)::hugeint as total,
        sum(if(outside, null, used))::hugeint as total_inside,
        sum(if(outside, used, null))::hugeint as total_outside,
        sum(if(outside, null, micro(child_full)))::hugeint as full_expected,
        sum(if(outside or used is null, null, micro(child_full)))::hugeint as full_present,
        sum(used * micro(weight))::hugeint as weighed,
        sum(micro(weight))::hugeint as weight_expected,
        sum(if(used is null, null, micro(weight)))::hugeint as weight_present,
    from filled
    group by draw, component, unit, cycle
)

select
    draw,
    component,
    unit,
    cycle,
    case
        when whole and weighs then weighed // weight_expected
        when whole then total
        when missing = 'spread' and weighs then weighed // nullif(weight_present, 0)
        when missing = 'spread'
            then coalesce(total_outside, 0) + total_inside * full_expected // nullif(full_present, 0)
    end as exact,
    if(nothing_missing, null, missing) as flag,
from added
