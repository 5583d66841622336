-- share_of_best: full marks × value ÷ the best value of the same draw, component and cycle, which must be above zero
-- (checks/marks).
with compared_with as (
    select
        *,
        max(before) over (partition by draw, component, cycle, phase, step) as best,
    from conversion_inputs
    where kind = 'share_of_best'
)

select
    unnest(conversion),
    share_of(before, share_of_best_full, if(best > 0, best, null)) as after,
from compared_with
