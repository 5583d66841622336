-- floor: at least so much.
select
    unnest(conversion),
    if(before is null, null, greatest(before, atoms(floor_least))) as after,
from conversion_inputs
where kind = 'floor'
