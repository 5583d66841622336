-- combined: one row for each draw, component, unit and part: marks of the cycles put together (atoms; cycles_together),
-- for the year (empty), and for each cycle of the node above that looks at the component by cycle; with the children of a
-- node of several cycles that are scored once (once_marks). What conversions make of it stands in `converted`.
-- Cycles that are not due yet (or whose children all are not) are left out. A sum (weighed or not) needs every other one;
-- mean, best and last do with those that have none as the plan says. A cycle that is not ranked for want of a child has
-- the whole not ranked. flag: not_due alone where nothing is due so far; otherwise of the count alone, draws need none.
with put_together as (
    select
        draw,
        component,
        unit,
        part,
        count(exact) as found,
        count(*) filter (where due) as due,
        coalesce(bool_or(due and exact is null and flag = 'not_ranked'), false) as not_ranked,
        count(*) as cycles,
        list(flag order by flag) filter (where draw = 0 and due and flag is not null) as flags,
        if(bool_or(held = 'year'), 'year', null) as held,
        any_value(cycle_missing) as cycle_missing,
        any_value(needs_all_cycles) as needs_all,
    from cycles_to_combine
    group by draw, component, unit, part
),

judged as (
    select
        draw,
        component,
        unit,
        part as cycle,
        case
            when found = 0 or not_ranked then null
            when found < due and (needs_all or cycle_missing = 'not_scored') then null
            else together.exact
        end as exact,
        if(
            due = 0,
            'not_due',
            joined_flags(list_concat(coalesce(flags, []), [
                if(found between 1 and due - 1 and not not_ranked, 'cycle_missing', null),
                if(due < cycles, 'not_due', null),
                if(found = 0 and flags is null, 'missing', null)
            ]))
        ) as flag,
        held,
    from put_together
    left join cycles_together as together using (draw, component, unit, part)
)

select
    judged.draw,
    judged.component,
    judged.unit,
    judged.cycle,
    if(once.component is null, judged.exact, judged.exact + once.exact) as exact,
    case
        when once.component is null or once.nothing_missing or judged.exact is null then judged.flag
        when once.exact is not null or once.missing = 'not_ranked' then joined_flags([judged.flag, once.missing])
        when judged.flag = 'not_due' then joined_flags([judged.flag, 'missing'])  -- something of it was due
        else judged.flag
    end as flag,
    judged.held,
from judged
left join once_marks as once
    on
        judged.draw = once.draw
        and judged.component = once.component
        and judged.unit = once.unit
        and judged.cycle = ''
