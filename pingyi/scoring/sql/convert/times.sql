-- times: value × a.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    times(working.exact, converts.a) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'times'
