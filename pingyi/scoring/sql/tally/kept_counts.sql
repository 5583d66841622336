-- kept_counts: one row for each row of ready counts that counts, with its cycle: the one it names, that of its date, or
-- the only one.
with single_cycles as (
    select
        component,
        any_value(cycle) as cycle,
    from plan_cycles
    group by component
    having count(*) = 1
)

select
    counts.component,
    counts.unit,
    coalesce(counts.cycle, days.cycle, single_cycles.cycle) as cycle,
    counts.grp,
    counts.channel,
    counts.item,
    counts.level,
    counts.votes,
from counts
inner join scope on counts.component = scope.component and counts.unit = scope.unit and not scope.imported
left join days on counts.component = days.component and counts.counted_on = days.day
left join single_cycles on counts.component = single_cycles.component
semi join plan_cycles as cycles
    on counts.component = cycles.component and coalesce(counts.cycle, days.cycle, single_cycles.cycle) = cycles.cycle
where counts.votes is not null and (counts.counted_on is null or days.day is not null)
