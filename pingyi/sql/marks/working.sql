-- working: one row for each draw, component of this turn, unit in play and cycle: marks on their way (atoms).
-- Only the count of ratings differs from draw to draw; everything else is the same in all of them.
with by_draw as (
    select draw, component, unit, cycle, exact, flag,
    from rating_marks
    union all
    select draw, component, unit, cycle, exact, flag,
    from node_marks
),

the_same as (
    select component, unit, cycle, exact, flag,
    from event_marks
    union all
    select component, unit, cycle, exact, null as flag,
    from given_marks
    union all
    select component, unit, cycle, exact, null as flag,
    from measured
)

select draw, component, unit, cycle, exact, flag,
from by_draw
semi join in_play using (component, unit)
union all
select draws.draw, the_same.component, the_same.unit, the_same.cycle, the_same.exact, the_same.flag,
from the_same
semi join in_play using (component, unit)
cross join draws
