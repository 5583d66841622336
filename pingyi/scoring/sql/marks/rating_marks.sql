-- rating_marks: one row for each draw, component, unit in play and cycle.
-- own, mean, exact (atoms): the unit's own marks, the mean of the item, and what results from the rule for few votes.
-- votes: those that count. votes_counted: respondents by whom the rule tells few from enough; draws keep the count's.
-- rule: own | few_flagged (own marks, with a flag) | few | none_mean | none_zero | not_scored | no_mean (no unit to take
-- the mean of). group_missing: a group with a weight has no vote that counts. flag: both, where they say something.
with windows as (
    select
        rules.component,
        if(rules.score_per = 'year', '', cycles.cycle) as cycle,
        if(
            rules.score_per = 'cycle' and bool_or(components.cycles_add_up) and any_value(sets.cycles) > 1,
            any_value(cycles.full_marks),
            null
        ) as full_marks,
    from plan_ratings as rules
    inner join plan_cycles as cycles on rules.component = cycles.component
    inner join plan_components as components on rules.component = components.component
    inner join (select component, count(*) as cycles from plan_cycles group by component) as sets
        on rules.component = sets.component
    group by rules.component, rules.score_per, 2
),

people as (
    select
        respondents.component,
        respondents.unit,
        if(rules.score_per = 'year', '', respondents.cycle) as cycle,
        sum(respondents.respondents)::bigint as respondents,
    from respondents
    inner join plan_ratings as rules on respondents.component = rules.component
    group by respondents.component, respondents.unit, 3
),

own as (
    select
        draws.draw,
        in_play.component,
        in_play.unit,
        windows.cycle,
        coalesce(rates.votes, 0) as votes,
        coalesce(people.respondents, 0) as respondents,
        coalesce(rates.group_missing, false) as group_missing,
        coalesce(windows.full_marks, in_play.full_marks) as full_marks,
        times(rates.rate, coalesce(windows.full_marks, in_play.full_marks)) as own,
        rules.below,
        rules.own_share,
        rules.few_then,
        rules.mean_of,
        rules.no_votes,
        rules.counted_per,
        if(rules.mean_of = 'same_category', coalesce(in_play.category, ''), '') as alike,
    from turn_units as in_play
    inner join plan_ratings as rules on in_play.component = rules.component
    inner join windows on in_play.component = windows.component
    cross join draws
    left join rating_rates as rates
        on
            draws.draw = rates.draw
            and in_play.component = rates.component
            and in_play.unit = rates.unit
            and windows.cycle = rates.cycle
    left join people
        on
            in_play.component = people.component
            and in_play.unit = people.unit
            and windows.cycle = people.cycle
    where not in_play.imported
),

counted as (
    select
        *,
        if(counted_per = 'year', sum(respondents) over (partition by draw, component, unit), respondents)::bigint
            as votes_counted,
    from own
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
            when counted.own is null and counted.no_votes = 'zero' then 'none_zero'
            when counted.own is null and counted.no_votes = 'not_scored' then 'not_scored'
            when counted.own is null and averaged.mean is null then 'no_mean'
            when counted.own is null then 'none_mean'
            when counted.votes_counted >= counted.below then 'own'
            when counted.few_then = 'flag' then 'few_flagged'
            when counted.own_share is null then 'not_scored'
            when averaged.mean is null then 'no_mean'
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
    group_missing,
    case
        when not group_missing then nullif(rule, 'own')
        when rule = 'own' then 'group_missing'
        else array_to_string(list_sort([rule, 'group_missing']), '+')
    end as flag,
    case rule
        when 'own' then own
        when 'few_flagged' then own
        when 'few' then times(own, own_share) + times(mean, 1 - own_share)
        when 'none_mean' then mean
        when 'none_zero' then 0
    end as exact,
from ruled
