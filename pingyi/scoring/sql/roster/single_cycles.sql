-- single_cycles: one row for each component of a single cycle: that cycle. What names no cycle and has no date belongs to it.
select
    component,
    any_value(cycle) as cycle,
from plan_cycles
group by component
having count(*) = 1
