-- One row for each kind and day of ratings of the store, with how many there are.
select
    method,
    unit,
    channel,
    "group",
    item,
    rated_on::date as day,
    count(*) as len,
from stored
group by all
