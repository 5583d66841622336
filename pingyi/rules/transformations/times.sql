-- times: value × a number.
select
    unnest(conversion),
    times(before, times_factor) as after,
from conversion_inputs
where kind = 'times'
