-- component_marks: one row for each draw, component of this turn and unit in play.
-- marks (分): ten decimals, rounded once, here; null where the unit has none. flag: what was done about missing facts.
select
    in_play.unit,
    in_play.component,
    to_marks(working.exact) as marks,
    draws.draw,
    in_play.full_marks,
    if(working.exact is null, coalesce(working.flag, 'missing'), working.flag) as flag,
from in_play
cross join draws
left join working
    on draws.draw = working.draw and in_play.component = working.component and in_play.unit = working.unit
