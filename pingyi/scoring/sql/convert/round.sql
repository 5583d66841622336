-- round: to a places, half away from zero or down (toward zero) as the plan orders.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    if(
        converts.word = 'half_up',
        to_places(working.exact, converts.a::integer),
        down_to_places(working.exact, converts.a::integer)
    ) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'round'
