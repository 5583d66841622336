-- Ratings of the store from before their unit was founded or after it was abolished, in the columns of `outside_life`.
select
    'ratings' as fact_table,
    stored.method as component,
    stored.unit,
    stored.form,
    stored.level,
    stored.rated_on,
    null as cycle,
    stored."group" as grp,
    stored.channel,
    stored.item,
    null as votes,
    stored.source,
    stored.sheet,
    stored.row,
from read_parquet(getvariable('rating_parts')) as stored
inner join units on stored.unit = units.unit
anti join ratings_left_out as gone
    on stored.source = gone.source and stored.sheet is not distinct from gone.sheet and stored.row = gone.row
where
    stored.rated_on::date <= coalesce(getvariable('known_until'), stored.rated_on::date)
    and (stored.rated_on::date < units.founded_on or stored.rated_on::date > units.abolished_on)
