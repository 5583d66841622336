-- vetoed: one row for each unit that the count leaves unranked because of a veto, wherever it stands.
select distinct unit
from component_marks
where draw = 0 and list_contains(string_split(flag, '+'), 'veto')
