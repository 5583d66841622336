-- times: value × a number.
select
    draw,
    component,
    unit,
    cycle,
    phase,
    step,
    kind,
    held,
    before,
    times(before, times_factor) as after,
from conversion_inputs
where kind = 'times'
