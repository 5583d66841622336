-- round: to a places, half away from zero or down (toward zero) as the plan orders.
select
    draw,
    component,
    unit,
    cycle,
    phase,
    step,
    kind,
    held,
    before,
    if(
        word = 'half_up',
        to_places(before, a::integer),
        down_to_places(before, a::integer)
    ) as after,
from conversion_inputs
where kind = 'round'
