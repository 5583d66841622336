-- scale: value × to (b) ÷ from (a).
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    part_of(working.exact, micro(converts.b), micro(converts.a)) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'scale'
