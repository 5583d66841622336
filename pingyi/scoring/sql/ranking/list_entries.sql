-- list_entries: one row for each draw, list and unit on it; place 1 is the best, or the worst on a list from
-- below. A list that is decided holds the units that were decided, whatever the facts would put on it today.
with grouped as (
    select distinct list
    from plan_list_parts
    where part = 'within'
),

decided as (
    select
        draws.draw,
        decisions.list,
        decisions.unit,
        groups.grp,
        totals.total,
        totals.overall,
        coalesce(computed.direct, false) as direct,
        computed.decided_by,
        lists.bottom,
        if(grouped.list is null, '', groups.grp) as placed_in,
    from decisions
    cross join draws
    inner join turn_lists as lists on decisions.list = lists.list
    inner join list_groups as groups on decisions.list = groups.list and decisions.unit = groups.unit
    left join grouped on decisions.list = grouped.list
    left join totals
        on lists.standing = totals.standing and draws.draw = totals.draw and decisions.unit = totals.unit
    left join list_computed as computed
        on decisions.list = computed.list and draws.draw = computed.draw and decisions.unit = computed.unit
    where decisions.decided
)

select
    list,
    place,
    unit,
    draw,
    grp,
    total,
    direct,
    decided_by,
from list_computed
semi join turn_lists using (list)
semi join (select list from list_states where state = 'proposed') as proposed using (list)
union all
select
    list,
    rank() over (
        partition by draw, list, placed_in order by if(bottom, -overall, overall) nulls last
    ) as place,
    unit,
    draw,
    grp,
    total,
    direct,
    decided_by,
from decided
