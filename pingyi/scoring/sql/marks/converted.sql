-- converted: the rows of working after one step of conversions; rows that the step does not concern stay as they are.
-- What a veto holds down stays at zero or below. A value below the lowest step has no marks, and says so.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    case
        when step.component is null then working.exact
        when step.exact is null then null
        when working.held is not null then least(step.exact, 0)
        else step.exact
    end as exact,
    if(
        $kind = 'steps' and step.component is not null and step.exact is null and working.exact is not null,
        joined_flags([working.flag, 'below_steps']),
        working.flag
    ) as flag,
    working.held,
from working
left join step
    on
        working.draw = step.draw
        and working.component = step.component
        and working.unit = step.unit
        and working.cycle = step.cycle
