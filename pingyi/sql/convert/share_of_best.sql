-- share_of_best: a × value ÷ the best value of the same draw, component and cycle; zero where the best is zero.
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
    if(exact is null, null, coalesce(times(quotient(exact, nullif(best, 0)), a), 0)) as exact,
from best
