-- notices undeducted: one row for each component and unit with problems that should have cost marks and did not. found:
-- which.
select
    'decision' as severity,
    'undeducted' as kind,
    problems.component as "where",
    problems.unit,
    string_agg(problems.problem, '、' order by problems.problem) as found,
    any_value(components.clause) as clause,
    '问题逾期或拒不整改，台账里没有计入扣分；请补记扣分，或更正问题的状态' as wanted,
from undeducted_problems as problems
inner join plan_components as components using (component)
group by problems.component, problems.unit
