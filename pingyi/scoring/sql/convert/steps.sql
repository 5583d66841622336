-- steps: the marks of the highest lower bound that the value reaches (bounds included); a bound of null stands for all
-- below the others; null below the lowest.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    arg_max(atoms(steps.marks), coalesce(steps.bound, -1000000000)) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'steps'
left join plan_convert_steps as steps
    on
        working.component = steps.component
        and steps.phase = $phase
        and steps.step = $step
        and working.exact is not null
        and coalesce(compared(atoms(steps.bound)) <= compared(working.exact), true)
group by working.draw, working.component, working.unit, working.cycle
