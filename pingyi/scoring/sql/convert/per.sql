-- per: value ÷ the number in the roster column that the plan names (word), headcount for one.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    part_of(working.exact, 1000000, nullif(micro(traits.value::decimal(18, 6)), 0)) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'per'
inner join traits on working.unit = traits.unit and converts.word = traits.trait
