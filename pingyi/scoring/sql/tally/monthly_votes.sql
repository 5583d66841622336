-- monthly_votes: one row for each component, unit, month in which ratings came, and level: how many. Ratings as handed in
-- within the window, before the plan's rules choose among them.
with months as (
    select
        days.component,
        days.day,
        year(days.day)::varchar || '-' || lpad(month(days.day)::varchar, 2, '0') as month,
    from days
    inner join plan_ratings as rules on days.component::varchar = rules.component and not rules.by_form
)

select
    ratings.component::varchar as component,
    ratings.unit::varchar as unit,
    months.month,
    ratings.level::varchar as level,
    sum(ratings.times)::bigint as ratings,
from ratings
inner join months on ratings.component = months.component and ratings.rated_on::date = months.day
group by ratings.component, ratings.unit, months.month, ratings.level
