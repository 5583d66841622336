-- upload_days: one row for each task of each day (or working day) that facts show, and unit that it is for: its days up to
-- the day that is looked at, with data and without. longest: days on end without data, at most.
with days as (
    select
        due.task,
        due.day,
        row_number() over (partition by due.task order by due.day) as nth,
    from plan_task_days as due
    inner join as_of on due.day <= as_of.day
),

spans as (
    select
        task,
        min(day) as starts,
        max(day) as ends,
        count(*) as days,
    from days
    group by task
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
        spans.*,
        roster.unit,
    from spans
    cross join roster
    anti join not_asked on spans.task = not_asked.task and roster.unit = not_asked.unit
    where roster.absent is null
),

seen as (
    select
        asked.task,
        asked.unit,
        days.day,
        days.nth,
        days.nth - 1 - coalesce(
            lag(days.nth) over (partition by asked.task, asked.unit order by days.nth),
            0
        ) as before,
    from asked
    inner join served_days as served on asked.unit = served.unit
    inner join days on asked.task = days.task and served.day = days.day
),

counted as (
    select
        task,
        unit,
        count(*) as with_data,
        max(before) as before,
        max(nth) as last_nth,
        max(day) as last_on,
    from seen
    group by task, unit
)

select
    asked.task,
    asked.unit,
    asked.starts,
    asked.ends,
    asked.days,
    coalesce(counted.with_data, 0) as with_data,
    asked.days - coalesce(counted.with_data, 0) as without,
    greatest(coalesce(counted.before, 0), asked.days - coalesce(counted.last_nth, 0)) as longest,
    counted.last_on,
from asked
left join counted on asked.task = counted.task and asked.unit = counted.unit
