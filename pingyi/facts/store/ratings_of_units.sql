-- Ratings of some units out of the store, in the order of their files.
select stored.* exclude (respondent_high, respondent_low)
from stored
where stored.unit in (select unnest(getvariable('units')))
order by stored.source, stored.sheet, stored.row
