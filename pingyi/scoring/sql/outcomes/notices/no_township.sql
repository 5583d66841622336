-- notices no_township: one row for each list and unit with consequences for a township that it does not have. found: which.
select
    'notice' as severity,
    'no_township' as kind,
    list as "where",
    unit,
    string_agg(distinct effect_name, '、' order by effect_name) as found,
    string_agg(distinct nullif(clause, ''), '、' order by nullif(clause, '')) as clause,
    '名录中没有该单位的所属乡镇，对乡镇的这些结果没有对象，没有计；请核对名录' as wanted,
from due_outcomes
where subject is null
group by list, unit
