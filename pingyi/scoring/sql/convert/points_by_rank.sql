-- points_by_rank: marks by the place among all units with a value (equal values share the place); a after the last.
with ranked as (
    select
        working.*,
        converts.a,
        rank() over (
            partition by working.draw, working.component, working.cycle
            order by compared(if(converts.word = 'lowest_first', -working.exact, working.exact)) desc
        ) as place,
    from working
    inner join plan_converts as converts
        on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'points_by_rank'
    where working.exact is not null
)

select
    ranked.draw,
    ranked.component,
    ranked.unit,
    ranked.cycle,
    atoms(coalesce(steps.marks, ranked.a)) as exact,
from ranked
left join plan_convert_steps as steps
    on
        ranked.component = steps.component
        and steps.phase = $phase
        and steps.step = $step
        and ranked.place = steps.bound
