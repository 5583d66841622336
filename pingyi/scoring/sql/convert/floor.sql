-- floor: at least a.
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
    if(before is null, null, greatest(before, atoms(a))) as after,
from conversion_inputs
where kind = 'floor'
