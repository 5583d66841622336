-- zh: 名单不超过名额（并列和直接列入的除外），名额也没有空着
-- One row for each list and share of its quota with units taken beyond its seats, or with seats that stayed empty.
-- Asked of lists as the facts give them: who decides a list may decide otherwise.
with competing as (
    select
        pools.list,
        pools.grp,
        pools.nth,
        pools.seats,
        pools.direct,
        entries.unit is not null or spared.unit is not null and pools.nth <= pools.seats as listed,
        count(*) over (partition by pools.list, pools.grp, pools.nth) as sharing,
    from list_pools as pools
    inner join plan_lists as lists on pools.list = lists.list
    left join list_computed as entries
        on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
    left join list_spared as spared
        on pools.list = spared.list and pools.unit = spared.unit and spared.draw = 0
    where
        pools.draw = 0
        and pools.seats is not null
        and pools.overall is not null
        and not (pools.direct and lists.direct_inside)
),

found as (
    select
        list,
        grp,
        any_value(seats) as seats,
        count(*) as candidates,
        count(*) filter (where listed and (not direct or nth <= seats)) as taken,
        max(nth + sharing - 1) filter (where listed and not direct and sharing = 1) as last_alone,
    from competing
    group by list, grp
)

select
    list as 名单,
    grp as 类别,
    seats as 名额,
    taken as 入选,
from found
where taken < least(seats, candidates) or last_alone > seats
order by all
