-- zh: 被一票否决的单位不在任何表扬一类的名单上（决定另有规定的除外）
-- One row for each unit on a list of the best that is not decided, with a veto of the right to be ranked on any
-- component that did not wait for the list.
select distinct
    entries.list as 名单,
    entries.unit as 单位,
    marks.component as 指标,
from list_entries as entries
inner join plan_lists as lists on entries.list = lists.list and lists.good
semi join (select list from list_states where state = 'proposed') as proposed on entries.list = proposed.list
inner join component_marks as marks on entries.unit = marks.unit and marks.draw = 0
inner join plan_components as components on marks.component = components.component and components.turn <= lists.turn
where entries.draw = 0 and regexp_matches(marks.flag, '(^|[+])veto($|[+])')
order by all
