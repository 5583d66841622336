-- unmarked: one row for each component, unit, cycle, group, channel and rater of forms: units in scope that valid forms do
-- not mark, where the plan gives them a level. A unit whose mark on a form does not count was marked on it.
-- A form cast before a unit was founded leaves it unmarked for no reason of the voter's; it is not filled.
-- Who is a candidate is known only after the shortlist, so ballots are completed for every unit here; later stages look
-- at candidates alone.
with valid as (
    select
        forms.component,
        forms.form,
        forms.cycle,
        forms.grp,
        forms.channel,
        rules.unmarked as level,
        if(rules.by_rater, coalesce(forms.respondent::varchar, 'form ' || forms.form), null) as rater,
        forms.cast_on::date as cast_on,
    from forms
    inner join plan_ratings as rules on forms.component = rules.component and rules.unmarked is not null
    where forms.void_because is null
),

slates as (
    select
        * exclude (form, cast_on),
        count(*) as forms,
    from valid
    group by all
),

marked as (
    select
        valid.* exclude (form, level, cast_on),
        ratings.unit,
        count(distinct valid.form) as forms,
    from ratings
    inner join valid on ratings.component = valid.component and ratings.form = valid.form
    group by all
),

too_early as (
    select
        valid.* exclude (form, level, cast_on),
        scope.unit,
        count(*) as forms,
    from valid
    inner join scope on valid.component = scope.component and valid.cast_on < scope.founded_on
    anti join ratings
        on valid.component = ratings.component and valid.form = ratings.form and scope.unit = ratings.unit
    group by all
)

select
    slates.component,
    scope.unit,
    slates.cycle,
    slates.grp,
    slates.channel,
    slates.rater,
    slates.level,
    slates.forms - coalesce(marked.forms, 0) - coalesce(too_early.forms, 0) as votes,
from slates
inner join scope on slates.component = scope.component and not scope.imported
left join marked
    on
        slates.component = marked.component
        and slates.cycle = marked.cycle
        and scope.unit = marked.unit
        and slates.grp is not distinct from marked.grp
        and slates.channel is not distinct from marked.channel
        and slates.rater is not distinct from marked.rater
left join too_early
    on
        slates.component = too_early.component
        and slates.cycle = too_early.cycle
        and scope.unit = too_early.unit
        and slates.grp is not distinct from too_early.grp
        and slates.channel is not distinct from too_early.channel
        and slates.rater is not distinct from too_early.rater
where slates.forms > coalesce(marked.forms, 0) + coalesce(too_early.forms, 0)
