-- Ratings of a share of the store, in the columns of `ratings`: those of its units, from `first_unit` to `last_unit`,
-- without what lies outside of a unit's life. rating: the place of the row in the store.
select
    (stored.file_index::bigint << 32) | stored.file_row_number as rating,
    stored.method::leaf_id as component,
    stored.form,
    stored.unit::unit_id as unit,
    stored.level::level_id as level,
    stored.rated_on,
    whole(stored.respondent_high, stored.respondent_low) as respondent,
    stored."group"::group_id as grp,
    stored.channel::channel_id as channel,
    stored.item::item_id as item,
    stored.own,
    stored.source,
    stored.sheet,
    stored.row,
from stored
left join units on stored.unit = units.unit
where
    stored.unit between getvariable('first_unit') and getvariable('last_unit')
    and not is_outside(stored.rated_on, units.founded_on, units.abolished_on)
