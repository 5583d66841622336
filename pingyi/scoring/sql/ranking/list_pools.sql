-- list_pools: one row for each draw, list and unit that competes for it, by its place, or enters directly.
-- nth: place from the list's side among those of its group who compete for seats (equal marks that nothing separates
-- share it); null for direct entries, which do not compete. seats: left to compete for; null: without limit.
-- decided_by: what separates units of equal total in the group, as in totals.
with candidates as (
    select
        rivals.draw,
        rivals.list,
        rivals.unit,
        groups.grp,
        groups.named,
        totals.total,
        totals.exact,
        totals.overall,
        totals.without_lot,
        direct.unit is not null as direct,
        if(rule.quota_by is null, seats.seats, coalesce(seats.seats, 0)) as all_seats,
        rule.direct_inside,
        rule.bottom,
        standings.by_lot,
        lots.seed is not null as drawn,
    from list_rivals as rivals
    inner join turn_lists as rule on rivals.list = rule.list
    inner join plan_standings as standings on rule.standing = standings.standing
    inner join list_groups as groups on rivals.list = groups.list and rivals.unit = groups.unit
    left join list_seats as seats
        on
            rivals.draw = seats.draw
            and rivals.list = seats.list
            and groups.grp = seats.grp
            and groups.named = seats.named
    left join totals
        on rule.standing = totals.standing and rivals.draw = totals.draw and rivals.unit = totals.unit
    left join direct_units as direct on rivals.list = direct.list and rivals.unit = direct.unit
    left join lots on rule.standing = lots.standing
    where totals.unit is not null or direct.unit is not null
)

select
    draw,
    list,
    unit,
    grp,
    total,
    overall,
    if(
        direct,
        null,
        rank() over (partition by draw, list, named, grp, direct order by if(bottom, -overall, overall))
    ) as nth,
    if(
        direct_inside and all_seats is not null,
        greatest(all_seats - count(*) filter (where direct) over (partition by draw, list, named, grp), 0),
        all_seats
    ) as seats,
    direct,
    case
        when overall is null then null
        when count(*) over (partition by draw, list, named, grp, compared(exact)) = 1 then null
        when count(*) over (partition by draw, list, named, grp, without_lot) = 1 then 'tie_keys'
        when not by_lot then 'shared'
        when not drawn then 'open'
        else 'lot'
    end as decided_by,
    named,
    exact,
from candidates
