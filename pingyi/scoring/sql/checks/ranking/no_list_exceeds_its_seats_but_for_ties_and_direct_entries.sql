-- zh: 名单不超过名额（并列和直接列入的除外），名额也没有空着
-- One row for each list that is not decided and share of its quota with units taken beyond its seats, or with seats that
-- stayed empty although somebody competed for them. Units that a condition took off again count as taken.
with competing as (
    select
        pools.list,
        pools.grp,
        pools.named,
        pools.seats,
        entries.unit is not null or (spared.unit is not null and pools.nth <= pools.seats) as taken,
        count(*) over (partition by pools.list, pools.grp, pools.named, pools.overall) as sharing,
    from list_pools as pools
    semi join (select list from list_states where state = 'proposed') as proposed on pools.list = proposed.list
    left join list_entries as entries
        on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
    left join list_spared as spared
        on pools.list = spared.list and pools.unit = spared.unit and spared.draw = 0
    where pools.draw = 0 and pools.seats is not null and not pools.direct
),

found as (
    select
        list,
        grp,
        any_value(seats) as seats,
        count(*) as candidates,
        count(*) filter (where taken) as taken,
        max(sharing) filter (where taken) as most_sharing,
    from competing
    group by list, grp, named
)

select
    list as 名单,
    grp as 类别,
    seats as 名额,
    taken as 入选,
from found
where taken < least(seats, candidates) or taken > greatest(seats - 1 + most_sharing, 0)
order by all
