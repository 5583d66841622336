-- unranked: one row for each standing and unit that it does not rank, and why.
select
    unranked.unit,
    unranked.standing,
    unranked.reason,
    roster.name,
from unranked
inner join roster using (unit)
order by all
