-- zh: 每一条评价要么计入、要么列明未计入的原因
-- One row for each component whose ratings do not reconcile: given = counted + set aside, each counted from rows.
with given as (
    select component, sum(ratings) as ratings
    from (
        select component, ratings from received
        union all
        select component, 1 from outside_life where fact_table = 'ratings'
    )
    group by component
),

counted as (
    select component::varchar as component, sum(votes) as ratings
    from kept
    group by component
),

aside as (
    select component, sum(ratings) as ratings
    from set_aside
    group by component
)

select
    component as 指标,
    coalesce(given.ratings, 0) as 收到,
    coalesce(counted.ratings, 0) as 计入,
    coalesce(aside.ratings, 0) as 未计入,
from given
full join counted using (component)
full join aside using (component)
where coalesce(given.ratings, 0) <> coalesce(counted.ratings, 0) + coalesce(aside.ratings, 0)
order by all
