-- forms: one row for each form of a component that judges forms as a whole.
-- void_because: why none of its ratings counts; null where the form is valid. A form without
-- a respondent stands for a voter of its own.
with judged as (
    select component::leaf_id as component
    from plan_ratings
    where by_form
),

expected as (
    select
        component::leaf_id as component,
        level::level_id as level,
        least,
        most,
    from plan_picks
),

cast_forms as (
    select
        ratings.component,
        ratings.form,
        min(days.cycle) as cycle,
        min(ratings.grp) as grp,
        min(ratings.channel) as channel,
        min(ratings.respondent) as respondent,
        if(min(ratings.respondent) is null, ratings.form, null) as nobody,
        min(ratings.rated_on) as cast_on,
    from ratings
    semi join judged on ratings.component = judged.component
    left join days on ratings.component = days.component and ratings.rated_on::date = days.day
    group by ratings.component, ratings.form
),

picks as (
    select
        component,
        form,
        level,
        count(*) as picked,
    from ratings
    semi join judged using (component)
    group by component, form, level
),

ill_picked as (
    select distinct
        cast_forms.component,
        cast_forms.form,
    from cast_forms
    inner join expected on cast_forms.component = expected.component
    left join picks
        on cast_forms.component = picks.component and cast_forms.form = picks.form and expected.level = picks.level
    where coalesce(picks.picked, 0) not between expected.least and expected.most
),

numbered as (
    select
        *,
        row_number() over (partition by component, respondent, nobody, cycle order by cast_on, form) as nth,
        row_number() over (partition by component, respondent, nobody, cycle order by cast_on desc, form desc) as nth_last,
    from cast_forms
)

select
    numbered.component,
    numbered.form,
    numbered.cycle,
    numbered.grp,
    numbered.channel,
    numbered.respondent,
    numbered.cast_on,
    case
        when numbered.cycle is null then 'outside_window'
        when rules.keep = 'first' and numbered.nth > 1 then 'replaced'
        when rules.keep = 'last' and numbered.nth_last > 1 then 'replaced'
        when ill_picked.form is not null and not rules.drops_levels then 'wrong_picks'
    end as void_because,
from numbered
inner join plan_ratings as rules on numbered.component = rules.component
left join ill_picked on numbered.component = ill_picked.component and numbered.form = ill_picked.form
