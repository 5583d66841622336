-- list_entries: one row for each unit on a list.
select
    entries.list,
    entries.place,
    entries.unit,
    entries.total,
    entries.grp as "group",
    entries.direct,
    entries.decided_by,
    roster.name,
    roster.organ,
from list_entries as entries
inner join roster using (unit)
where entries.draw = 0
order by all
