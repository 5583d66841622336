-- notices not_due: one row for each component that has cycles which had not begun by the day that is looked at.
-- found: which.
with waiting as (
    select distinct
        marks.component,
        marks.cycle,
        cycles.position,
    from cycle_marks as marks
    left join plan_cycles as cycles on marks.component = cycles.component and marks.cycle = cycles.cycle
    where marks.draw = 0 and list_contains(string_split(marks.flag, '+'), 'not_due')
    union
    select
        component,
        '' as cycle,
        null as position,
    from component_marks
    where draw = 0 and list_contains(string_split(flag, '+'), 'not_due')
)

select
    'notice' as severity,
    'not_due' as kind,
    waiting.component as "where",
    null as unit,
    coalesce(string_agg(nullif(waiting.cycle, ''), '、' order by waiting.position), '') as found,
    any_value(components.clause) as clause,
    '还没有到评价的时间，没有得分，也不算0分' as wanted,
from waiting
inner join plan_components as components using (component)
group by waiting.component
