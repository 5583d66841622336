-- cap: at most so much.
select
    unnest(conversion),
    if(before is null, null, least(before, atoms(cap_most))) as after,
from conversion_inputs
where kind = 'cap'
