-- set_aside: one row for each component and reason: how many ratings were handed in and do not count.
-- Every rating is found in the tally or here (checks/tally).
with reasons as (
    select
        ratings.component::varchar as component,
        case
            when scope.unit is null then 'not_reviewed'
            when forms.void_because is not null then forms.void_because
            when overpicked.form is not null then 'level_overpicked'
            when days.day is null then 'outside_window'
            when not rules.own_unit and coalesce(ratings.own, false) then 'own_unit'
        end as reason,
    from ratings
    inner join plan_ratings as rules on ratings.component = rules.component
    left join scope on ratings.component = scope.component and ratings.unit = scope.unit
    left join days on ratings.component = days.component and ratings.rated_on::date = days.day
    left join forms on ratings.component = forms.component and ratings.form = forms.form
    left join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
),

stated as (
    select
        component,
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
