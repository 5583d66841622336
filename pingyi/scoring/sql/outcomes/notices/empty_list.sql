-- notices empty_list: one row for each list that is not decided yet and that no unit is on.
select
    'notice' as severity,
    'empty_list' as kind,
    lists.list as "where",
    null as unit,
    null as found,
    lists.clause,
    '名单上没有单位，请核对条件、份额和名额' as wanted,
from plan_lists as lists
inner join list_states as states on lists.list = states.list and states.state = 'proposed'
anti join (select list from list_entries where draw = 0) as entries on lists.list = entries.list
