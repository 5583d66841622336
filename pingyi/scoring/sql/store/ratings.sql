-- Ratings of a share of the store, in the columns of `ratings`: those of its units, from `first_unit` to `last_unit`,
-- or of some of their persons, without what lies outside of a unit's life. rating: the place of the row in the store.
-- Where ratings are only counted (`alike`), those that nothing tells apart stand in one row, the first one's: `times` of
-- them, from `row` to `last_row`. By themselves stand those of whom the plan asks more than how many there are: where it
-- takes every rater or every form together, and where the same person may have given others (`repeated_turns`).
with asked as (
    select
        component,
        by_rater or component in (select component from plan_words where kind = 'item') as singly,
    from plan_ratings
),

bounded as (
    select
        unit,
        founded_on,
        abolished_on,
    from units
    where founded_on is not null or abolished_on is not null
),

placed as (
    select
        stored.*,
        (stored.file_index::bigint << 32) | stored.file_row_number as rating,
        turn_days.cycle,
        turn_days.month,
        asked.singly or not getvariable('alike') or repeated_turns.turn is not null as alone,
    from stored
    inner join asked on stored.method = asked.component
    left join turn_days on stored.method = turn_days.component and stored.rated_on::date = turn_days.day
    left join bounded on stored.unit = bounded.unit
    left join repeated_turns
        on
            turn_of(stored.method, stored.unit, turn_days.turn, stored.respondent_high, stored.respondent_low)
            = repeated_turns.turn
    where
        stored.unit between getvariable('first_unit') and getvariable('last_unit')
        and is_of_part(stored.respondent_high)
        and not is_outside(stored.rated_on, bounded.founded_on, bounded.abolished_on)
)

select
    min(rating) as rating,
    method::leaf_id as component,
    if(alone, form, null) as form,
    unit::unit_id as unit,
    level::level_id as level,
    min(rated_on) as rated_on,
    whole(if(alone, respondent_high, null), if(alone, respondent_low, null)) as respondent,
    "group"::group_id as grp,
    channel::channel_id as channel,
    item::item_id as item,
    own,
    count(*) as times,
    source,
    sheet,
    min(row) as row,
    max(row) as last_row,
from placed
group by
    method, unit, level, "group", channel, item, own, source, sheet, cycle, month,
    if(alone, rating, null), if(alone, form, null), if(alone, respondent_high, null), if(alone, respondent_low, null)
