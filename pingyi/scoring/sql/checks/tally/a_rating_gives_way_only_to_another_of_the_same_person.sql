-- zh: 因同一人重复评价而不计的，必有同一人对同一单位的评价计入
-- One row for each person, unit and cycle (the year where its votes are pooled) of whom ratings gave way and none counts.
-- Persons are told by pseudonyms, so none is named here.
with away as (
    select
        ratings.component,
        ratings.unit,
        ratings.respondent,
        if(rules.score_per = 'year', '', days.cycle) as cycle,
        count(*) as ratings,
    from ratings
    semi join replaced on ratings.rating = replaced.rating
    inner join plan_ratings as rules on ratings.component = rules.component
    left join days on ratings.component = days.component and ratings.rated_on::date = days.day
    group by all
),

counted as (
    select
        ratings.component,
        ratings.unit,
        ratings.respondent,
        if(rules.score_per = 'year', '', days.cycle) as cycle,
    from ratings
    semi join away
        on
            ratings.component = away.component
            and ratings.unit = away.unit
            and ratings.respondent = away.respondent
    anti join replaced on ratings.rating = replaced.rating
    inner join plan_ratings as rules on ratings.component = rules.component
    inner join days on ratings.component = days.component and ratings.rated_on::date = days.day
    where rules.own_unit or not coalesce(ratings.own, false)
)

select
    away.component as 指标,
    away.unit as 单位,
    away.cycle as 周期,
    away.ratings as 未计入,
from away
anti join counted
    on
        away.component = counted.component
        and away.unit = counted.unit
        and away.respondent = counted.respondent
        and away.cycle = counted.cycle
order by all
