-- zh: 各项得分不超过满分
-- One row for each component and unit with more marks than the full marks (in any draw). What stands outside the full
-- marks may add its own full marks, or anything where it has none.
select distinct
    marks.component as 指标,
    marks.unit as 单位,
    marks.marks as 得分,
    marks.full_marks as 满分,
from component_marks as marks
inner join plan_components as components using (component)
where
    marks.full_marks is not null
    and marks.marks > marks.full_marks + (
        select coalesce(sum(kids.full_marks), 0)
        from plan_full as kids
        inner join plan_components as outside on kids.component = outside.component and outside.outside
        where outside.parent = marks.component and kids.category = ''
    )
    and not exists (
        select 1
        from plan_components as outside
        left join plan_full as kids on outside.component = kids.component and kids.category = ''
        where outside.parent = marks.component and outside.outside and kids.full_marks is null
    )
order by all
