-- weights: the marks of the cycles, each by its weight, added.
select
    draw,
    component,
    unit,
    part,
    sum(times(used, cycle_weight))::hugeint as exact,
from cycles_to_combine
where over_cycles = 'weights'
group by draw, component, unit, part
