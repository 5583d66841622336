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
        if(screened.form is null, screened.rated_on, null) as moment,
        screened.rated_on,
    from screened_ratings as screened
    inner join rules on screened.component = rules.component
    where screened.reason is null and screened.respondent is not null
),

forms_given as (
    select
        component,
        unit,
        cycle,
        respondent,
        form,
        moment,
        keep,
        struct_pack(
            form_at := min(rated_on), digits := length(ltrim(form, '0')), number := ltrim(form, '0'), form := any_value(form)
        ) as place,
    from placed
    group by component, unit, cycle, respondent, form, moment, keep
),

chosen as (
    select
        component,
        unit,
        cycle,
        respondent,
        coalesce(max(place) filter (where keep = 'last'), min(place) filter (where keep = 'first')) as place,
    from forms_given
    group by component, unit, cycle, respondent, keep
),

answers as (
    select
        placed.*,
        placed.form <> chosen.place.form or coalesce(placed.moment <> chosen.place.form_at, false) as gives_way,
    from placed
    inner join chosen
        on
            placed.component = chosen.component
            and placed.unit = chosen.unit
            and placed.cycle = chosen.cycle
            and placed.respondent = chosen.respondent
),

doubled as (
    select
        component,
        unit,
        cycle,
        respondent,
        item,
    from answers
    where not gives_way
    group by component, unit, cycle, respondent, item
    having count(*) > 1
),

numbered as (
    select
        answers.rating,
        row_number() over (
            partition by answers.component, answers.unit, answers.cycle, answers.respondent, answers.item
            order by levels.position, answers.grp nulls first, answers.channel nulls first, answers.rating
        ) as nth,
    from answers
    inner join doubled
        on
            answers.component = doubled.component
            and answers.unit = doubled.unit
            and answers.cycle = doubled.cycle
            and answers.respondent = doubled.respondent
            and answers.item is not distinct from doubled.item
    left join plan_levels as levels on answers.component = levels.component and answers.level = levels.level
    where not answers.gives_way
)

select rating
from answers
where gives_way
union all
select rating
from numbered
where nth > 1
