-- set_aside: one row for each component and reason: ratings (条) handed in that do not count.
-- not_listed: counted, but for a unit that is on none of the lists that the component is limited to.
with not_listed as (
    select
        kept.component::varchar as component,
        'not_listed' as reason,
        sum(kept.votes) as ratings,
    from kept
    inner join plan_components as components on kept.component = components.component and components.limited
    semi join component_marks as known on kept.component = known.component
    anti join component_marks as marks on kept.component = marks.component and kept.unit = marks.unit
    group by kept.component
)

select
    component,
    reason,
    ratings::bigint as ratings,
from (select * from set_aside union all select * from not_listed) as every_reason
order by all
