-- scale: value × to (b) ÷ from (a).
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
    part_of(before, micro(b), micro(a)) as after,
from conversion_inputs
where kind = 'scale'
