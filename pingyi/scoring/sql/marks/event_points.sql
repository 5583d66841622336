-- event_points: one row for each event of a component and of a unit in play.
-- exact (atoms): what it costs or earns. due: when an answer was due, where the item sets a deadline.
-- not_counted: why it does not, null where it does. factor: its factors multiplied, in millionths, for the reader.
-- Of entries of one deed the gravest counts; ladders climb over what counts, in the order of days, then of numbers.
with factor_lists as (
    select
        events.event,
        list(micro(factors.times) order by factors.factor) as factors,
    from events
    inner join plan_factors as factors on events.item = factors.item and list_contains(events.factors, factors.factor)
    group by events.event
),

deadlines as (
    select
        events.event,
        case rules.kind
            when 'days' then events.opened_on + rules.number
            when 'months' then (events.opened_on + to_months(rules.number))::date
            when 'working_days' then (
                select min(later.day)
                from workdays as later
                where later.nth = rules.number
                    + (select coalesce(max(before.nth), 0) from workdays as before where before.day <= events.opened_on)
            )
        end as due,
    from events
    inner join plan_deadlines as rules
        on events.item = rules.item and coalesce(events.extended, false) = rules.extended
),

placed as (
    select
        in_play.component,
        events.unit,
        events.event,
        events.item,
        events.happened_on,
        number_order(events.event) as number,
        events.deed,
        events.times,
        days.cycle,
        catalogue.has_ladder,
        catalogue.veto,
        rules.same_deed,
        coalesce(factor_lists.factors, []) as factors,
        coalesce(catalogue.points, events.points, 0) as points,
        coalesce(first_rungs.points, catalogue.points, events.points, 0) as weighed_points,
        deadlines.due,
        case
            when states.status is null then 'not_confirmed'
            when days.day is null then 'outside_window'
            when events.closed_on <= deadlines.due then 'in_time'
            when events.closed_on is null and deadlines.due >= as_of.day then 'not_due'
            when deadlines.event is not null and deadlines.due is null then 'not_due'
            when rules.needs_signature and events.signed_on is null then 'not_signed'
        end as not_counted,
    from events
    inner join plan_catalogue as catalogue on events.item = catalogue.item
    inner join turn_units as in_play on catalogue.component = in_play.component and events.unit = in_play.unit and not in_play.imported
    inner join plan_events as rules on catalogue.component = rules.component
    left join plan_ladders as first_rungs on events.item = first_rungs.item and first_rungs.nth = 1
    left join days on catalogue.component = days.component and events.happened_on = days.day
    left join plan_event_states as states
        on catalogue.component = states.component and events.status = states.status
    left join factor_lists on events.event = factor_lists.event
    left join deadlines on events.event = deadlines.event
    cross join as_of
),

weighed as (
    select
        *,
        row_number() over (
            partition by component, unit, deed, not_counted is null
            order by
                compared(abs(list_reduce(
                    list_prepend(atoms(weighed_points) * times, factors), lambda a, b: part_of(a, b, 1000000)
                ))) desc,
                happened_on,
                number
        ) as weight,
    from placed
),

settled as (
    select
        * exclude (not_counted),
        coalesce(not_counted, if(same_deed and deed <> '' and weight > 1, 'same_deed', null)) as not_counted,
    from weighed
),

cases as (
    select
        settled.event,
        settled.item,
        row_number() over (
            partition by settled.component, settled.unit, settled.cycle, settled.item
            order by settled.happened_on, settled.number, repeats.nth
        ) as nth,
    from settled
    cross join lateral (select unnest(generate_series(1, settled.times)) as nth) as repeats
    where settled.has_ladder and settled.not_counted is null
),

climbed as (
    select
        cases.event,
        sum(atoms(ladders.points))::hugeint as exact,
    from cases
    inner join plan_ladders as ladders
        on cases.item = ladders.item and (cases.nth = ladders.nth or (ladders.last and cases.nth > ladders.nth))
    group by cases.event
)

select
    settled.component,
    settled.unit,
    settled.event,
    settled.item,
    coalesce(settled.cycle, '') as cycle,
    settled.points,
    settled.times,
    list_reduce(list_prepend(1000000::hugeint, settled.factors), lambda a, b: part_of(a, b, 1000000)) as factor,
    settled.veto,
    list_reduce(
        list_prepend(coalesce(climbed.exact, atoms(settled.weighed_points) * settled.times), settled.factors),
        lambda a, b: part_of(a, b, 1000000)
    ) as exact,
    settled.due,
    settled.not_counted,
from settled
left join climbed on settled.event = climbed.event
