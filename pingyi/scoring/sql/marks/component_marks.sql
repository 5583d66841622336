-- component_marks: one row for each draw, component of this turn and unit in play.
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
            else working.exact
        end as exact,
        case
            when vetoed.unit is not null then 'veto'
            when suppressed.unit is not null then 'suppressed'
            when in_play.imported and brought.exact is null and windows.starts > as_of.day then 'not_due'
            when in_play.imported then null
            when unmeasured.unit is not null then 'unmeasured'
            else working.flag
        end as flag,
    from in_play
    inner join windows on in_play.component = windows.component
    cross join draws
    cross join as_of
    left join working
        on
            draws.draw = working.draw
            and in_play.component = working.component
            and in_play.unit = working.unit
            and working.cycle = ''
    left join given_marks as brought
        on in_play.component = brought.component and in_play.unit = brought.unit and in_play.imported
    left join unmeasured on in_play.component = unmeasured.component and in_play.unit = unmeasured.unit
    left join suppressed on in_play.component = suppressed.component and in_play.unit = suppressed.unit
    left join vetoed on in_play.component = vetoed.component and in_play.unit = vetoed.unit
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
