-- monthly_rates: one row for each component, unit and month in which ratings came: how many, and their mean value as a
-- share of the best (0 to 1, six places). Ratings as handed in within the window, before the plan's rules choose among
-- them: a view of the year, not what scores.
with counted as (
    select
        ratings.component::varchar as component,
        ratings.unit::varchar as unit,
        strftime(ratings.rated_on, '%Y-%m') as month,
        count(*) as ratings,
        sum(micro(levels.value))::hugeint as earned,
        (any_value(micro(rules.out_of)) * count(levels.value))::hugeint as possible,
    from ratings
    inner join days on ratings.component = days.component and ratings.rated_on::date = days.day
    inner join plan_ratings as rules on ratings.component::varchar = rules.component and not rules.by_form
    inner join plan_levels as levels
        on ratings.component::varchar = levels.component and ratings.level::varchar = levels.level
    where levels.value is not null
    group by ratings.component, ratings.unit, 3
),

rated as (
    select
        *,
        quotient(earned, possible) as rate,
    from counted
)

select
    component,
    unit,
    month,
    ratings,
    six_places(rate) as rate,
from rated
