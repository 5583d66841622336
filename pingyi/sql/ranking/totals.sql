-- totals: one row for each draw and unit that the standing ranks.
-- total (分), place within the standing's group, overall: place over all groups in the same order of keys.
-- decided_by: what separates units of equal total: tie_keys | lot | open (a lot is due) | shared; null: nothing had to.
with keys as (
    select
        ties.position,
        marks.draw,
        marks.unit,
        coalesce(marks.marks, 0) as key,
    from plan_ties as ties
    inner join component_marks as marks on ties.component = marks.component
    where ties.standing = $standing
),

groups as (
    select
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_standing_groups as within
    inner join traits using (trait)
    where within.standing = $standing
    group by traits.unit
),

positions as (
    select coalesce(list(position order by position), []) as positions,
    from plan_ties
    where standing = $standing
),

listed_keys as (
    select
        draw,
        unit,
        map_from_entries(list((position, key))) as keys,
    from keys
    group by draw, unit
),

keyed as (
    select
        marks.draw,
        marks.unit,
        marks.marks as total,
        coalesce(groups.grp, '') as grp,
        standings.by_lot,
        list_transform(
            positions.positions, lambda position: coalesce(listed_keys.keys[position], 0::decimal(18, 10))
        ) as keys,
        if(standings.by_lot and lots.seed is not null, sha256(lots.seed || ':' || marks.unit), '') as ticket,
    from component_marks as marks
    inner join plan_standings as standings
        on marks.component = standings.component and standings.standing = $standing
    cross join positions
    left join listed_keys on marks.draw = listed_keys.draw and marks.unit = listed_keys.unit
    left join groups on marks.unit = groups.unit
    left join lots on lots.standing = $standing
    left join rating_votes as votes on marks.draw = votes.draw and marks.unit = votes.unit and votes.standing = $standing
    where marks.marks is not null and coalesce(votes.votes, 0) >= standings.min_votes
)

select
    unit,
    $standing as standing,
    total,
    rank() over (partition by draw, grp order by total desc, keys desc, ticket) as place,
    draw,
    grp,
    rank() over (partition by draw order by total desc, keys desc, ticket) as overall,
    case
        when count(*) over (partition by draw, grp, total) = 1 then null
        when count(*) over (partition by draw, grp, total, keys) = 1 then 'tie_keys'
        when not by_lot then 'shared'
        when ticket = '' then 'open'
        else 'lot'
    end as decided_by,
from keyed
