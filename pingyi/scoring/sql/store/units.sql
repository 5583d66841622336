-- Units of the store in their order, with the ratings of each: what its shares are made of.
select
    unit,
    count(*) as ratings,
from stored
group by unit
order by unit
