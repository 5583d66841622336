-- kept: counted ratings given one by one, one row for each component, unit, cycle, group, channel, item and level,
-- and for each rater where the plan takes every rater's mean first.
-- This is the one pass over the big table. Where the plan counts one rating a person, the kept one is found by packing
-- moment, form and answer into one value; equal moments are settled by form, then by answer: input order never matters.
-- nobody: a rating without a respondent stands for a person of its own.
with rules as (
    select
        component::leaf_id as component,
        own_unit,
        by_rater,
        keep,
    from plan_ratings
    where not by_form
),

windowed as (
    select
        ratings.component,
        days.cycle,
        ratings.unit,
        ratings.level,
        ratings.grp,
        ratings.channel,
        ratings.item,
        ratings.respondent,
        if(ratings.respondent is null, ratings.source || ratings.row, null) as nobody,
        ratings.form,
        ratings.rated_on,
        rules.keep,
        if(rules.by_rater, coalesce(ratings.respondent::varchar, ratings.source || ratings.row), null) as rater,
    from ratings
    inner join days on ratings.component = days.component and ratings.rated_on::date = days.day
    inner join rules on ratings.component = rules.component
    where rules.own_unit or not coalesce(ratings.own, false)
),

settled as (
    select
        component,
        cycle,
        unit,
        item,
        rater,
        if(
            any_value(keep) = 'last',
            max(struct_pack(at := rated_on, form := form, level := level, grp := grp, channel := channel)),
            min(struct_pack(at := rated_on, form := form, level := level, grp := grp, channel := channel))
        ) as one,
    from windowed
    where keep is not null
    group by component, cycle, unit, item, rater, respondent, nobody
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
    count(*) as votes,
from windowed
where keep is null
group by all
union all
select
    component,
    cycle,
    unit,
    one.level,
    one.grp,
    one.channel,
    item,
    rater,
    count(*) as votes,
from settled
group by all
