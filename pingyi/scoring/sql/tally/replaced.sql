-- replaced: one row for each rating, handed in one by one, that gives way to another of the same person.
-- rating: its number. One form counts for each respondent, unit and cycle (the year where its votes are pooled), with all
-- its items: the first or last by its earliest moment for the unit, then by number (9 before 10); ratings without a
-- number given at the same moment are one form. Of two answers to one item on it the smaller one counts (level in the
-- plan's order, group, channel): input order never matters.
with rules as (
    select
        component::leaf_id as component,
        score_per,
        keep,
    from plan_ratings
    where keep is not null and not by_form
),

placed as (
    select
        screened.rating,
        screened.component,
        screened.unit,
        screened.respondent,
        if(rules.score_per = 'year', '', screened.cycle)::cycle_id as cycle,
        rules.keep,
        screened.level,
        screened.grp,
        screened.channel,
        screened.item,
        coalesce(screened.form, '') as form,
        screened.rated_on,
    from screened_ratings as screened
    inner join rules on screened.component = rules.component
    where screened.reason is null and screened.respondent is not null
),

repeated as (
    select
        component,
        unit,
        cycle,
        respondent,
    from placed
    group by component, unit, cycle, respondent
    having count(*) > 1
),

on_forms as (
    select
        placed.*,
        min(placed.rated_on) over (
            partition by
                placed.component,
                placed.unit,
                placed.cycle,
                placed.respondent,
                placed.form,
                if(placed.form = '', placed.rated_on, null)
        ) as form_at,
        length(ltrim(placed.form, '0')) as digits,
        ltrim(placed.form, '0') as number,
    from placed
    semi join repeated
        on
            placed.component = repeated.component
            and placed.unit = repeated.unit
            and placed.cycle = repeated.cycle
            and placed.respondent = repeated.respondent
),

numbered as (
    select
        on_forms.rating,
        on_forms.keep,
        rank() over (
            partition by on_forms.component, unit, cycle, respondent order by form_at, digits, number, form
        ) as nth,
        rank() over (
            partition by on_forms.component, unit, cycle, respondent
            order by form_at desc, digits desc, number desc, form desc
        ) as nth_last,
        row_number() over (
            partition by on_forms.component, unit, cycle, respondent, form, form_at, item
            order by levels.position, grp nulls first, channel nulls first, rating
        ) as answer,
    from on_forms
    left join plan_levels as levels on on_forms.component = levels.component and on_forms.level = levels.level
)

select rating
from numbered
where answer > 1 or if(keep = 'last', nth_last, nth) > 1
