-- notices reclassified: one row for each unit that came into another category or under another organ within the year.
-- found: since when, and from where to where.
select
    'notice' as severity,
    'reclassified' as kind,
    null as "where",
    unit,
    changed_on
    || if(former_category is null, '', ' 由 ' || former_category || ' 改为 ' || coalesce(category, '空'))
    || if(former_organ is null, '', ' 由 ' || former_organ || ' 划归 ' || organ) as found,
    null as clause,
    '全年按变动以后的计分、排名，结果归现在的主管部门' as wanted,
from roster
where changed_on is not null and absent is null
