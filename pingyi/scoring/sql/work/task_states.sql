-- task_states: one row for each task of the work plan and due day: whether it was done by the day that is looked at.
-- What is due again and again is done by what was finished within its stretch (month, quarter). state: done | late | overdue | running | waiting.
with finishes as (
    select
        tasks.task,
        tasks.due,
        min(finished.done_on) as done_on,
        arg_min(finished.document, finished.done_on) as document,
    from plan_tasks as tasks
    inner join finished
        on
            tasks.task = finished.task
            and (tasks.every is null or finished.done_on between tasks.starts and tasks.due)
    group by tasks.task, tasks.due
)

select
    tasks.*,
    finishes.done_on,
    finishes.document,
    case
        when finishes.done_on <= tasks.due then 'done'
        when finishes.done_on is not null then 'late'
        when tasks.due < as_of.day then 'overdue'
        when tasks.starts <= as_of.day then 'running'
        else 'waiting'
    end as state,
from plan_tasks as tasks
left join finishes using (task, due)
cross join as_of
