-- notices pending_events: one row for each component and unit with events that nobody has settled yet. found: which.
select
    'decision' as severity,
    'pending_events' as kind,
    event_points.component as "where",
    event_points.unit,
    string_agg(event_points.event, '、' order by event_points.event) as found,
    any_value(components.clause) as clause,
    '尚未确认或尚未签字，没有计入；请确认、签字或撤销' as wanted,
from event_points
inner join plan_components as components using (component)
inner join events on event_points.event = events.event
where
    event_points.not_counted = 'not_signed'
    or (event_points.not_counted = 'not_confirmed' and events.status in ('proposed', 'objected'))
group by event_points.component, event_points.unit
