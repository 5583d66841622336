-- list_pools: one row for each draw, list of $lists and unit that may enter it.
-- grp: the unit's share of the quota. nth: place from the list's side within it (equal marks that nothing separates
-- share it). seats: how many places the group has for units that do not enter directly; null: without limit.
-- What was voted on is what the count put on a shortlist; other lists are drawn from anew in each draw.
with sources as (
    select
        parts.list,
        parts.word as source,
        coalesce(lists.shortlist, false) as shortlist,
    from plan_list_parts as parts
    left join plan_lists as lists on parts.word = lists.list
    where list_contains($lists, parts.list) and parts.part = 'pool'
),

open_to as (
    select distinct
        sources.list,
        draws.draw,
        entries.unit,
    from sources
    cross join draws
    inner join list_entries as entries
        on sources.source = entries.list and if(sources.shortlist, 0, draws.draw) = entries.draw
    union
    select
        sources.list,
        draws.draw,
        roster.unit,
    from sources
    cross join draws
    cross join roster
    where sources.source = 'units' and not roster.exempt
),

left_out as (
    select
        parts.list,
        direct_units.unit,
    from plan_list_parts as parts
    inner join direct_units on parts.word = direct_units.list
    where parts.part = 'leave_out_direct_of'
),

groups as (
    select
        parts.list,
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_list_parts as parts
    inner join traits on parts.word = traits.trait
    where parts.part = 'within'
    group by parts.list, traits.unit
),

candidates as (
    select
        open_to.draw,
        open_to.list,
        open_to.unit,
        totals.total,
        totals.overall,
        totals.decided_by,
        direct.unit is not null as direct,
        coalesce(quota.word, rest_trait.value, groups.grp, '') as grp,
        coalesce(quota.number, apportioned.seats, rule.rest, rule.take) as number,
        rule.share,
        rule.quota_by is not null as by_quota,
        rule.direct_inside,
        rule.bottom,
    from open_to
    inner join plan_lists as rule on open_to.list = rule.list
    left join totals
        on rule.standing = totals.standing and open_to.draw = totals.draw and open_to.unit = totals.unit
    left join direct_units as direct on rule.list = direct.list and open_to.unit = direct.unit
    left join traits as quota_trait on open_to.unit = quota_trait.unit and rule.quota_by = quota_trait.trait
    left join plan_list_parts as quota
        on rule.list = quota.list and quota.part = 'quota' and quota_trait.value = quota.word
    left join traits as rest_trait on open_to.unit = rest_trait.unit and rule.rest_by = rest_trait.trait
    left join apportioned on rule.list = apportioned.list and rest_trait.value = apportioned.grp
    left join groups on open_to.list = groups.list and open_to.unit = groups.unit
    anti join left_out on open_to.list = left_out.list and open_to.unit = left_out.unit
    anti join list_unmet as unmet
        on open_to.list = unmet.list and open_to.draw = unmet.draw and open_to.unit = unmet.unit
    where totals.unit is not null or direct.unit is not null
),

seated as (
    select
        *,
        case
            when number is not null then number
            when by_quota then 0
            when share is not null then floor(share * count(overall) over (partition by draw, list, grp))
        end::bigint as all_seats,
        count(*) filter (where direct) over (partition by draw, list, grp) as direct_seats,
    from candidates
)

select
    draw,
    list,
    unit,
    grp,
    total,
    overall,
    rank() over (
        partition by draw, list, grp, (direct and direct_inside) or overall is null
        order by if(bottom, -overall, overall)
    ) as nth,
    if(direct_inside, greatest(all_seats - direct_seats, 0), all_seats) as seats,
    direct,
    decided_by,
from seated
