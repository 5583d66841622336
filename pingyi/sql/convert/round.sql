-- round: to a places, half up or down as the plan orders.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    if(
        converts.word = 'half_up',
        to_places(working.exact, converts.a::integer),
        working.exact // power_of_ten(24 - converts.a::integer) * power_of_ten(24 - converts.a::integer)
    ) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'round'
