-- totals: one row for each draw and unit that the standing ranks.
-- total (分), place within the standing's group, overall: place over all groups in the same order of keys.
-- decided_by: what separates units of equal total: tie_keys | lot | open (a lot is due) | shared; null: nothing had to.
with groups as (
    select
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_standing_groups as within
    inner join traits using (trait)
    where within.standing = $standing
    group by traits.unit
),

all_votes as (
    select
        draw,
        unit,
        sum(votes) as votes,
    from rating_votes
    where standing = $standing
    group by draw, unit
),

keyed as (
    select
        marks.draw,
        marks.unit,
        any_value(marks.marks) as total,
        any_value(standings.by_lot) as by_lot,
        list(
            coalesce(tie_marks.marks, if(ties.fewer, -1, 1) * level_votes.votes, 0)::decimal(28, 10)
            order by ties.position
        ) as keys,
    from component_marks as marks
    inner join plan_standings as standings
        on marks.component = standings.component and standings.standing = $standing
    left join plan_ties as ties on standings.standing = ties.standing
    left join component_marks as tie_marks
        on ties.component = tie_marks.component and marks.draw = tie_marks.draw and marks.unit = tie_marks.unit
    left join rating_votes as level_votes
        on
            standings.standing = level_votes.standing
            and ties.level = level_votes.level
            and marks.draw = level_votes.draw
            and marks.unit = level_votes.unit
    left join all_votes as votes on marks.draw = votes.draw and marks.unit = votes.unit
    where marks.marks is not null and coalesce(votes.votes, 0) >= standings.min_votes
    group by marks.draw, marks.unit
),

ticketed as (
    select
        keyed.*,
        coalesce(groups.grp, '') as grp,
        if(keyed.by_lot and lots.seed is not null, sha256(lots.seed || ':' || keyed.unit), '') as ticket,
    from keyed
    left join groups on keyed.unit = groups.unit
    left join lots on lots.standing = $standing
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
from ticketed
