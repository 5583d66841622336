-- margins: one row for each list and unit that could have entered it by score: how far from the cut (分).
select
    margins.list,
    margins.unit,
    margins.grp as "group",
    margins.nth,
    margins.seats,
    margins.listed,
    margins.direct,
    margins.total,
    margins.margin,
    roster.name,
from margins
inner join roster using (unit)
order by all
