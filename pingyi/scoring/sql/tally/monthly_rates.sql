-- monthly_rates: one row for each component, unit and month in which ratings came: how many, and their mean value as a
-- share of the best (0 to 1, six places). Ratings as handed in within the window, before the plan's rules choose among
-- them: a view of the year, not what scores.
-- Votes are counted by level first: what a level is worth is looked up once for many of them.
with months as (
    select
        days.component,
        days.day,
        strftime(days.day, '%Y-%m') as month,
    from days
    inner join plan_ratings as rules on days.component::varchar = rules.component and not rules.by_form
),

by_level as (
    select
        ratings.component,
        ratings.unit,
        months.month,
        ratings.level,
        count(*) as ratings,
    from ratings
    inner join months on ratings.component = months.component and ratings.rated_on::date = months.day
    group by ratings.component, ratings.unit, months.month, ratings.level
),

counted as (
    select
        by_level.component::varchar as component,
        by_level.unit::varchar as unit,
        by_level.month,
        sum(by_level.ratings)::bigint as ratings,
        sum(by_level.ratings * micro(levels.value))::hugeint as earned,
        (any_value(micro(rules.out_of)) * sum(by_level.ratings))::hugeint as possible,
    from by_level
    inner join plan_ratings as rules on by_level.component::varchar = rules.component
    inner join plan_levels as levels
        on by_level.component::varchar = levels.component and by_level.level::varchar = levels.level
    where levels.value is not null
    group by by_level.component, by_level.unit, by_level.month
)

select
    component,
    unit,
    month,
    ratings,
    six_places(quotient(earned, possible)) as rate,
from counted
