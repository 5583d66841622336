-- zh: 后果合计等于各条数额相加；只计最重的，等于最高的加分与最重的扣分之和
-- One row for each subject and effect whose sum does not follow from its consequences.
with amounts as (
    select
        outcomes.subject_kind,
        outcomes.subject,
        outcomes.effect,
        any_value(rules.combine) as combine,
        sum(outcomes.amount) as added,
        coalesce(max(outcomes.amount) filter (where outcomes.amount > 0), 0)
        + coalesce(min(outcomes.amount) filter (where outcomes.amount < 0), 0) as strongest,
    from outcomes
    inner join plan_outcomes as rules on outcomes.outcome = rules.outcome
    where outcomes.amount is not null
    group by outcomes.subject_kind, outcomes.subject, outcomes.effect
)

select
    coalesce(amounts.subject, sums.subject) as 对象,
    coalesce(amounts.effect, sums.effect) as 后果,
    sums.amount as 合计,
from amounts
full outer join outcome_sums as sums
    on
        amounts.subject_kind = sums.subject_kind
        and amounts.subject = sums.subject
        and amounts.effect = sums.effect
where if(amounts.combine = 'sum', amounts.added, amounts.strongest) is distinct from sums.amount
order by all
