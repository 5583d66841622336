-- notices: one row for each thing that somebody must decide (decision) or should know (notice).
-- kind names it; where: list, standing, component or organ; unit where there is one; found: how many or what.
with tied as (
    select
        if(totals.decided_by = 'open', 'decision', 'notice') as severity,
        'tie_' || totals.decided_by as kind,
        totals.standing as "where",
        null as unit,
        string_agg(roster.name, '、' order by totals.unit) as found,
        any_value(standings.clause) as clause,
    from totals
    inner join plan_standings as standings using (standing)
    inner join roster using (unit)
    where totals.draw = 0 and totals.decided_by in ('open', 'lot')
    group by totals.standing, totals.grp, totals.total, totals.decided_by
),

not_ranked as (
    select
        'decision' as severity,
        'unranked' as kind,
        unranked.standing as "where",
        unranked.unit,
        unranked.reason as found,
        standings.clause,
    from unranked
    inner join plan_standings as standings using (standing)
),

without_votes as (
    select
        'notice' as severity,
        flags.kind,
        rating_marks.component as "where",
        rating_marks.unit,
        rating_marks.cycle as found,
        components.clause,
    from rating_marks
    cross join lateral (select unnest(string_split(rating_marks.flag, '+')) as kind) as flags
    inner join plan_components as components using (component)
    anti join unmeasured on rating_marks.component = unmeasured.component and rating_marks.unit = unmeasured.unit
    where
        rating_marks.draw = 0
        and flags.kind in ('none_mean', 'none_zero', 'not_scored', 'no_mean', 'few_flagged', 'group_missing')
),

filled_in as (
    select
        'notice' as severity,
        node_marks.flag as kind,
        node_marks.component as "where",
        node_marks.unit,
        node_marks.cycle as found,
        components.clause,
    from node_marks
    inner join plan_components as components using (component)
    where node_marks.draw = 0 and node_marks.flag is not null and node_marks.exact is not null
),

pending as (
    select
        'decision' as severity,
        'pending_events' as kind,
        event_points.component as "where",
        event_points.unit,
        string_agg(event_points.event, '、' order by event_points.event) as found,
        any_value(components.clause) as clause,
    from event_points
    inner join plan_components as components using (component)
    inner join events on event_points.event = events.event
    where
        event_points.not_counted = 'not_signed'
        or (event_points.not_counted = 'not_confirmed' and events.status in ('proposed', 'objected'))
    group by event_points.component, event_points.unit
),

without_grade as (
    select distinct
        'decision' as severity,
        'grade_missing' as kind,
        roster.organ as "where",
        null as unit,
        null as found,
        rules.clause,
    from plan_conditions as conditions
    inner join plan_outcomes as rules on conditions.owner = rules.outcome and conditions.owner_kind = 'outcome'
    inner join list_entries as entries on rules.list = entries.list and entries.draw = 0
    inner join roster on entries.unit = roster.unit
    anti join grades on roster.organ = grades.organ
    where conditions.what = 'grade'
),

group_shares as (
    select
        forms.component,
        forms.grp::varchar as grp,
        count(*) as forms,
        sum(count(*)) over (partition by forms.component) as all_forms,
    from forms
    where forms.void_because is null
    group by forms.component, forms.grp
),

off_quota as (
    select
        'notice' as severity,
        'voter_share' as kind,
        voters.component as "where",
        null as unit,
        voters.grp || ' ' || coalesce(shares.forms, 0) || '/' || any_value(shares.all_forms) over (
            partition by voters.component
        ) as found,
        voters.clause,
    from plan_voters as voters
    inner join group_shares as shares on voters.component::leaf_id = shares.component and voters.grp = shares.grp
    where abs(shares.forms * 100 - voters.share * shares.all_forms * 100) > shares.all_forms * 2
),

undecided as (
    select
        'decision' as severity,
        'correction_open' as kind,
        fact_table as "where",
        null as unit,
        string_agg(number::varchar, '、' order by number) as found,
        null as clause,
    from corrections
    anti join events on corrections.record = events.event and corrections.changed = ''
    where corrections.open
    group by fact_table
),

everything as (
    select * from tied
    union all
    select * from not_ranked
    union all
    select * from without_votes
    union all
    select * from filled_in
    union all
    select * from pending
    union all
    select * from without_grade
    union all
    select * from off_quota
    union all
    select * from undecided
)

select
    *,
    case kind
        when 'tie_open' then '公开抽签，并把抽签结果登记到抽签表'
        when 'tie_lot' then '已按公开抽签结果分出先后，请随名单公布抽签记录'
        when 'unranked' then '补齐缺少的得分，或书面确认不参加排名'
        when 'none_mean' then '没有票，按该项平均分计，请随结果注明'
        when 'none_zero' then '没有票，计0分，请随结果注明'
        when 'few_flagged' then '票数很少，按实得分计，请随结果注明'
        when 'group_missing' then '有一类人员没有交表，已按方案处理（由其余人员代替或计0分），请随结果注明'
        when 'no_mean' then '没有可以取平均的单位，该项不计分，请随结果注明'
        when 'not_scored' then '票数不足，该项不计分，请随结果注明'
        when 'spread' then '缺少的下级得分已按比例分摊，请随结果注明'
        when 'zero' then '缺少的下级得分计为0分，请随结果注明'
        when 'mean_of_group' then '缺少的下级得分按同类平均计，请随结果注明'
        when 'pending_events' then '尚未确认或尚未签字，没有计入；请确认、签字或撤销'
        when 'correction_open' then '登记簿里的提议或异议还没有决定，暂按原来的计；请确认、维持或撤销'
        when 'grade_missing' then '缺少该部门的年度考绩档次，请补报后重算结果运用'
        when 'voter_share' then '有效选票的人员比例与方案相差超过2个百分点，请核对'
    end as wanted,
from everything
