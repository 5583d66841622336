-- part_marks: one row for each draw, component, unit in play and cycle of the node above that looks at the component by
-- cycle: what the component gives in that cycle, after its conversions (atoms).
-- What is not measured so far and then has full marks has those of the cycle: the plan's own, or its part of a sum.
with fulls as (
    select
        parts.component,
        parts.part,
        bool_or(components.cycles_add_up) as summed,
        sum(parts.full_marks) as full_marks,
        count(*) as cycles,
    from plan_cycle_parts as parts
    inner join plan_components as components on parts.component = components.component
    group by parts.component, parts.part
)

select
    combined.draw,
    combined.component,
    combined.unit,
    combined.cycle,
    case
        when unmeasured.unit is null then if(converted.component is null, combined.exact, converted.exact)
        when not here.summed then atoms(unmeasured.marks)
        when here.full_marks is not null then if(unmeasured.marks is null, null, atoms(here.full_marks))
        else part_of(atoms(unmeasured.marks), here.cycles, whole.cycles)
    end as exact,
    if(converted.below_steps, joined_flags([combined.flag, 'below_steps']), combined.flag) as flag,
from combined
semi join turn_components using (component)
inner join fulls as here on combined.component = here.component and combined.cycle = here.part
inner join fulls as whole on combined.component = whole.component and whole.part = ''
left join converted
    on
        converted.phase = 'year'
        and combined.draw = converted.draw
        and combined.component = converted.component
        and combined.unit = converted.unit
        and combined.cycle = converted.cycle
left join unmeasured on combined.component = unmeasured.component and combined.unit = unmeasured.unit
where combined.cycle <> ''
