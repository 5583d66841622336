-- floor: at least so much.
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
    if(before is null, null, greatest(before, atoms(floor_least))) as after,
from conversion_inputs
where kind = 'floor'
