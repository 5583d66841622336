-- notices of what was done about missing or few facts: one row for each component, unit and flag that somebody should
-- know of. found: in which cycles.
with flagged as (
    select component, unit, cycle, unnest(string_split(flag, '+')) as kind
    from cycle_marks
    where draw = 0
    union
    select component, unit, '' as cycle, unnest(string_split(flag, '+')) as kind
    from component_marks
    where draw = 0
),

told as (
    select
        flagged.component,
        flagged.unit,
        flagged.kind,
        coalesce(string_agg(nullif(flagged.cycle, ''), '、' order by cycles.position), '') as found,
    from flagged
    left join plan_cycles as cycles on flagged.component = cycles.component and flagged.cycle = cycles.cycle
    anti join unmeasured on flagged.component = unmeasured.component and flagged.unit = unmeasured.unit
    group by flagged.component, flagged.unit, flagged.kind
)

select
    if(told.kind = 'below_steps', 'decision', 'notice') as severity,
    told.kind,
    told.component as "where",
    told.unit,
    told.found,
    components.clause,
    case told.kind
        when 'none_mean' then '没有票，按该项平均分计，请随结果注明'
        when 'none_zero' then '没有票，计0分，请随结果注明'
        when 'no_mean' then '没有可以取平均的单位，该项不计分，请随结果注明'
        when 'few_flagged' then '票数很少，按实得分计，请随结果注明'
        when 'not_scored' then '票数不足，该项不计分，请随结果注明'
        when 'group_missing' then '有一类人员没有交表，已按方案处理（由其余人员代替或计0分），请随结果注明'
        when 'marker_missing' then '应当评分的有一方没有评，已按方案处理；请核对是否漏报，请随结果注明'
        when 'cycle_missing' then '有的周期没有得分，已按方案处理；请核对是否漏报'
        when 'below_steps' then '比方案所列的最低一档还低，方案没有规定怎样计分，该项没有得分；请研究确定'
        when 'spread' then '缺少的下级得分已按比例分摊，请随结果注明'
        when 'zero' then '缺少的下级得分计为0分，请随结果注明'
        when 'mean_of_group' then '缺少的下级得分按同类平均计，请随结果注明'
    end as wanted,
from told
inner join plan_components as components on told.component = components.component
where told.kind in (
    'none_mean', 'none_zero', 'no_mean', 'few_flagged', 'not_scored', 'group_missing', 'marker_missing',
    'cycle_missing', 'below_steps', 'spread', 'zero', 'mean_of_group'
)
