-- notices inherited: one row for each unit and earlier year's list entry that is its own because a predecessor of another
-- code was listed. found: the year, and who was listed.
select distinct
    'notice' as severity,
    'inherited' as kind,
    entries.list as "where",
    entries.unit,
    entries.year || ' 年以前身 ' || entries.former || ' 的名义列入' as found,
    lists.clause,
    '按名录的“前身”“并入”计入往年名单；请核对接替关系' as wanted,
from earlier_entries as entries
inner join roster on entries.unit = roster.unit
left join plan_lists as lists on entries.list = lists.list
where entries.former is not null
