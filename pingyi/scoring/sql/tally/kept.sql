-- kept: ratings that count, one row for each component, unit, cycle, group, channel, item and level; for each rater where
-- the plan takes every rater's mean first, for each voter where there are items.
-- rater: the respondent; without one the form; without a form the rating itself. voter: the form; without one the
-- respondent; without a respondent the rating itself.
with rules as (
    select
        component::leaf_id as component,
        by_rater,
        component in (select component from plan_words where kind = 'item') as by_item,
    from plan_ratings
)

select
    ratings.component,
    ratings.cycle,
    ratings.unit,
    ratings.level,
    ratings.grp,
    ratings.channel,
    ratings.item,
    if(
        rules.by_rater,
        coalesce(
            ratings.respondent::varchar,
            'form ' || ratings.form,
            concat('row ', ratings.source, ':', ratings.row, ':', ratings.rating)
        ),
        null
    ) as rater,
    if(
        rules.by_item,
        coalesce('form ' || ratings.form, ratings.respondent::varchar, 'row ' || ratings.rating),
        null
    ) as voter,
    count(*) as votes,
from adjudicated_ratings as ratings
inner join rules on ratings.component = rules.component
where ratings.reason is null
group by all
