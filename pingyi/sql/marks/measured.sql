-- measured: one row for each component of this turn that is measured, unit in play and cycle.
-- exact: numerator ÷ denominator, or the numerator, as a number in atoms; conversions make marks of it.
select
    in_play.component,
    in_play.unit,
    coalesce(measures.cycle, cycles.cycle) as cycle,
    if(
        any_value(rules.of) = 'rate',
        quotient(sum(micro(measures.numerator))::hugeint, nullif(sum(micro(measures.denominator))::hugeint, 0)),
        sum(atoms(measures.numerator))::hugeint
    ) as exact,
from in_play
inner join plan_measures as rules on in_play.component = rules.component
inner join measures on in_play.component = measures.component and in_play.unit = measures.unit
left join plan_cycles as cycles on in_play.component = cycles.component and cycles.position = 0
where not in_play.imported
group by in_play.component, in_play.unit, 3
