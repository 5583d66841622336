-- notices veto: one row for each component and unit that an entry takes the right to be ranked from. found: the items.
-- Such an entry holds even where a graver one of the same deed counts in its place.
select
    'notice' as severity,
    'veto' as kind,
    points.component as "where",
    points.unit,
    string_agg(
        distinct coalesce(nullif(catalogue.name, ''), catalogue.item),
        '、' order by coalesce(nullif(catalogue.name, ''), catalogue.item)
    ) as found,
    coalesce(
        string_agg(distinct nullif(catalogue.clause, ''), '、' order by nullif(catalogue.clause, '')),
        any_value(components.clause)
    ) as clause,
    '单位不参加排名，不进入表扬一类的名单，请随结果注明' as wanted,
from event_points as points
inner join plan_catalogue as catalogue on points.component = catalogue.component and points.item = catalogue.item
inner join plan_components as components on points.component = components.component
where catalogue.veto = 'not_ranked' and (points.not_counted is null or points.not_counted = 'same_deed')
group by points.component, points.unit
