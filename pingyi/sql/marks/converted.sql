-- converted: the rows of working after one step of conversions; rows that the step does not concern stay as they are.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    if(step.component is null, working.exact, step.exact) as exact,
    working.flag,
from working
left join step
    on
        working.draw = step.draw
        and working.component = step.component
        and working.unit = step.unit
        and working.cycle = step.cycle
