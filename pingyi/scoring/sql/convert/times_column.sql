-- times_column: value × the number in the roster column that the plan names (word).
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    times(working.exact, traits.value::decimal(18, 6)) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'times_column'
inner join traits on working.unit = traits.unit and converts.word = traits.trait
