-- zh: 名单不超过名额（并列和直接列入的除外）
-- One row for each list and share of its quota with too many or too few units entered by score.
with entered as (
    select
        pools.list,
        pools.grp,
        any_value(pools.seats) as seats,
        count(*) filter (where entries.unit is not null and not (pools.direct and lists.direct_inside)) as taken,
        count(*) filter (where entries.unit is not null and pools.direct and pools.nth > pools.seats) as beyond,
        count(*) filter (where not (pools.direct and lists.direct_inside)) as candidates,
        max(pools.nth) filter (where entries.unit is not null and not pools.direct) as last_place,
    from list_pools as pools
    inner join plan_lists as lists on pools.list = lists.list
    left join list_entries as entries
        on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
    where pools.draw = 0 and pools.seats is not null and pools.overall is not null
    group by pools.list, pools.grp
)

select
    list as 名单,
    grp as 类别,
    seats as 名额,
    taken - beyond as 入选,
from entered
where taken - beyond < least(seats, candidates) or last_place > seats
order by all
