-- unmeasured: one row for each leaf and unit in play for which no fact has come in, where the plan says what
-- that gives. marks (分): the full marks, or null where the leaf then has none.
with facts as (
    select component, unit
    from tally
    where draw = 0
    union
    select component, unit
    from event_points
    where not_counted is null or not_counted in ('in_time', 'not_due', 'same_deed')
    union
    select component, unit
    from given_marks
    where counted > 0
    union
    select component, unit
    from measured
    where counted > 0
)

select
    in_play.component,
    in_play.unit,
    if(components.unmeasured = 'full', in_play.full_marks, null) as marks,
from turn_units as in_play
inner join plan_components as components on in_play.component = components.component
anti join facts on in_play.component = facts.component and in_play.unit = facts.unit
where components.unmeasured is not null and not in_play.imported
