-- rating_marks: one row for each draw, component, unit in play and cycle.
-- own, mean, exact (atoms): the unit's own marks, the mean of the item, and what results from the rule for few votes.
-- rule: own | group_missing | few_flagged (own marks, with a flag) | few | none_mean | none_zero | not_scored.
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
        coalesce(rates.group_missing, false) as group_missing,
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
        rules.few_then,
        rules.mean_of,
        rules.no_votes,
        if(rules.mean_of = 'same_category', coalesce(own.category, ''), '') as alike,
        if(rules.counted_per = 'year', sum(own.votes) over (partition by own.draw, own.component, own.unit), own.votes)
            as votes_counted,
    from own
    inner join plan_ratings as rules on own.component = rules.component
),

averaged as (
    select
        draw,
        component,
        cycle,
        alike,
        over(sum(own)::hugeint, count(*)) as mean,
    from counted
    where own is not null and (mean_of <> 'enough_votes' or votes_counted >= below)
    group by draw, component, cycle, alike
),

ruled as (
    select
        counted.*,
        averaged.mean,
        case
            when counted.votes = 0 and counted.no_votes = 'mean' then 'none_mean'
            when counted.votes = 0 and counted.no_votes = 'zero' then 'none_zero'
            when counted.votes = 0 then 'not_scored'
            when counted.votes_counted >= counted.below then if(counted.group_missing, 'group_missing', 'own')
            when counted.few_then = 'flag' then 'few_flagged'
            when counted.own_share is null then 'not_scored'
            else 'few'
        end as rule,
    from counted
    left join averaged
        on
            counted.draw = averaged.draw
            and counted.component = averaged.component
            and counted.cycle = averaged.cycle
            and counted.alike = averaged.alike
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
        when 'group_missing' then own
        when 'few_flagged' then own
        when 'few' then times(own, own_share) + times(mean, 1 - own_share)
        when 'none_mean' then mean
        when 'none_zero' then 0
    end as exact,
from ruled
