-- steps: the marks of the highest lower bound that the value reaches (bounds included); a bound of null stands for all
-- below the others; null below the lowest.
select
    unnest(inputs.conversion),
    arg_max(atoms(bounds.marks), coalesce(bounds.bound, -1000000000)) as after,
from conversion_inputs as inputs
left join plan_convert_steps as bounds
    on
        inputs.component = bounds.component
        and inputs.phase = bounds.phase
        and inputs.step = bounds.step
        and inputs.before is not null
        and coalesce(compared_number(bounds.bound) <= compared(inputs.before), true)
where inputs.kind = 'steps'
group by inputs.conversion
