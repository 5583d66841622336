-- margins: one row for each unit of the count that could have entered a list, with its distance from the cut.
-- margin (分): by how much a listed unit is better than the first one left out (positive), or by how much a unit left
-- out falls short of the last one taken (negative or zero); null where nobody stands on the other side.
with pools as (
    select
        pools.list,
        pools.unit,
        pools.grp,
        pools.named,
        pools.nth,
        pools.seats,
        pools.direct,
        if(lists.bottom, -1, 1) * compared(pools.exact) as strength,
        entries.unit is not null as listed,
        pools.direct or pools.seats is null or pools.nth <= pools.seats as chosen,
        pools.total,
    from list_pools as pools
    inner join turn_lists as lists on pools.list = lists.list
    left join list_entries as entries
        on pools.list = entries.list and pools.unit = entries.unit and entries.draw = 0
    where pools.draw = 0 and pools.overall is not null
),

cuts as (
    select
        list,
        grp,
        named,
        min(strength) filter (where chosen and not direct) as last_in,
        max(strength) filter (where not chosen) as first_out,
    from pools
    group by list, grp, named
),

measured as (
    select
        pools.*,
        if(pools.chosen, pools.strength - cuts.first_out, pools.strength - cuts.last_in) as apart,
    from pools
    inner join cuts using (list, grp, named)
)

select
    list,
    unit,
    grp,
    nth,
    seats,
    direct,
    listed,
    total,
    to_marks(1000000 * apart) as margin,
from measured
