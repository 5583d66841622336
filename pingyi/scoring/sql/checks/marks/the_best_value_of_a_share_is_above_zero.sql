-- zh: 按最好值折算的，最好的值应大于 0
-- One row for each component, cycle and step that takes shares of a best value which is not above zero.
select
    component as 指标,
    cycle as 周期,
    to_marks(max(before)) as 最好的值,
from conversions
where kind = 'share_of_best' and draw = 0
group by component, cycle, phase, step
having max(before) <= 0
order by all
