-- steps: the marks of the highest lower bound that the value reaches (bounds included); null below the lowest.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    arg_max(atoms(steps.marks), steps.bound) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'steps'
left join plan_convert_steps as steps
    on
        working.component = steps.component
        and steps.phase = $phase
        and steps.step = $step
        and atoms(steps.bound) <= working.exact
group by working.draw, working.component, working.unit, working.cycle
