-- times: value × a.
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
    times(before, a) as after,
from conversion_inputs
where kind = 'times'
