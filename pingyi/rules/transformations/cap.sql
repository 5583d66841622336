-- cap: at most so much.
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
    if(before is null, null, least(before, atoms(cap_most))) as after,
from conversion_inputs
where kind = 'cap'
