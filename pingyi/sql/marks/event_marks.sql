-- event_marks: one row for each component of this turn scored from events, unit in play and cycle.
-- summed, exact (atoms): base with all points, and what floor, cap and veto leave of it.
with totals as (
    select
        component,
        unit,
        cycle,
        sum(exact)::hugeint as exact,
        bool_or(coalesce(veto = 'zero', false)) as zero,
        bool_or(coalesce(veto = 'not_ranked', false)) as not_ranked,
    from event_points
    where not_counted is null
    group by component, unit, cycle
),

summed as (
    select
        in_play.component,
        in_play.unit,
        cycles.cycle,
        rules.floor,
        rules.cap,
        coalesce(totals.zero, false) as zero,
        coalesce(totals.not_ranked, false) as not_ranked,
        atoms(rules.base) + coalesce(totals.exact, 0) as summed,
    from in_play
    inner join plan_events as rules on in_play.component = rules.component
    inner join plan_cycles as cycles on in_play.component = cycles.component
    left join totals
        on
            in_play.component = totals.component
            and in_play.unit = totals.unit
            and cycles.cycle = totals.cycle
    where not in_play.imported
)

select
    component,
    unit,
    cycle,
    summed,
    case
        when not_ranked then null
        when zero then 0
        else greatest(
            least(summed, coalesce(atoms(cap), summed)),
            coalesce(atoms(floor), least(summed, coalesce(atoms(cap), summed)))
        )
    end as exact,
    if(not_ranked, 'veto', null) as flag,
from summed
