-- rating_votes: one row for each draw, standing, unit and level: ratings (票) counted in the standing's component and below.
with recursive below as (
    select standing, component
    from plan_standings
    union
    select below.standing, kids.component
    from below
    inner join plan_components as kids on below.component = kids.parent
)

select
    tally.draw,
    below.standing,
    tally.unit,
    tally.level,
    sum(tally.votes)::bigint as votes,
from tally
inner join below using (component)
group by tally.draw, below.standing, tally.unit, tally.level
