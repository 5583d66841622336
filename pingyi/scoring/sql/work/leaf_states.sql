-- leaf_states: one row for each leaf with full marks and unit of the count: where it stands on the day that is looked at.
-- lost (分): full marks less marks. at_risk (分): what can still be lost because the leaf is still being scored: the marks it
-- has, down to the floor of its events. unmeasured: no fact has come in so far.
with windows as (
    select
        component,
        max(ends) as ends,
    from plan_cycles
    group by component
)

select
    marks.unit,
    marks.component,
    marks.full_marks,
    marks.marks,
    (marks.full_marks - marks.marks)::decimal(18, 10) as lost,
    if(
        windows.ends > as_of.day,
        greatest(marks.marks - greatest(coalesce(rules.floor, 0), 0), 0),
        0
    )::decimal(18, 10) as at_risk,
    coalesce(marks.flag = 'unmeasured', false) as unmeasured,
from component_marks as marks
inner join plan_components as components on marks.component = components.component and components.method <> 'node'
inner join windows on marks.component = windows.component
left join plan_events as rules on marks.component = rules.component
cross join as_of
where marks.draw = 0 and marks.full_marks is not null
