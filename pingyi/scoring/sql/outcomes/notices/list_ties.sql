-- notices tie_open, tie_lot of a list: one row for each set of units, some of them on it, that only a lot tells apart and
-- that the standing ranks in different groups: the standing itself never asked which of them goes before the other.
select
    if(pools.decided_by = 'open', 'decision', 'notice') as severity,
    'tie_' || pools.decided_by as kind,
    pools.list as "where",
    null as unit,
    string_agg(roster.name, '、' order by pools.unit) as found,
    any_value(lists.clause) as clause,
    if(
        pools.decided_by = 'open',
        '不同组的单位在名单上同分，公开抽签，并把抽签结果登记到抽签表',
        '不同组的单位在名单上同分，已按公开抽签结果分出先后，请随名单公布抽签记录'
    ) as wanted,
from list_pools as pools
inner join plan_lists as lists on pools.list = lists.list
inner join totals on lists.standing = totals.standing and pools.unit = totals.unit and totals.draw = 0
inner join roster on pools.unit = roster.unit
left join list_entries as entries
    on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
anti join (select list from list_states where state = 'decided') as decided on pools.list = decided.list
where pools.draw = 0 and pools.decided_by in ('open', 'lot')
group by pools.list, pools.named, pools.grp, totals.without_lot, pools.decided_by
having count(distinct totals.grp) > 1 and count(entries.unit) > 0
