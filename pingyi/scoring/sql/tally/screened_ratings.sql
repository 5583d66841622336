-- screened_ratings, a view: one row for each rating of a unit that was there: the cycle that it belongs to, and why it
-- does not count, whatever else its respondent handed in beside its form; null where it may.
-- Where the plan judges forms as a whole, cycle and respondent are those of the form, and form_valid says whether it
-- counts; it is null where every rating is judged by itself. rating: its number.
with rules as (
    select
        component::leaf_id as component,
        by_form,
        own_unit,
    from plan_ratings
),

in_scope as (
    select
        component::leaf_id as component,
        unit::unit_id as unit,
        imported,
    from scope
    semi join plan_ratings using (component)
)

select
    ratings.rating,
    ratings.component,
    ratings.unit,
    ratings.form,
    ratings.level,
    ratings.rated_on,
    if(rules.by_form, forms.cycle, days.cycle) as cycle,
    if(rules.by_form, forms.respondent, ratings.respondent) as respondent,
    ratings.grp,
    ratings.channel,
    ratings.item,
    if(rules.by_form, forms.void_because is null, null) as form_valid,
    case
        when in_scope.unit is null then 'not_reviewed'
        when in_scope.imported then 'imported'
        when forms.void_because is not null then forms.void_because
        when not rules.by_form and days.day is null then 'outside_window'
        when overpicked.form is not null then 'level_overpicked'
        when not rules.own_unit and ratings.own then 'own_unit'
    end as reason,
    ratings.times,
    ratings.source,
    ratings.sheet,
    ratings.row,
from ratings
inner join rules on ratings.component = rules.component
left join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
left join days on ratings.component = days.component and ratings.rated_on::date = days.day
left join forms on ratings.component = forms.component and ratings.form = forms.form
left join overpicked
    on
        ratings.component = overpicked.component
        and ratings.form = overpicked.form
        and ratings.level = overpicked.level
