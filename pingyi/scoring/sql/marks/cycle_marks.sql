-- cycle_marks: one row for each draw, component of this turn, unit in play and cycle: marks of the cycle after its
-- conversions (atoms).
select
    draw,
    component,
    unit,
    cycle,
    exact,
    flag,
from working
