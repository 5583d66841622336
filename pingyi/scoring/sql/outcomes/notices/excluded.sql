-- notices excluded: one row for each table of facts, component and reason for which rows of it do not count. found: how
-- many and why.
select
    'notice' as severity,
    'excluded' as kind,
    facts.component as "where",
    null as unit,
    case facts.fact_table
        when 'counts' then '票数汇总'
        when 'marks' then '评分'
        when 'events' then '事项'
        when 'measures' then '实测数据'
        else facts.fact_table
    end || ' ' || count(*) || ' 条：' || case facts.reason
        when 'outside_life' then '单位设立之前或撤销之后'
        when 'not_reviewed' then '单位免评或不参加本项'
        when 'imported' then '单位直接报来本项成绩'
        when 'suppressed' then '票数被隐去'
        when 'outside_window' then '不在计分时间内'
        when 'means_nothing' then '方案规定这样的评分不作数'
        else facts.reason
    end as found,
    any_value(components.clause) as clause,
    '没有计入，请核对是不是报错了单位、指标或日期' as wanted,
from excluded_facts as facts
left join plan_components as components on facts.component = components.component
group by facts.fact_table, facts.component, facts.reason
