-- zh: 按比例分配的名额，加起来正是方案所列的其余名额
-- One row for each list and draw whose apportioned seats are not as many as the plan gives.
select
    apportioned.list as 名单,
    apportioned.draw as 抽样,
    sum(apportioned.seats) as 分配,
    any_value(lists.rest) as 名额,
from apportioned
inner join plan_lists as lists using (list)
group by apportioned.list, apportioned.draw
having sum(apportioned.seats) <> any_value(lists.rest)
order by all
