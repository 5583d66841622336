-- measured: one row for each component that is measured, unit in play and cycle.
-- exact: numerator ÷ denominator, or the numerator, as a number in atoms, null where nothing was measured; conversions
-- make marks of it. counted: rows that count.
with dated as (
    select
        measures.*,
        coalesce(measures.cycle, days.cycle, if(measures.measured_on is null, single_cycles.cycle, null)) as cycle_of_row,
    from measures
    left join days on measures.component = days.component and measures.measured_on = days.day
    left join single_cycles on measures.component = single_cycles.component
)

select
    in_play.component,
    in_play.unit,
    cycles.cycle,
    if(
        any_value(rules.of) = 'rate',
        quotient(sum(micro(dated.numerator))::hugeint, nullif(sum(micro(dated.denominator))::hugeint, 0)),
        sum(atoms(dated.numerator))::hugeint
    ) as exact,
    count(dated.component) as counted,
from turn_units as in_play
inner join plan_measures as rules on in_play.component = rules.component
inner join plan_cycles as cycles on in_play.component = cycles.component
left join dated
    on
        in_play.component = dated.component
        and in_play.unit = dated.unit
        and cycles.cycle = dated.cycle_of_row
        and (dated.measured_on is null or dated.measured_on between cycles.starts and cycles.ends)
where not in_play.imported
group by in_play.component, in_play.unit, cycles.cycle
