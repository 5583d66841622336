-- notices tie_open, tie_lot: one row for each set of units of a standing that only a lot tells apart.
select
    if(totals.decided_by = 'open', 'decision', 'notice') as severity,
    'tie_' || totals.decided_by as kind,
    totals.standing as "where",
    null as unit,
    string_agg(roster.name, '、' order by totals.unit) as found,
    any_value(standings.clause) as clause,
    if(
        totals.decided_by = 'open',
        '公开抽签，并把抽签结果登记到抽签表',
        '已按公开抽签结果分出先后，请随名单公布抽签记录'
    ) as wanted,
from totals
inner join plan_standings as standings using (standing)
inner join roster using (unit)
where totals.draw = 0 and totals.decided_by in ('open', 'lot')
group by totals.standing, totals.grp, totals.without_lot, totals.decided_by
