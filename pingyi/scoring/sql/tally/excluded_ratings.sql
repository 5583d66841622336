-- excluded_ratings: one row for each component, unit and reason: how many ratings were handed in and do not count.
select
    component::varchar as component,
    unit::varchar as unit,
    reason,
    sum(times)::bigint as ratings,
from adjudicated_ratings
where reason is not null
group by component, unit, reason
