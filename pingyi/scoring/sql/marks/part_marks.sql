-- part_marks: one row for each draw, component of this turn, unit in play and cycle of the node above that looks at the
-- component by cycle: what the component gives in that cycle, after its conversions (atoms).
-- What is not measured so far and then has full marks has those of the cycle: the plan's own, or its part of a sum.
with fulls as (
    select
        parts.component,
        parts.part,
        any_value(components.over_cycles) = 'sum' as summed,
        sum(parts.full_marks) as full_marks,
        count(*) as cycles,
    from plan_cycle_parts as parts
    inner join plan_components as components on parts.component = components.component
    group by parts.component, parts.part
)

select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    case
        when unmeasured.unit is null then working.exact
        when not here.summed then atoms(unmeasured.marks)
        when here.full_marks is not null then if(unmeasured.marks is null, null, atoms(here.full_marks))
        else part_of(atoms(unmeasured.marks), here.cycles, whole.cycles)
    end as exact,
    working.flag,
from working
inner join fulls as here on working.component = here.component and working.cycle = here.part
inner join fulls as whole on working.component = whole.component and whole.part = ''
left join unmeasured on working.component = unmeasured.component and working.unit = unmeasured.unit
where working.cycle <> ''
