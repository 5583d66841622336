-- component_marks: one row for each draw, component and unit in play.
-- exact (atoms): what everything after computes and compares with, null where the unit has no marks; marks (分): the same
-- for people, to ten decimals. flag: what was done about missing facts, or why there are no marks.
-- A veto wins over marks that the unit brings with it; these over what is not measured so far.
with windows as (
    select
        component,
        min(starts) as starts,
    from plan_cycle_parts
    group by component
),

ended as (
    select
        marks.draw,
        marks.component,
        marks.unit,
        marks.exact + coalesce(outside.exact, 0) as exact,
        marks.flag,
    from year_marks as marks
    left join outside_marks as outside
        on marks.draw = outside.draw and marks.component = outside.component and marks.unit = outside.unit
    where marks.cycle = ''
),

decided as (
    select
        in_play.unit,
        in_play.component,
        draws.draw,
        in_play.full_marks,
        case
            when coalesce(vetoed.unit, suppressed.unit) is not null then null
            when in_play.imported then brought.exact
            when unmeasured.unit is not null then atoms(unmeasured.marks)
            else ended.exact
        end as exact,
        case
            when vetoed.unit is not null then 'veto'
            when suppressed.unit is not null then 'suppressed'
            when in_play.imported and brought.exact is null and windows.starts > as_of.day then 'not_due'
            when in_play.imported then null
            when unmeasured.unit is not null then 'unmeasured'
            else ended.flag
        end as flag,
    from turn_units as in_play
    inner join windows on in_play.component = windows.component
    cross join draws
    cross join as_of
    left join ended
        on draws.draw = ended.draw and in_play.component = ended.component and in_play.unit = ended.unit
    left join given_marks as brought
        on in_play.component = brought.component and in_play.unit = brought.unit and in_play.imported
    left join unmeasured on in_play.component = unmeasured.component and in_play.unit = unmeasured.unit
    left join (select distinct component, unit from suppressed) as suppressed
        on in_play.component = suppressed.component and in_play.unit = suppressed.unit
    left join (select distinct component, unit from vetoed) as vetoed
        on in_play.component = vetoed.component and in_play.unit = vetoed.unit
)

select
    unit,
    component,
    to_marks(exact) as marks,
    draw,
    full_marks,
    if(exact is null, coalesce(flag, 'missing'), flag) as flag,
    exact,
from decided
