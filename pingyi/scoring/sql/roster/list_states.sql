-- list_states: one row for each list: decided, where facts record its decision; else proposed (拟定).
select
    lists.list,
    if(count(decisions.list) = 0, 'proposed', 'decided') as state,
    max(decisions.decided_on) as decided_on,
    max(decisions.decided_by) as decided_by,
    max(decisions.document) as document,
from plan_lists as lists
left join decisions on lists.list = decisions.list
group by lists.list
