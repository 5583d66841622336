-- set_aside: one row for each component and reason: ratings (条) handed in that do not count.
-- not_listed: counted, but for a unit that is on none of the lists that the component is limited to (known once they are).
with not_listed as (
    select
        kept.component::varchar as component,
        'not_listed' as reason,
        sum(kept.votes) as ratings,
    from kept
    inner join plan_components as components on kept.component = components.component and components.limited
    anti join component_marks as marks on kept.component = marks.component and kept.unit = marks.unit
    where exists (select 1 from stages_done where stage = 'standing')
    group by kept.component
)

select
    component,
    reason,
    ratings::bigint as ratings,
from (select * from set_aside union all select * from not_listed) as every_reason
order by all
