-- list_entries: one row for each draw, list of $lists and unit on it; place 1 is the best, or the worst on a list from below.
select
    pools.list,
    rank() over (
        partition by pools.draw, pools.list
        order by if(lists.bottom, -pools.overall, pools.overall) nulls last
    ) as place,
    pools.unit,
    pools.draw,
    pools.grp,
    pools.total,
    pools.direct,
    pools.decided_by,
from list_pools as pools
inner join plan_lists as lists on pools.list = lists.list
anti join list_spared as spared
    on pools.list = spared.list and pools.draw = spared.draw and pools.unit = spared.unit
where
    list_contains($lists, pools.list)
    and (
        pools.direct
        or (pools.overall is not null and (pools.seats is null or pools.nth <= pools.seats))
    )
