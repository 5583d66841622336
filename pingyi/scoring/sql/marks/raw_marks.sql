-- raw_marks: one row for each draw, component, unit in play and cycle: what facts or children give (atoms), before any
-- conversion. Only the count of ratings differs from draw to draw; everything else is the same in all of them.
-- Units that bring their marks with them are left out: nothing is converted for them, and they are nobody's best.
-- What is vetoed, not told, not measured so far or not due yet has no marks from the start: it takes no rank and is
-- nobody's best. held: a veto that emptied the component for the `year` or the `cycle` keeps conversions from lifting it
-- above zero.
with by_draw as (
    select draw, component, unit, cycle, exact, flag,
    from rating_marks
    union all
    select draw, component, unit, cycle, exact, flag,
    from node_marks
),

the_same as (
    select component, unit, cycle, exact, flag, held,
    from event_marks
    union all
    select component, unit, cycle, exact, flag, null as held,
    from given_marks
    union all
    select component, unit, cycle, exact, null as flag, null as held,
    from measured
),

evaluated as (
    select component, unit,
    from turn_units
    where not imported
),

scored as (
    select draw, component, unit, cycle, exact, flag, null as held,
    from by_draw
    semi join evaluated using (component, unit)
    union all
    select draws.draw, the_same.component, the_same.unit, the_same.cycle, the_same.exact, the_same.flag, the_same.held,
    from the_same
    semi join evaluated using (component, unit)
    cross join draws
)

select
    scored.draw,
    scored.component,
    scored.unit,
    scored.cycle,
    case
        when coalesce(vetoed.unit, suppressed.unit, unmeasured.unit) is null and cycles.starts <= as_of.day
            then scored.exact
    end as exact,
    case
        when vetoed.unit is not null then 'veto'
        when suppressed.unit is not null then 'suppressed'
        when unmeasured.unit is not null then 'unmeasured'
        when cycles.starts > as_of.day then 'not_due'
        else scored.flag
    end as flag,
    scored.held,
from scored
inner join plan_cycle_parts as cycles
    on scored.component = cycles.component and scored.cycle = cycles.cycle and cycles.part = ''
left join (select distinct component, unit from vetoed) as vetoed
    on scored.component = vetoed.component and scored.unit = vetoed.unit
left join (select distinct component, unit from suppressed) as suppressed
    on scored.component = suppressed.component and scored.unit = suppressed.unit
left join unmeasured on scored.component = unmeasured.component and scored.unit = unmeasured.unit
cross join as_of
