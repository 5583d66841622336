-- list_proposals: one row for each list that is decided and unit that the count would put on it today.
select
    list,
    place,
    unit,
    total,
    grp,
    direct,
from list_computed
semi join turn_lists using (list)
semi join (select list from list_states where state = 'decided') as decided using (list)
where draw = 0
