-- scale: value × to ÷ from.
select
    unnest(conversion),
    part_of(before, micro(scale_to), micro(scale_start)) as after,
from conversion_inputs
where kind = 'scale'
