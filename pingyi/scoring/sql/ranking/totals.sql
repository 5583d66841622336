-- totals: one row for each draw, standing and unit that it ranks.
-- total (分), exact (atoms). place within the standing's group; overall: place over all groups in the same order of keys;
-- without_lot: the same, before a lot. A key without a value comes last.
-- decided_by: what separates units of equal total: tie_keys | lot | open (a lot is due) | shared; null: nothing had to.
with brought as (
    select distinct
        below.standing,
        scope.unit,
    from scope
    inner join turn_standing_parts as below using (component)
    where scope.imported
),

groups as (
    select
        within.standing,
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_standing_groups as within
    inner join traits using (trait)
    group by within.standing, traits.unit
),

keyed as (
    select
        marks.draw,
        standings.standing,
        marks.unit,
        any_value(marks.marks) as total,
        any_value(marks.exact) as exact,
        any_value(compared(marks.exact)) as compared_total,
        any_value(standings.by_lot) as by_lot,
        list(
            [(ties.value is not null)::hugeint, coalesce(ties.value, 0::hugeint)] order by ties.position
        ) as keys,
    from component_marks as marks
    inner join turn_standings as standings on marks.component = standings.component
    left join tie_values as ties
        on standings.standing = ties.standing and marks.draw = ties.draw and marks.unit = ties.unit
    left join standing_respondents as asked
        on standings.standing = asked.standing and marks.draw = asked.draw and marks.unit = asked.unit
    left join brought on standings.standing = brought.standing and marks.unit = brought.unit
    where
        marks.exact is not null
        and (coalesce(asked.respondents, 0) >= standings.min_votes or brought.unit is not null)
    group by marks.draw, standings.standing, marks.unit
),

ticketed as (
    select
        keyed.*,
        coalesce(groups.grp, '') as grp,
        if(keyed.by_lot and lots.seed is not null, sha256(lots.seed || ':' || keyed.unit), '') as ticket,
    from keyed
    left join groups on keyed.standing = groups.standing and keyed.unit = groups.unit
    left join lots on keyed.standing = lots.standing
),

equal_totals as (
    select draw, standing, grp, compared_total, count(*) as units
    from ticketed
    group by draw, standing, grp, compared_total
),

equal_keys as (
    select draw, standing, grp, compared_total, keys, count(*) as units
    from ticketed
    group by draw, standing, grp, compared_total, keys
)

select
    unit,
    standing,
    total,
    rank() over (partition by draw, standing, grp order by compared_total desc, keys desc, ticket) as place,
    draw,
    grp,
    rank() over (partition by draw, standing order by compared_total desc, keys desc, ticket) as overall,
    case
        when equal_totals.units = 1 then null
        when equal_keys.units = 1 then 'tie_keys'
        when not by_lot then 'shared'
        when ticket = '' then 'open'
        else 'lot'
    end as decided_by,
    exact,
    rank() over (partition by draw, standing order by compared_total desc, keys desc) as without_lot,
from ticketed
inner join equal_totals using (draw, standing, grp, compared_total)
inner join equal_keys using (draw, standing, grp, compared_total, keys)
