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
from stored
inner join units on stored.unit = units.unit
where is_outside(stored.rated_on, units.founded_on, units.abolished_on)
