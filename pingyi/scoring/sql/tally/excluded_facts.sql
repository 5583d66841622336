-- excluded_facts, of ready counts: one row for each row of them that does not count, why, and how many votes it holds.
-- A row that names no cycle, has no date and could belong to several is in none of them.
with single_cycles as (
    select
        component,
        any_value(cycle) as cycle,
    from plan_cycles
    group by component
    having count(*) = 1
),

judged as (
    select
        counts.*,
        case
            when scope.unit is null then 'not_reviewed'
            when scope.imported then 'imported'
            when counts.votes is null then 'suppressed'
            when counts.counted_on is not null and days.day is null then 'outside_window'
            when cycles.cycle is null then 'outside_window'
        end as reason,
    from counts
    left join scope on counts.component = scope.component and counts.unit = scope.unit
    left join days on counts.component = days.component and counts.counted_on = days.day
    left join single_cycles on counts.component = single_cycles.component
    left join plan_cycles as cycles
        on counts.component = cycles.component and coalesce(counts.cycle, days.cycle, single_cycles.cycle) = cycles.cycle
)

select
    'counts' as fact_table,
    component,
    unit,
    reason,
    coalesce(votes, 0) as votes,
    source,
    sheet,
    row,
from judged
where reason is not null
union all
select
    fact_table,
    component,
    unit,
    'outside_life' as reason,
    coalesce(votes, 0) as votes,
    source,
    sheet,
    row,
from outside_life
where fact_table = 'counts'
