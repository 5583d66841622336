-- sum: the marks of the cycles added.
select
    draw,
    component,
    unit,
    part,
    sum(used)::hugeint as exact,
from cycles_to_combine
where over_cycles = 'sum'
group by draw, component, unit, part
