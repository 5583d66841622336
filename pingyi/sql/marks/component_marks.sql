-- component_marks: one row for each draw, component of this turn and unit in play.
-- marks (分): ten decimals, rounded once, here; null where the unit has none. flag: what was done about missing facts.
select
    in_play.unit,
    in_play.component,
    if(unmeasured.unit is null, to_marks(working.exact), unmeasured.marks) as marks,
    draws.draw,
    in_play.full_marks,
    case
        when unmeasured.unit is not null then 'unmeasured'
        when working.exact is null then coalesce(working.flag, 'missing')
        else working.flag
    end as flag,
    if(unmeasured.unit is null, working.exact, atoms(unmeasured.marks)) as exact,
from in_play
cross join draws
left join working
    on draws.draw = working.draw and in_play.component = working.component and in_play.unit = working.unit
left join unmeasured on in_play.component = unmeasured.component and in_play.unit = unmeasured.unit
