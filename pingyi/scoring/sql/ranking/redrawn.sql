-- redrawn: one row for each standing and unit with votes in the standing's component or below: what resampling draws
-- anew. A unit without a row has none there, such as one that brought its marks; its marks are the same in every draw.
select distinct
    below.standing,
    tally.unit,
from tally
inner join turn_standing_parts as below using (component)
where tally.draw > 0
