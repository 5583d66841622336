-- outcome_sums: one row for each subject and effect that has amounts: what they come to.
-- Where only the strongest counts, gains and losses are kept apart: the largest gain and the largest loss are added.
select
    outcomes.subject_kind,
    outcomes.subject,
    outcomes.effect,
    if(
        any_value(rules.combine) = 'sum',
        sum(outcomes.amount),
        greatest(max(outcomes.amount), 0) + least(min(outcomes.amount), 0)
    )::decimal(18, 6) as amount,
    count(*) as entries,
    any_value(outcomes.effect_name) as effect_name,
    any_value(outcomes.unit_of_measure) as unit_of_measure,
from outcomes
inner join plan_outcomes as rules on outcomes.outcome = rules.outcome
where outcomes.amount is not null
group by outcomes.subject_kind, outcomes.subject, outcomes.effect
