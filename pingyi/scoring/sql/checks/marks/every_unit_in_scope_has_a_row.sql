-- zh: 每个应计分的单位都有得分，或者注明没有得分
-- One row for each component already evaluated and unit in its scope without a row in the count.
select
    scope.component as 指标,
    scope.unit as 单位,
from scope
inner join plan_components as components on scope.component = components.component and not components.limited
inner join (select distinct component from component_marks) as evaluated on scope.component = evaluated.component
anti join component_marks as marks
    on scope.component = marks.component and scope.unit = marks.unit and marks.draw = 0
order by all
