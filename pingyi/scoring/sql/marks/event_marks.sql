-- event_marks: one row for each component scored from events, unit in play and cycle.
-- summed, exact (atoms): base with all points, and what cap, floor and veto leave of it.
-- A veto that empties the component gives the lowest it can give, at most zero; held: for the `year` or for its `cycle`
-- no conversion lifts it above zero again. (`least` and `greatest` pass over a bound that the plan does not have.)
with totals as (
    select
        component,
        unit,
        cycle,
        sum(exact)::hugeint as exact,
    from event_points
    where not_counted is null
    group by component, unit, cycle
),

emptied as (
    select
        points.component,
        points.unit,
        if(catalogue.veto_per = 'year', '', points.cycle) as cycle,
    from event_points as points
    inner join plan_catalogue as catalogue on points.item = catalogue.item and catalogue.veto = 'zero'
    where points.not_counted is null or points.not_counted = 'same_deed'
    group by all
),

summed as (
    select
        in_play.component,
        in_play.unit,
        cycles.cycle,
        rules.floor,
        case
            when all_year.unit is not null then 'year'
            when this_cycle.unit is not null then 'cycle'
        end as held,
        atoms(rules.base) + coalesce(totals.exact, 0) as summed,
        least(summed, atoms(rules.cap)) as capped,
    from turn_units as in_play
    inner join plan_events as rules on in_play.component = rules.component
    inner join plan_cycles as cycles on in_play.component = cycles.component
    left join totals
        on
            in_play.component = totals.component
            and in_play.unit = totals.unit
            and cycles.cycle = totals.cycle
    left join emptied as all_year
        on in_play.component = all_year.component and in_play.unit = all_year.unit and all_year.cycle = ''
    left join emptied as this_cycle
        on
            in_play.component = this_cycle.component
            and in_play.unit = this_cycle.unit
            and cycles.cycle = this_cycle.cycle
    where not in_play.imported
)

select
    component,
    unit,
    cycle,
    summed,
    case
        when held is null then greatest(capped, atoms(floor))
        when floor is null then least(capped, 0)
        else least(atoms(floor), 0)
    end as exact,
    if(held is null, null, 'veto_zero') as flag,
    held,
from summed
