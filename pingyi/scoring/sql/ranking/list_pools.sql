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
        compared(totals.exact) as compared_total,
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
),

equal_totals as (
    select draw, list, named, grp, compared_total, count(*) as units
    from candidates
    group by draw, list, named, grp, compared_total
),

equal_places as (
    select draw, list, named, grp, without_lot, count(*) as units
    from candidates
    group by draw, list, named, grp, without_lot
),

direct_entries as (
    select draw, list, named, grp, count(*) as units
    from candidates
    where direct
    group by draw, list, named, grp
)

select
    candidates.draw,
    candidates.list,
    candidates.unit,
    candidates.grp,
    candidates.total,
    candidates.overall,
    if(
        candidates.direct,
        null,
        rank() over (
            partition by candidates.draw, candidates.list, candidates.named, candidates.grp, candidates.direct
            order by if(candidates.bottom, -candidates.overall, candidates.overall)
        )
    ) as nth,
    if(
        candidates.direct_inside and candidates.all_seats is not null,
        greatest(candidates.all_seats - coalesce(direct_entries.units, 0), 0),
        candidates.all_seats
    ) as seats,
    candidates.direct,
    case
        when candidates.overall is null then null
        when equal_totals.units = 1 then null
        when equal_places.units = 1 then 'tie_keys'
        when not candidates.by_lot then 'shared'
        when not candidates.drawn then 'open'
        else 'lot'
    end as decided_by,
    candidates.named,
    candidates.exact,
from candidates
left join equal_totals using (draw, list, named, grp, compared_total)
left join equal_places using (draw, list, named, grp, without_lot)
left join direct_entries using (draw, list, named, grp)
