-- list_pools: one row for each draw and unit that may enter the list $list.
-- grp: the unit's share of the quota. nth: place from the list's side within it (equal marks that nothing separates
-- share it). seats: how many places the group has left for units that do not enter directly.
with rule as (
    select *
    from plan_lists
    where list = $list
),

direct_units as (
    select distinct
        lists.list,
        history.unit,
    from plan_lists as lists
    cross join plan_campaign as campaign
    inner join history
        on lists.direct_list = history.list and history.year = campaign.year - lists.direct_years_ago
    inner join roster on history.unit = roster.unit and not roster.exempt
),

left_out as (
    select direct_units.unit
    from direct_units
    inner join plan_list_parts as parts
        on parts.list = $list and parts.part = 'leave_out_direct_of' and parts.word = direct_units.list
),

sources as (
    select parts.word as list, coalesce(lists.shortlist, false) as shortlist
    from plan_list_parts as parts
    left join plan_lists as lists on parts.word = lists.list
    where parts.list = $list and parts.part = 'pool'
),

unmet as (
    select distinct draw, unit
    from condition_facts('list', $list)
    where not holds
),

groups as (
    select
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_list_parts as parts
    inner join traits on parts.word = traits.trait
    where parts.list = $list and parts.part = 'within'
    group by traits.unit
),

candidates as (
    select
        draws.draw,
        roster.unit,
        totals.total,
        totals.overall,
        totals.decided_by,
        direct.unit is not null as direct,
        case
            when quota.word is not null then quota.word
            when rule.rest_by is not null then rest_trait.value
            else coalesce(groups.grp, '')
        end as grp,
        coalesce(quota.number, rule.take) as named_seats,
    from rule
    cross join draws
    cross join roster
    left join totals on rule.standing = totals.standing and draws.draw = totals.draw and roster.unit = totals.unit
    left join direct_units as direct on direct.list = $list and roster.unit = direct.unit
    left join traits as quota_trait on roster.unit = quota_trait.unit and rule.quota_by = quota_trait.trait
    left join plan_list_parts as quota
        on quota.list = $list and quota.part = 'quota' and quota_trait.value = quota.word
    left join traits as rest_trait on roster.unit = rest_trait.unit and rule.rest_by = rest_trait.trait
    left join groups on roster.unit = groups.unit
    where
        not roster.exempt
        and (totals.unit is not null or direct.unit is not null)
        and roster.unit not in (select unit from left_out)
        and (
            exists (select 1 from sources where sources.list = 'units')
            or exists (
                select 1
                from sources
                inner join list_entries as entries
                    on
                        sources.list = entries.list
                        and roster.unit = entries.unit
                        and entries.draw = if(sources.shortlist, 0, draws.draw)
            )
        )
        and not exists (
            select 1
            from unmet
            where unmet.draw = draws.draw and unmet.unit = roster.unit
        )
),

sizes as (
    -- how the pooled rest is apportioned: largest remainder over the units under review
    select
        rest_trait.value as grp,
        count(*) * rule.rest as shared,
        sum(count(*)) over () as units,
        count(*) as members,
        any_value(rule.rest) as rest,
    from roster
    cross join rule
    inner join traits as rest_trait on roster.unit = rest_trait.unit and rule.rest_by = rest_trait.trait
    left join traits as quota_trait on roster.unit = quota_trait.unit and rule.quota_by = quota_trait.trait
    where
        not roster.exempt
        and not exists (
            select 1
            from plan_list_parts as quota
            where quota.list = $list and quota.part = 'quota' and quota.word = quota_trait.value
        )
    group by rest_trait.value, rule.rest
),

apportioned as (
    select
        sizes.grp,
        sizes.shared // sizes.units + if(
            row_number() over (order by sizes.shared % sizes.units desc, sizes.members desc, categories.position, sizes.grp)
            <= sizes.rest - sum(sizes.shared // sizes.units) over (),
            1,
            0
        ) as seats,
    from sizes
    left join plan_categories as categories on sizes.grp = categories.category
),

seated as (
    select
        candidates.*,
        case
            when candidates.named_seats is not null then candidates.named_seats
            when rule.rest_by is not null then apportioned.seats
            when rule.rest is not null then rule.rest
            when rule.share is not null
                then floor(
                    rule.share * count(candidates.overall) over (partition by candidates.draw, candidates.grp)
                )
            when rule.quota_by is not null then 0
        end::bigint as all_seats,
        rule.direct_inside,
        rule.bottom,
        count(*) filter (where candidates.direct) over (partition by candidates.draw, candidates.grp) as direct_seats,
    from candidates
    cross join rule
    left join apportioned on candidates.grp = apportioned.grp
)

select
    draw,
    $list as list,
    unit,
    grp,
    total,
    overall,
    rank() over (
        partition by draw, grp, (direct and direct_inside) or overall is null
        order by if(bottom, -overall, overall)
    ) as nth,
    if(direct_inside, greatest(all_seats - direct_seats, 0), all_seats) as seats,
    direct,
    decided_by,
from seated
