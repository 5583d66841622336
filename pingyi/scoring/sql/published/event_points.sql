-- event_points: one row for each event looked at: what it costs or earns (分), or why it does not count.
select
    points.unit,
    points.component,
    points.event,
    points.item,
    points.cycle,
    to_marks(points.exact) as points,
    points.not_counted,
    events.happened_on,
    events.document,
    events.source,
    events.row,
    roster.name,
from event_points as points
inner join events using (event)
inner join roster on points.unit = roster.unit
order by all
