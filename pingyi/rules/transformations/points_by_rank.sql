-- points_by_rank: marks by the place among all units with a value (equal values share the place); after the last place what `after` says.
with ranked as (
    select
        *,
        rank() over (
            partition by draw, component, cycle, phase, step, before is null
            order by compared(if(points_by_rank_lowest_first, -before, before)) desc
        ) as place,
    from conversion_inputs
    where kind = 'points_by_rank'
)

select
    unnest(ranked.conversion),
    if(ranked.before is null, null, atoms(coalesce(places.marks, ranked.points_by_rank_after))) as after,
from ranked
left join plan_convert_steps as places
    on
        ranked.component = places.component
        and ranked.phase = places.phase
        and ranked.step = places.step
        and ranked.place = places.bound
