-- cycle_marks: one row for each draw, component, unit in play and cycle: marks of the cycle after its conversions (atoms).
-- A value below the lowest step has no marks, and says so. held: as in raw_marks.
select
    raw.draw,
    raw.component,
    raw.unit,
    raw.cycle,
    if(converted.component is null, raw.exact, converted.exact) as exact,
    if(converted.below_steps, joined_flags([raw.flag, 'below_steps']), raw.flag) as flag,
    raw.held,
from raw_marks as raw
semi join turn_components using (component)
left join converted
    on
        converted.phase = 'cycle'
        and raw.draw = converted.draw
        and raw.component = converted.component
        and raw.unit = converted.unit
        and raw.cycle = converted.cycle
