-- kept: ratings that count, one row for each component, unit, cycle, group, channel, item and level; for each rater where
-- the plan takes every rater's mean first, for each voter where there are items.
-- rater: the respondent; without one the form; without a form the rating itself. voter: the form; without one the
-- respondent; without a respondent the rating itself.
with rules as (
    select
        component::leaf_id as component,
        by_form,
        own_unit,
        by_rater,
        component in (select component from plan_words where kind = 'item') as by_item,
    from plan_ratings
),

in_scope as (
    select
        component::leaf_id as component,
        unit::unit_id as unit,
    from scope
    semi join plan_ratings using (component)
    where not imported
),

one_by_one as (
    select
        ratings.component,
        days.cycle,
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
                concat('row ', ratings.source, ':', ratings.row, ':', ratings.rowid)
            ),
            null
        ) as rater,
        if(
            rules.by_item,
            coalesce('form ' || ratings.form, ratings.respondent::varchar, 'row ' || ratings.rowid),
            null
        ) as voter,
    from ratings
    inner join rules on ratings.component = rules.component and not rules.by_form
    inner join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    inner join days on ratings.component = days.component and ratings.rated_on::date = days.day
    anti join replaced on ratings.rowid = replaced.rating
    where rules.own_unit or not coalesce(ratings.own, false)
),

on_forms as (
    select
        ratings.component,
        forms.cycle,
        ratings.unit,
        ratings.level,
        ratings.grp,
        ratings.channel,
        ratings.item,
        if(rules.by_rater, coalesce(forms.respondent::varchar, 'form ' || forms.form), null) as rater,
        if(rules.by_item, 'form ' || forms.form, null) as voter,
    from ratings
    inner join rules on ratings.component = rules.component and rules.by_form
    inner join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    inner join forms
        on ratings.component = forms.component and ratings.form = forms.form and forms.void_because is null
    anti join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
    where rules.own_unit or not coalesce(ratings.own, false)
)

select
    *,
    count(*) as votes,
from (select * from one_by_one union all select * from on_forms) as counted
group by all
