-- scale: value × to ÷ from.
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
    part_of(before, micro(scale_to), micro(scale_start)) as after,
from conversion_inputs
where kind = 'scale'
