-- redrawn: one row for each standing and unit with votes in the standing's component or below: what resampling draws
-- anew. A unit without a row has none there, such as one that brought its marks; its marks are the same in every draw.
with recursive below as (
    select
        standing,
        component,
    from turn_standings
    union
    select
        below.standing,
        kids.component,
    from below
    inner join plan_components as kids on below.component = kids.parent
)

select distinct
    below.standing,
    tally.unit,
from tally
inner join below using (component)
where tally.draw > 0
