-- zh: 凭名次进入名单的单位，同组中没有排在它前面却被漏掉的
-- One row for each list that is not decided and pair of units of one group: the one stands before the other in the list's
-- standing and is left out, the other is on the list by its place.
with competing as (
    select
        pools.list,
        pools.unit,
        pools.grp,
        pools.named,
        if(lists.bottom, -totals.overall, totals.overall) as place,
        entries.unit is not null as listed,
        spared.unit is not null as spared,
    from list_pools as pools
    inner join plan_lists as lists on pools.list = lists.list
    semi join (select list from list_states where state = 'proposed') as proposed on pools.list = proposed.list
    inner join totals on lists.standing = totals.standing and pools.unit = totals.unit and totals.draw = 0
    left join list_entries as entries
        on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
    left join list_spared as spared
        on pools.list = spared.list and pools.unit = spared.unit and spared.draw = 0
    where pools.draw = 0 and not pools.direct
)

select
    before.list as 名单,
    before.unit as 单位,
    behind.unit as 列入的单位,
from competing as before
inner join competing as behind
    on before.list = behind.list and before.grp = behind.grp and before.named = behind.named
where not before.listed and not before.spared and behind.listed and before.place <= behind.place
order by all
