-- zh: 计票表的票数等于计入的评价、汇总的票数与选票上未选单位的票数之和
-- One row for each component, unit and level whose votes in the tally are not those that count.
with given as (
    select component::varchar as component, unit::varchar as unit, level::varchar as level, votes
    from kept
    union all
    select component::varchar, unit, level, votes
    from unmarked
    union all
    select component, unit, level, votes
    from kept_counts
),

expected as (
    select component, unit, level, sum(votes) as votes
    from given
    group by component, unit, level
    having sum(votes) > 0
),

found as (
    select component, unit, level, sum(votes) as votes
    from tally
    where draw = 0
    group by component, unit, level
)

select
    component as 指标,
    unit as 单位,
    level as 等次,
    coalesce(expected.votes, 0) as 应计,
    coalesce(found.votes, 0) as 计票,
from expected
full join found using (component, unit, level)
where expected.votes is distinct from found.votes
order by all
