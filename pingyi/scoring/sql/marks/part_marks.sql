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
    marks.draw,
    marks.component,
    marks.unit,
    marks.cycle,
    case
        when unmeasured.unit is null then marks.exact
        when not here.summed then atoms(unmeasured.marks)
        when here.full_marks is not null then if(unmeasured.marks is null, null, atoms(here.full_marks))
        else part_of(atoms(unmeasured.marks), here.cycles, whole.cycles)
    end as exact,
    marks.flag,
from year_marks as marks
inner join fulls as here on marks.component = here.component and marks.cycle = here.part
inner join fulls as whole on marks.component = whole.component and whole.part = ''
left join unmeasured on marks.component = unmeasured.component and marks.unit = unmeasured.unit
where marks.cycle <> ''
