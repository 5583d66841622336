-- task_states: one row for each task of the work plan and due day.
select
    task,
    name,
    phase,
    section,
    recipient,
    hands_in,
    every,
    starts,
    due,
    done_on,
    state,
    document,
    clause,
from task_states
order by position, due
