-- zh: 名单上的单位，都有不另设条件的各项结果（没有所属乡镇的，另有提示）
-- One row for each consequence without conditions or exceptions and unit on its list that has neither it nor a notice.
select
    rules.outcome as 规则,
    entries.unit as 单位,
from plan_outcomes as rules
inner join list_entries as entries on rules.list = entries.list and entries.draw = 0
anti join plan_conditions as conditions on conditions.owner_kind = 'outcome' and rules.outcome = conditions.owner
anti join plan_leave_out as exceptions on rules.outcome = exceptions.outcome
anti join outcomes as found on rules.outcome = found.outcome and entries.unit = found.unit
anti join notices as told on told.kind = 'no_township' and rules.list = told."where" and entries.unit = told.unit
order by all
