-- zh: 每项结果运用都对应名单上的单位
-- One row for each consequence without its entry, or without a subject.
select
    outcomes.outcome as 规则,
    outcomes.unit as 单位,
    outcomes.subject as 对象,
from outcomes
left join list_entries as entries
    on outcomes.list = entries.list and outcomes.unit = entries.unit and entries.draw = 0
where entries.unit is null or outcomes.subject is null
order by all
