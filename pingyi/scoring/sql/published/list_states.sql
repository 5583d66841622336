-- list_states: one row for each list of the plan: proposed, or decided when, by whom, with which document.
select
    states.list,
    states.state,
    states.decided_on,
    states.decided_by,
    states.document,
    lists.name,
from list_states as states
inner join plan_lists as lists using (list)
order by all
