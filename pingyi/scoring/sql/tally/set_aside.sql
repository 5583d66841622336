-- set_aside: one row for each component and reason: how many ratings were handed in and do not count, counted from their
-- rows. Every rating is found in kept or here (checks/tally).
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
),

one_by_one as (
    select
        ratings.component,
        case
            when in_scope.unit is null then 'not_reviewed'
            when in_scope.imported then 'imported'
            when days.day is null then 'outside_window'
            when not rules.own_unit and ratings.own then 'own_unit'
            when replaced.rating is not null then 'replaced'
        end as reason,
    from ratings
    inner join rules on ratings.component = rules.component and not rules.by_form
    left join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    left join days on ratings.component = days.component and ratings.rated_on::date = days.day
    left join replaced on ratings.rowid = replaced.rating
),

on_forms as (
    select
        ratings.component,
        case
            when in_scope.unit is null then 'not_reviewed'
            when in_scope.imported then 'imported'
            when forms.void_because is not null then forms.void_because
            when overpicked.form is not null then 'level_overpicked'
            when not rules.own_unit and ratings.own then 'own_unit'
        end as reason,
    from ratings
    inner join rules on ratings.component = rules.component and rules.by_form
    left join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    left join forms on ratings.component = forms.component and ratings.form = forms.form
    left join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
),

outside as (
    select
        component::leaf_id as component,
        'outside_life' as reason,
    from outside_life
    where fact_table = 'ratings'
)

select
    component::varchar as component,
    reason,
    count(*) as ratings,
from (select * from one_by_one union all select * from on_forms union all select * from outside) as judged
where reason is not null
group by all
