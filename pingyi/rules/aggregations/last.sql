-- last: the last cycle that counts.
select
    draw,
    component,
    unit,
    part,
    arg_max(used, position) as exact,
from cycles_to_combine
where over_cycles = 'last'
group by draw, component, unit, part
