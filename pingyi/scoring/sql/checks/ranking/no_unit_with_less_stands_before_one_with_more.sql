-- zh: 同一排名同一组中，得分低的不排在得分高的前面
-- One row for each unit that stands before, or level with, another of its group although it has less.
with steps as (
    select
        standing,
        grp,
        unit,
        place,
        compared(exact) as total,
        min(compared(exact)) over (partition by standing, grp order by place) as least_so_far,
    from totals
    where draw = 0
)

select
    standing as 排名,
    grp as 组,
    unit as 单位,
    place as 名次,
from steps
where total > least_so_far
order by all
