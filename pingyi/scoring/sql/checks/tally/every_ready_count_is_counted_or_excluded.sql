-- zh: 票数汇总的每一票要么计入、要么列明未计入的原因
-- One row for each component whose ready counts do not reconcile: given = counted + excluded, in rows and in votes.
with given as (
    select component, count(*) as entries, sum(votes) as votes
    from (
        select component, votes from counts
        union all
        select component, votes from outside_life where fact_table = 'counts'
    )
    group by component
),

counted as (
    select component, count(*) as entries, sum(votes) as votes
    from kept_counts
    group by component
),

excluded as (
    select component, count(*) as entries, sum(votes) as votes
    from excluded_facts
    where fact_table = 'counts'
    group by component
)

select
    component as 指标,
    coalesce(given.votes, 0) as 收到,
    coalesce(counted.votes, 0) as 计入,
    coalesce(excluded.votes, 0) as 未计入,
from given
full join counted using (component)
full join excluded using (component)
where
    coalesce(given.votes, 0) <> coalesce(counted.votes, 0) + coalesce(excluded.votes, 0)
    or coalesce(given.entries, 0) <> coalesce(counted.entries, 0) + coalesce(excluded.entries, 0)
order by all
