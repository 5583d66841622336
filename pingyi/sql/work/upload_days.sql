-- upload_days: one row for each task of each day that facts show, and unit that it is for: the days since it began, up to
-- the day that is looked at, with data and without. longest: days on end without data, at most.
with spans as (
    select
        tasks.task,
        min(tasks.starts) as starts,
        least(max(tasks.due), any_value(as_of.day)) as ends,
    from plan_tasks as tasks
    cross join as_of
    where tasks.shown_by is not null
    group by tasks.task
),

not_asked as (
    select distinct
        wanted.task,
        roster.unit,
    from (
        select
            task,
            trait,
            list(value) as accepted,
        from plan_task_traits
        group by task, trait
    ) as wanted
    cross join roster
    left join traits on roster.unit = traits.unit and wanted.trait = traits.trait
    where not list_contains(wanted.accepted, coalesce(traits.value, ''))
),

asked as (
    select
        spans.task,
        roster.unit,
        spans.starts,
        spans.ends,
    from spans
    cross join roster
    anti join not_asked on spans.task = not_asked.task and roster.unit = not_asked.unit
    where not roster.exempt and spans.starts <= spans.ends
),

seen as (
    select
        asked.task,
        asked.unit,
        served.day,
        served.day - coalesce(
            lag(served.day) over (partition by asked.task, asked.unit order by served.day),
            asked.starts - 1
        ) - 1 as before,
    from asked
    inner join served_days as served on asked.unit = served.unit and served.day between asked.starts and asked.ends
),

counted as (
    select
        task,
        unit,
        count(*) as with_data,
        max(before) as before,
        max(day) as last_on,
    from seen
    group by task, unit
)

select
    asked.task,
    asked.unit,
    asked.starts,
    asked.ends,
    asked.ends - asked.starts + 1 as days,
    coalesce(counted.with_data, 0) as with_data,
    asked.ends - asked.starts + 1 - coalesce(counted.with_data, 0) as without,
    greatest(coalesce(counted.before, 0), asked.ends - coalesce(counted.last_on, asked.starts - 1)) as longest,
    counted.last_on,
from asked
left join counted on asked.task = counted.task and asked.unit = counted.unit
