-- Ratings of a share of the store, in the columns of `ratings`: those of its units, from `first_unit` to `last_unit`. What
-- lies outside of a unit's life, or came after the day that the campaign is looked at, is not among them.
-- rating: the place of the row in the store.
with stored as (
    select
        * replace (method::leaf_id as method, "group"::group_id as "group"),
        (file_index::bigint << 32) | file_row_number as rating,
    from read_parquet(getvariable('rating_parts'))
    where unit between getvariable('first_unit') and getvariable('last_unit')
)

select
    stored.rating,
    stored.method as component,
    stored.form,
    stored.unit::unit_id as unit,
    stored.level::level_id as level,
    stored.rated_on,
    whole(stored.respondent_high, stored.respondent_low) as respondent,
    stored."group" as grp,
    stored.channel::channel_id as channel,
    stored.item::item_id as item,
    stored.own,
    stored.source,
    stored.sheet,
    stored.row,
from stored
left join units on stored.unit = units.unit
anti join ratings_left_out as gone
    on stored.source = gone.source and stored.sheet is not distinct from gone.sheet and stored.row = gone.row
where
    stored.rated_on::date <= coalesce(getvariable('known_until'), stored.rated_on::date)
    and not coalesce(stored.rated_on::date < units.founded_on or stored.rated_on::date > units.abolished_on, false)
