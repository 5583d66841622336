-- list_drawn: one row for each draw, list and unit that enters it, before it is asked who may stay.
-- place: 1 is the best, or the worst on a list from below; within its group where the list has groups of a column.
with grouped as (
    select distinct list
    from plan_list_parts
    where part = 'within'
)

select
    pools.draw,
    pools.list,
    pools.unit,
    pools.grp,
    rank() over (
        partition by pools.draw, pools.list, if(grouped.list is null, '', pools.grp)
        order by if(lists.bottom, -pools.overall, pools.overall) nulls last
    ) as place,
    pools.total,
    pools.overall,
    pools.direct,
    pools.decided_by,
from list_pools as pools
inner join turn_lists as lists on pools.list = lists.list
left join grouped on pools.list = grouped.list
where pools.direct or pools.seats is null or pools.nth <= pools.seats
