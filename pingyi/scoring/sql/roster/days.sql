-- days: one row for each component and day of its cycles: the cycle that the day belongs to.
select
    component::leaf_id as component,
    cycle,
    unnest(generate_series(starts::timestamp, ends::timestamp, interval 1 day))::date as day,
from plan_cycles
