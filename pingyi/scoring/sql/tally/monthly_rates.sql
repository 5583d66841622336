-- monthly_rates: one row for each component, unit and month in which ratings came: how many, and their mean value as a
-- share of the best (0 to 1, six places). A view of the year, not what scores.
with counted as (
    select
        votes.component,
        votes.unit,
        votes.month,
        sum(votes.ratings)::bigint as ratings,
        sum(votes.ratings * micro(levels.value))::hugeint as earned,
        (any_value(micro(rules.out_of)) * sum(votes.ratings))::hugeint as possible,
    from monthly_votes as votes
    inner join plan_ratings as rules on votes.component = rules.component
    inner join plan_levels as levels on votes.component = levels.component and votes.level = levels.level
    where levels.value is not null
    group by votes.component, votes.unit, votes.month
)

select
    component,
    unit,
    month,
    ratings,
    six_places(quotient(earned, possible)) as rate,
from counted
