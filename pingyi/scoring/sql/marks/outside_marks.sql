-- outside_marks: one row for each draw, node and unit in play that has children outside the node's full marks: their
-- marks of the year together (atoms), added when all else is done; nothing where there are none.
select
    marks.draw,
    in_play.component,
    in_play.unit,
    sum(marks.exact)::hugeint as exact,
from turn_units as in_play
inner join plan_components as kids on in_play.component = kids.parent and kids.joins = 'outside'
inner join component_marks as marks on kids.component = marks.component and in_play.unit = marks.unit
group by marks.draw, in_play.component, in_play.unit
