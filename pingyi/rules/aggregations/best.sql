-- best: the best cycle.
select
    draw,
    component,
    unit,
    part,
    max(used) as exact,
from cycles_to_combine
where over_cycles = 'best'
group by draw, component, unit, part
