-- adjudicated_counts, a view: one row for each row of ready counts handed in: the cycle that it belongs to, and why it does
-- not count (reason); null where it does. The cycle is the one that it names, that of its date, or the only one: a row
-- that names none, has no date and could belong to several is in none of them.
select
    counts.component,
    counts.unit,
    counts.level,
    counts.votes,
    coalesce(counts.cycle, days.cycle, single_cycles.cycle) as cycle,
    counts.grp,
    counts.channel,
    counts.item,
    case
        when scope.unit is null then 'not_reviewed'
        when scope.imported then 'imported'
        when counts.votes is null then 'suppressed'
        when counts.counted_on is not null and days.day is null then 'outside_window'
        when cycles.cycle is null then 'outside_window'
    end as reason,
    counts.source,
    counts.sheet,
    counts.row,
from counts
left join scope on counts.component = scope.component and counts.unit = scope.unit
left join days on counts.component = days.component and counts.counted_on = days.day
left join single_cycles on counts.component = single_cycles.component
left join plan_cycles as cycles
    on counts.component = cycles.component and coalesce(counts.cycle, days.cycle, single_cycles.cycle) = cycles.cycle
union all by name
select
    component,
    unit,
    level,
    votes,
    cycle,
    grp,
    channel,
    item,
    'outside_life' as reason,
    source,
    sheet,
    row,
from outside_life
where fact_table = 'counts'
