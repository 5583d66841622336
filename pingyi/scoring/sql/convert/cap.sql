-- cap: at most a.
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
    if(before is null, null, least(before, atoms(a))) as after,
from conversion_inputs
where kind = 'cap'
