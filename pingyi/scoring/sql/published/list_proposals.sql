-- list_proposals: one row for each decided list and unit that the facts would put on it today.
select
    proposals.list,
    proposals.place,
    proposals.unit,
    proposals.total,
    proposals.grp as "group",
    proposals.direct,
    roster.name,
from list_proposals as proposals
inner join roster using (unit)
order by all
