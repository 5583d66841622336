-- round: to so many places, half away from zero or down (toward zero) as the plan orders.
select
    unnest(conversion),
    if(
        round_mode = 'half_up',
        to_places(before, round_places),
        down_to_places(before, round_places)
    ) as after,
from conversion_inputs
where kind = 'round'
