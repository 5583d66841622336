-- kept: ratings that count, one row for each component, unit, cycle, group, channel, item and level; for each rater where
-- the plan takes every rater's mean first, for each voter where there are items.
-- rater: the respondent; without one the form; without a form the rating itself. voter: the form; without one the
-- respondent; without a respondent the rating itself.
with items as (
    select distinct component
    from plan_words
    where kind = 'item'
),

rules as (
    select
        plan_ratings.component,
        plan_ratings.by_rater,
        items.component is not null as by_item,
    from plan_ratings
    left join items on plan_ratings.component = items.component
),

told_apart as (
    select
        ratings.component,
        ratings.cycle,
        ratings.unit,
        ratings.level,
        ratings.grp,
        ratings.channel,
        ratings.item,
        ratings.times,
        if(
            rules.by_rater,
            coalesce(
                ratings.respondent::varchar,
                'form ' || ratings.form,
                'row ' || coalesce(ratings.source, '') || ':' || coalesce(ratings.row::varchar, '') || ':'
                || ratings.rating::varchar
            ),
            null
        ) as rater,
        if(
            rules.by_item,
            coalesce('form ' || ratings.form, ratings.respondent::varchar, 'row ' || ratings.rating::varchar),
            null
        ) as voter,
    from adjudicated_ratings as ratings
    inner join rules on ratings.component = rules.component
    where ratings.reason is null
)

select
    component,
    cycle,
    unit,
    level,
    grp,
    channel,
    item,
    rater,
    voter,
    sum(times)::bigint as votes,
from told_apart
group by component, cycle, unit, level, grp, channel, item, rater, voter
