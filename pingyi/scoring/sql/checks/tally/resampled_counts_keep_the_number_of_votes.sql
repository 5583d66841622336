-- zh: 重抽样不改变任何单位的票数
-- One row for each unit whose votes in a resampled count are not those of the count.
with votes as (
    select draw, component, unit, cycle, sum(votes) as votes
    from tally
    group by draw, component, unit, cycle
)

select
    counted.component as 指标,
    counted.unit as 单位,
    counted.cycle as 周期,
    counted.votes as 票数,
    again.votes as 重抽样票数,
from votes as counted
cross join draws
left join votes as again
    on
        draws.draw = again.draw
        and counted.component = again.component
        and counted.unit = again.unit
        and counted.cycle = again.cycle
where counted.draw = 0 and again.votes is distinct from counted.votes
order by all
