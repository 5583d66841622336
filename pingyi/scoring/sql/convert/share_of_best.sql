-- share_of_best: a × value ÷ the best value of the same draw, component and cycle, which must be above zero
-- (checks/marks).
with best as (
    select
        working.*,
        converts.a,
        max(working.exact) over (partition by working.draw, working.component, working.cycle) as best,
    from working
    inner join plan_converts as converts
        on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'share_of_best'
)

select
    draw,
    component,
    unit,
    cycle,
    share_of(exact, a, if(best > 0, best, null)) as exact,
from best
