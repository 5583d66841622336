-- mean: the mean of the cycles that count.
select
    draw,
    component,
    unit,
    part,
    over(sum(used)::hugeint, nullif(count(used), 0)) as exact,
from cycles_to_combine
where over_cycles = 'mean'
group by draw, component, unit, part
