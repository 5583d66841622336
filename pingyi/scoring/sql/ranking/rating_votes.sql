-- rating_votes: one row for each draw, standing, unit for which the standing's component exists, and level: ratings (票)
-- counted in that component and below, where the standing asks for votes of a level or for enough of them. Only where a
-- component below is evaluated for the unit: ballots are counted for candidates.
select
    tally.draw,
    below.standing,
    tally.unit,
    tally.level,
    sum(tally.votes)::bigint as votes,
from tally
inner join turn_standing_parts as below using (component)
semi join component_marks as marks on tally.component = marks.component and tally.unit = marks.unit
where below.min_votes > 0 or below.standing in (select standing from plan_ties where level is not null)
group by tally.draw, below.standing, tally.unit, tally.level
