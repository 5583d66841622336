-- One row: how many ratings of the store there are to be counted, of all units together.
select count(*) as ratings
from read_parquet(getvariable('rating_parts')) as stored
left join units on stored.unit = units.unit
anti join ratings_left_out as gone
    on stored.source = gone.source and stored.sheet is not distinct from gone.sheet and stored.row = gone.row
where
    stored.rated_on::date <= coalesce(getvariable('known_until'), stored.rated_on::date)
    and not coalesce(stored.rated_on::date < units.founded_on or stored.rated_on::date > units.abolished_on, false)
