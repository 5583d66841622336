-- notices unranked: one row for each standing and unit that it does not rank. found: why. A veto, or a day that has not
-- come, is nothing to decide, and no data are asked for.
with reasons as (
    select
        *,
        list_contains(string_split(reason, '+'), 'veto') as vetoed,
        list_contains(string_split(reason, '+'), 'not_due') as not_due,
    from unranked
)

select
    if(reasons.vetoed or reasons.not_due, 'notice', 'decision') as severity,
    'unranked' as kind,
    reasons.standing as "where",
    reasons.unit,
    reasons.reason as found,
    standings.clause,
    case
        when reasons.vetoed then '因一票否决不参加排名，不必补报数据，请随结果注明'
        when reasons.not_due then '还没有到评价的时间，到期后再排名'
        when list_contains(string_split(reasons.reason, '+'), 'suppressed')
            then '有票数被隐去（如 <5、*），得分不明；拿到票数的请补报，拿不到的书面确认不参加排名'
        when reasons.reason = 'few_votes' then '核对票数；确实不够的，书面确认不参加排名'
        else '补齐缺少的得分，或书面确认不参加排名'
    end as wanted,
from reasons
inner join plan_standings as standings using (standing)
