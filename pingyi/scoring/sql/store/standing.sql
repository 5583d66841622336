-- One row: how many ratings of the store there are to be counted, of all units together.
select count(*) as ratings
from stored
left join units on stored.unit = units.unit
where not is_outside(stored.rated_on, units.founded_on, units.abolished_on)
