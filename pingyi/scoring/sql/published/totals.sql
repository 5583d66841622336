-- totals: one row for each standing and unit ranked: total (分), place in its group, place over all groups.
select
    totals.unit,
    totals.standing,
    totals.total,
    totals.place,
    totals.grp as "group",
    totals.overall,
    totals.decided_by,
    roster.name,
from totals
inner join roster using (unit)
where totals.draw = 0
order by all
