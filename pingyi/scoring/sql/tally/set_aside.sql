-- set_aside: one row for each component and reason: how many ratings were handed in and do not count.
select
    component,
    reason,
    sum(ratings)::bigint as ratings,
from excluded_ratings
group by component, reason
