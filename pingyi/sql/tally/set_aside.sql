-- set_aside: one row for each component and reason: how many ratings were handed in and do not count.
-- Every rating is found in the tally or here (checks/tally).
with in_scope as (
    select
        component::leaf_id as component,
        unit::unit_id as unit,
    from scope
    semi join plan_ratings using (component)
),

own_left_out as (
    select component::leaf_id as component
    from plan_ratings
    where not own_unit
),

reasons as (
    select
        ratings.component,
        case
            when in_scope.unit is null then 'not_reviewed'
            when forms.void_because is not null then forms.void_because
            when overpicked.form is not null then 'level_overpicked'
            when days.day is null then 'outside_window'
            when own_left_out.component is not null and ratings.own then 'own_unit'
        end as reason,
    from ratings
    left join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    left join days on ratings.component = days.component and ratings.rated_on::date = days.day
    left join forms on ratings.component = forms.component and ratings.form = forms.form
    left join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
    left join own_left_out on ratings.component = own_left_out.component
),

stated as (
    select
        component::varchar as component,
        reason,
        count(*) as ratings,
    from reasons
    group by component, reason
),

kept_votes as (
    select
        component::varchar as component,
        sum(votes) as votes,
    from kept
    semi join scope using (component, unit)
    group by 1
)

select
    component,
    reason,
    ratings,
from stated
where reason is not null
union all
select
    stated.component,
    'replaced' as reason,
    stated.ratings - coalesce(kept_votes.votes, 0) as ratings,
from stated
inner join plan_ratings as rules on stated.component = rules.component and not rules.by_form and rules.keep is not null
left join kept_votes on stated.component = kept_votes.component
where stated.reason is null and stated.ratings > coalesce(kept_votes.votes, 0)
