-- totals: one row for each draw and unit that the standing ranks.
-- total (分), exact (atoms). place within the standing's group; overall: place over all groups in the same order of keys;
-- without_lot: the same, before a lot. A key without a value comes last.
-- decided_by: what separates units of equal total: tie_keys | lot | open (a lot is due) | shared; null: nothing had to.
with recursive below as (
    select component
    from plan_standings
    where standing = $standing
    union
    select kids.component
    from below
    inner join plan_components as kids on below.component = kids.parent
),

brought as (
    select distinct unit
    from scope
    semi join below using (component)
    where imported
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

keyed as (
    select
        marks.draw,
        marks.unit,
        any_value(marks.marks) as total,
        any_value(marks.exact) as exact,
        any_value(compared(marks.exact)) as compared_total,
        any_value(standings.by_lot) as by_lot,
        list(
            [(ties.value is not null)::hugeint, coalesce(ties.value, 0::hugeint)] order by ties.position
        ) as keys,
    from component_marks as marks
    inner join plan_standings as standings
        on marks.component = standings.component and standings.standing = $standing
    left join tie_values as ties
        on standings.standing = ties.standing and marks.draw = ties.draw and marks.unit = ties.unit
    left join standing_respondents as asked
        on standings.standing = asked.standing and marks.draw = asked.draw and marks.unit = asked.unit
    left join brought on marks.unit = brought.unit
    where
        marks.exact is not null
        and (coalesce(asked.respondents, 0) >= standings.min_votes or brought.unit is not null)
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
    rank() over (partition by draw, grp order by compared_total desc, keys desc, ticket) as place,
    draw,
    grp,
    rank() over (partition by draw order by compared_total desc, keys desc, ticket) as overall,
    case
        when count(*) over (partition by draw, grp, compared_total) = 1 then null
        when count(*) over (partition by draw, grp, compared_total, keys) = 1 then 'tie_keys'
        when not by_lot then 'shared'
        when ticket = '' then 'open'
        else 'lot'
    end as decided_by,
    exact,
    rank() over (partition by draw order by compared_total desc, keys desc) as without_lot,
from ticketed
