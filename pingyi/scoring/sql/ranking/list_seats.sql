-- list_seats: one row for each draw, list and group of its seats: how many there are; null: without limit.
-- A share is one of the units the list draws from, or of those that may enter it and are ranked.
with groups as (
    select
        open_to.draw,
        rules.list,
        groups.grp,
        micro(any_value(rules.share)) * if(
            any_value(rules.share_of) = 'pool',
            count(*),
            count(*) filter (where totals.unit is not null and rivals.unit is not null)
        ) as share,
        any_value(rules.share_round) as share_round,
        any_value(rules.take) as take,
    from turn_lists as rules
    inner join list_open as open_to on rules.list = open_to.list
    inner join list_groups as groups on open_to.list = groups.list and open_to.unit = groups.unit
    left join totals
        on rules.standing = totals.standing and open_to.draw = totals.draw and open_to.unit = totals.unit
    left join list_rivals as rivals
        on open_to.list = rivals.list and open_to.draw = rivals.draw and open_to.unit = rivals.unit
    where rules.quota_by is null
    group by open_to.draw, rules.list, groups.grp
)

select
    draws.draw,
    rules.list,
    parts.word as grp,
    true as named,
    parts.number as seats,
from turn_lists as rules
cross join draws
inner join plan_list_parts as parts on rules.list = parts.list and parts.part = 'quota'
union all
select
    draws.draw,
    list,
    '' as grp,
    false as named,
    rest as seats,
from turn_lists as rules
cross join draws
where rest is not null and rest_by is null
union all
select
    draw,
    list,
    grp,
    false as named,
    seats,
from apportioned
semi join turn_lists using (list)
union all
select
    draw,
    list,
    grp,
    false as named,
    coalesce(
        take,
        case share_round
            when 'down' then share // 1000000
            when 'up' then (share + 999999) // 1000000
            when 'half_up' then (share + 500000) // 1000000
        end
    )::bigint as seats,
from groups
