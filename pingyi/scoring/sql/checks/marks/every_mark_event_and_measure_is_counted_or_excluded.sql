-- zh: 收到的打分、事项、指标数据，每一行都已计入，或者注明未计入的原因
-- One row for each fact table and component already evaluated in which rows handed in are not those that count and those
-- that do not.
with handed_in as (
    select 'marks' as fact_table, component
    from marks
    union all
    select 'measures' as fact_table, component
    from measures
    union all
    select 'events' as fact_table, catalogue.component
    from events
    inner join plan_catalogue as catalogue on events.item = catalogue.item
    union all
    select fact_table, component
    from outside_life
    where fact_table in ('marks', 'measures', 'events')
),

given as (
    select
        fact_table,
        component,
        count(*) as given,
    from handed_in
    semi join component_marks on handed_in.component = component_marks.component
    group by fact_table, component
),

found as (
    select 'marks' as fact_table, component, counted
    from given_marks
    union all
    select 'measures' as fact_table, component, counted
    from measured
    union all
    select 'events' as fact_table, component, 1 as counted
    from event_points
),

counted as (
    select
        fact_table,
        component,
        sum(counted) as counted,
    from found
    group by fact_table, component
),

excluded as (
    select
        fact_table,
        component,
        count(*) as excluded,
    from excluded_facts
    group by fact_table, component
)

select
    given.fact_table as 数据表,
    given.component as 指标,
    given.given as 收到,
    coalesce(counted.counted, 0) as 计入,
    coalesce(excluded.excluded, 0) as 未计入,
from given
left join counted on given.fact_table = counted.fact_table and given.component = counted.component
left join excluded on given.fact_table = excluded.fact_table and given.component = excluded.component
where given.given <> coalesce(counted.counted, 0) + coalesce(excluded.excluded, 0)
order by all
