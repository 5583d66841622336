-- rating_marks: one row for each draw, component, unit in play and cycle.
-- own, mean, exact (atoms): the unit's own marks, the mean of the item, and what results from the rule for few votes.
-- rule: own | few | none_mean | none_zero | not_scored.
with windows as (
    select
        rules.component,
        if(rules.score_per = 'year', '', cycles.cycle) as cycle,
        if(rules.score_per = 'year', null, any_value(cycles.full_marks)) as full_marks,
    from plan_ratings as rules
    inner join plan_cycles as cycles on rules.component = cycles.component
    group by rules.component, rules.score_per, 2
),

own as (
    select
        draws.draw,
        in_play.component,
        in_play.unit,
        windows.cycle,
        in_play.category,
        coalesce(rates.votes, 0) as votes,
        coalesce(windows.full_marks, in_play.full_marks) as full_marks,
        times(rates.rate, coalesce(windows.full_marks, in_play.full_marks)) as own,
    from in_play
    inner join windows on in_play.component = windows.component
    cross join draws
    left join rating_rates as rates
        on
            draws.draw = rates.draw
            and in_play.component = rates.component
            and in_play.unit = rates.unit
            and windows.cycle = rates.cycle
    where not in_play.imported
),

counted as (
    select
        own.*,
        rules.below,
        rules.own_share,
        rules.mean_of,
        rules.no_votes,
        if(rules.counted_per = 'year', sum(own.votes) over (partition by own.draw, own.component, own.unit), own.votes)
            as votes_counted,
    from own
    inner join plan_ratings as rules on own.component = rules.component
),

sums as (
    select
        *,
        sum(own) over everybody as sum_all,
        count(own) over everybody as units_all,
        sum(own) over alike as sum_alike,
        count(own) over alike as units_alike,
        sum(if(votes_counted >= below, own, null)) over everybody as sum_enough,
        count(if(votes_counted >= below, own, null)) over everybody as units_enough,
    from counted
    window
        everybody as (partition by draw, component, cycle),
        alike as (partition by draw, component, cycle, category)
),

means as (
    select
        *,
        case mean_of
            when 'rated_units' then over(sum_all::hugeint, nullif(units_all, 0))
            when 'same_category' then over(sum_alike::hugeint, nullif(units_alike, 0))
            when 'enough_votes' then over(sum_enough::hugeint, nullif(units_enough, 0))
        end as mean,
        case
            when votes = 0 and no_votes = 'mean' then 'none_mean'
            when votes = 0 and no_votes = 'zero' then 'none_zero'
            when votes = 0 then 'not_scored'
            when votes_counted >= below then 'own'
            when own_share is null then 'not_scored'
            else 'few'
        end as rule,
    from sums
)

select
    draw,
    component,
    unit,
    cycle,
    votes,
    votes_counted,
    full_marks,
    own,
    mean,
    own_share,
    rule,
    case rule
        when 'own' then own
        when 'few' then times(own, own_share) + times(mean, 1 - own_share)
        when 'none_mean' then mean
        when 'none_zero' then 0
    end as exact,
from means
