-- conversions: one row for each component, unit, cycle and step of conversion of the count: marks before and after.
select
    step.component,
    step.unit,
    step.cycle,
    converts.phase,
    converts.step,
    converts.kind,
    working.exact as before,
    step.exact as after,
from step
inner join working
    on
        step.draw = working.draw
        and step.component = working.component
        and step.unit = working.unit
        and step.cycle = working.cycle
inner join plan_converts as converts
    on step.component = converts.component and converts.phase = $phase and converts.step = $step
where step.draw = 0
