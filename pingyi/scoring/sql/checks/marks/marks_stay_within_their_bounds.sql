-- zh: 各项得分不超过满分
-- One row for each component and unit with more marks than the full marks (in any draw). What stands outside the full
-- marks may add its own, or anything where it has none; what stands outside of a node further down is bounded there.
with outside as (
    select
        above.ancestor as component,
        marks.unit,
        sum(marks.full_marks) as full_marks,
        bool_or(marks.full_marks is null or above.depth > 1) as unbounded,
    from plan_components as kids
    inner join plan_ancestors as above on kids.component = above.component and above.depth > 0
    inner join component_marks as marks on kids.component = marks.component and marks.draw = 0
    where kids.outside
    group by above.ancestor, marks.unit
),

bounds as (
    select
        marks.component,
        marks.unit,
        compared_number(marks.full_marks + coalesce(outside.full_marks, 0)) as most,
    from component_marks as marks
    left join outside on marks.component = outside.component and marks.unit = outside.unit
    where marks.draw = 0 and not coalesce(outside.unbounded, false)
)

select distinct
    marks.component as 指标,
    marks.unit as 单位,
    marks.marks as 得分,
    marks.full_marks as 满分,
from component_marks as marks
inner join bounds on marks.component = bounds.component and marks.unit = bounds.unit
where compared(marks.exact) > bounds.most
order by all
