-- list_pools: one row for each draw, list of $lists and unit that may enter it: by its place, or directly.
-- Units that a condition keeps out, that entered a list directly whose direct entries may not enter here, or that are
-- vetoed (on good lists) are not among them.
-- nth: place from the list's side among those of its group who compete for seats (equal marks that nothing separates
-- share it); null for direct entries, which do not compete. seats: left to compete for; null: without limit.
-- decided_by: what separates units of equal total in the group, as in totals.
with left_out as (
    select
        entries.draw,
        parts.list,
        entries.unit,
    from plan_list_parts as parts
    inner join list_entries as entries on parts.word = entries.list and entries.direct
    where parts.part = 'leave_out_direct_of'
),

candidates as (
    select
        open_to.draw,
        open_to.list,
        open_to.unit,
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
    from list_open as open_to
    inner join plan_lists as rule on open_to.list = rule.list
    inner join plan_standings as standings on rule.standing = standings.standing
    inner join list_groups as groups on open_to.list = groups.list and open_to.unit = groups.unit
    left join list_seats as seats
        on
            open_to.draw = seats.draw
            and open_to.list = seats.list
            and groups.grp = seats.grp
            and groups.named = seats.named
    left join totals
        on rule.standing = totals.standing and open_to.draw = totals.draw and open_to.unit = totals.unit
    left join direct_units as direct on open_to.list = direct.list and open_to.unit = direct.unit
    left join lots on rule.standing = lots.standing
    anti join list_unmet as unmet
        on open_to.list = unmet.list and open_to.draw = unmet.draw and open_to.unit = unmet.unit
    anti join left_out
        on open_to.list = left_out.list and open_to.draw = left_out.draw and open_to.unit = left_out.unit
    anti join (select distinct unit from vetoed) as vetoed on rule.good and open_to.unit = vetoed.unit
    where list_contains($lists, open_to.list) and (totals.unit is not null or direct.unit is not null)
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
