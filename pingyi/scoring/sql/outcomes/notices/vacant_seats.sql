-- notices vacant_seats: one row for each list that is not decided yet and group of its seats that too few units compete
-- for. found: the group and how many seats are left.
with taken as (
    select
        list,
        grp,
        named,
        count(*) filter (where direct) as direct,
        count(*) filter (where not direct) as competing,
    from list_pools
    where draw = 0
    group by list, grp, named
),

vacant as (
    select
        seats.list,
        seats.grp,
        lists.clause,
        greatest(seats.seats - if(lists.direct_inside, coalesce(taken.direct, 0), 0), 0)
            - coalesce(taken.competing, 0) as seats,
    from list_seats as seats
    inner join plan_lists as lists on seats.list = lists.list
    inner join list_states as states on seats.list = states.list and states.state = 'proposed'
    left join taken on seats.list = taken.list and seats.grp = taken.grp and seats.named = taken.named
    where seats.draw = 0
)

select
    'notice' as severity,
    'vacant_seats' as kind,
    list as "where",
    null as unit,
    if(grp = '', '', grp || ' ') || seats || ' 个' as found,
    clause,
    '能参加的单位比名额少，名额空着，请随名单说明' as wanted,
from vacant
where seats > 0
