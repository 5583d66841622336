-- rating_votes: one row for each draw, standing, unit for which the standing's component exists, and level: ratings (票) counted in
-- that component and below. Only where a component below is evaluated for the unit: ballots are counted for candidates.
with recursive below as (
    select
        standing,
        component,
    from turn_standings
    where min_votes > 0 or standing in (select standing from plan_ties where level is not null)
    union
    select
        below.standing,
        kids.component,
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
semi join component_marks as marks on tally.component = marks.component and tally.unit = marks.unit
group by tally.draw, below.standing, tally.unit, tally.level
