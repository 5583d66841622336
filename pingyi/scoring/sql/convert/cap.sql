-- cap: at most a.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    if(working.exact is null, null, least(working.exact, atoms(converts.a))) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'cap'
