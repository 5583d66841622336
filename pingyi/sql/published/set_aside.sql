-- set_aside: one row for each component and reason: ratings (条) handed in that do not count.
select component, reason, ratings::bigint as ratings
from set_aside
order by all
