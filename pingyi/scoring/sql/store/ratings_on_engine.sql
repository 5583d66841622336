-- Ratings of a share of the store on an engine of others, as `store/ratings` has them at home: those that nothing tells
-- apart in one row (times, from `row` to `last_row`), the others by themselves. Plain SQL, words instead of enums.
with items as (
    select distinct component
    from plan_words
    where kind = 'item'
),

placed as (
    select
        stored.*,
        turn_days.cycle,
        turn_days.month,
        turn_days.turn,
        plan_ratings.by_rater or items.component is not null as singly,
    from stored
    cross join known_until
    inner join plan_ratings on stored.method = plan_ratings.component
    left join items on stored.method = items.component
    left join turn_days on stored.method = turn_days.component and stored.rated_on::date = turn_days.day
    left join units on stored.unit = units.unit
    left join ratings_left_out as gone
        on stored.source = gone.source and coalesce(stored.sheet, '') = coalesce(gone.sheet, '') and stored.row = gone.row
    where
        stored.unit between getvariable('first_unit') and getvariable('last_unit')
        and gone.row is null
        and stored.rated_on::date <= coalesce(known_until.day, stored.rated_on::date)
        and not coalesce(stored.rated_on::date < units.founded_on or stored.rated_on::date > units.abolished_on, false)
),

repeated as (
    select
        method,
        unit,
        turn,
        respondent_high,
        respondent_low,
    from placed
    where turn is not null and respondent_high is not null
    group by method, unit, turn, respondent_high, respondent_low
    having count(*) > 1
),

told as (
    select
        placed.*,
        placed.singly or repeated.method is not null as alone,
    from placed
    left join repeated
        on
            placed.method = repeated.method
            and placed.unit = repeated.unit
            and placed.turn = repeated.turn
            and placed.respondent_high = repeated.respondent_high
            and placed.respondent_low = repeated.respondent_low
),

named as (
    select
        *,
        case when alone then row end as own_row,
        case when alone then form end as own_form,
        case when alone then respondent_high::varchar end as high,
        case when alone then respondent_low::varchar end as low,
    from told
)

select
    method as component,
    own_form as form,
    unit,
    level,
    min(rated_on)::varchar as rated_on,
    high,
    low,
    "group" as grp,
    channel,
    item,
    own,
    count(*) as times,
    source,
    sheet,
    min(row) as row,
    max(row) as last_row,
from named
group by
    own_row, method, own_form, unit, level, high, low, "group", channel, item, own, source, sheet, cycle, month
