-- excluded_facts: one row for each row of marks, events or measures that does not count because of the unit
-- or the day that it names, or because the mark means nothing. What an event looked at wants is told in event_points.
with placed as (
    select
        'events' as fact_table,
        catalogue.component,
        events.unit,
        events.source,
        events.sheet,
        events.row,
        null as outside,
    from events
    inner join plan_catalogue as catalogue on events.item = catalogue.item
    union all
    select
        'measures' as fact_table,
        measures.component,
        measures.unit,
        measures.source,
        measures.sheet,
        measures.row,
        if(cycles.cycle is null, 'outside_window', null) as outside,
    from measures
    left join days on measures.component = days.component and measures.measured_on = days.day
    left join single_cycles on measures.component = single_cycles.component
    left join plan_cycles as cycles
        on
            measures.component = cycles.component
            and coalesce(measures.cycle, days.cycle, single_cycles.cycle) = cycles.cycle
            and (measures.measured_on is null or days.cycle = cycles.cycle)
),

judged as (
    select
        placed.*,
        case
            when scope.unit is null then 'not_reviewed'
            when scope.imported then 'imported'
            when in_play.unit is null then 'not_listed'
            else placed.outside
        end as reason,
    from placed
    semi join turn_components on placed.component = turn_components.component
    left join scope on placed.component = scope.component and placed.unit = scope.unit
    left join in_play on placed.component = in_play.component and placed.unit = in_play.unit
)

select
    fact_table,
    component,
    unit,
    reason,
    source,
    sheet,
    row,
from judged
where reason is not null
union all
select
    'marks' as fact_table,
    component,
    unit,
    reason,
    source,
    sheet,
    row,
from mark_rows
semi join turn_components using (component)
where reason is not null
union all
select
    fact_table,
    component,
    unit,
    'outside_life' as reason,
    source,
    sheet,
    row,
from outside_life
semi join turn_components using (component)
where fact_table in ('marks', 'measures', 'events')
