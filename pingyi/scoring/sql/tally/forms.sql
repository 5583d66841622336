-- forms: one row for each form of a component that judges forms as a whole. It is judged as it was cast: on all its rows.
-- void_because: why none of its ratings counts; null where the form is valid. A form without a respondent stands for a
-- voter of its own. Of a voter's forms the earlier one is told by moment, then by number: 9 before 10.
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
        min(ratings.grp) as grp,
        min(ratings.channel) as channel,
        min(ratings.respondent) as respondent,
        min(ratings.rated_on) as cast_on,
    from ratings
    semi join judged on ratings.component = judged.component
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

dated as (
    select
        cast_forms.*,
        days.cycle,
        if(rules.score_per = 'year', '', days.cycle) as turn,
        if(cast_forms.respondent is null, cast_forms.form, null) as nobody,
        length(ltrim(cast_forms.form, '0')) as digits,
        ltrim(cast_forms.form, '0') as number,
        ill_picked.form is not null and not rules.drops_levels as ill,
        rules.keep,
        days.cycle is not null and (rules.void_counts or rules.drops_levels or ill_picked.form is null) as takes_turn,
    from cast_forms
    inner join plan_ratings as rules on cast_forms.component = rules.component
    left join days on cast_forms.component = days.component and cast_forms.cast_on::date = days.day
    left join ill_picked on cast_forms.component = ill_picked.component and cast_forms.form = ill_picked.form
),

numbered as (
    select
        *,
        row_number() over (
            partition by component, respondent, nobody, turn, takes_turn order by cast_on, digits, number, form
        ) as nth,
        row_number() over (
            partition by component, respondent, nobody, turn, takes_turn
            order by cast_on desc, digits desc, number desc, form desc
        ) as nth_last,
    from dated
)

select
    component,
    form,
    cycle,
    grp,
    channel,
    respondent,
    cast_on,
    case
        when cycle is null then 'outside_window'
        when ill then 'wrong_picks'
        when keep = 'first' and nth > 1 then 'replaced'
        when keep = 'last' and nth_last > 1 then 'replaced'
    end as void_because,
from numbered
