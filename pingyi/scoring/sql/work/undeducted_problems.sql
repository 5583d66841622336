-- undeducted_problems: one row for each problem that is refused or past its due day and has no deduction that counts,
-- where the plan deducts for such problems. The deduction names the problem as its deed.
-- events: entries of the book that name the problem and do not count; none where there is no entry.
with entered as (
    select
        points.component,
        points.unit,
        events.deed as problem,
        bool_or(points.not_counted is null or points.not_counted = 'same_deed') as counts,
        string_agg(points.event, '、' order by points.event) as events,
    from event_points as points
    inner join events on points.event = events.event
    where events.deed is not null
    group by points.component, points.unit, events.deed
)

select
    problems.problem,
    problems.unit,
    problems.status,
    rules.component,
    rules.item,
    entered.events,
    problems.text,
from problem_states as problems
inner join plan_problem_items as rules on problems.status = rules.status
inner join scope on rules.component = scope.component and problems.unit = scope.unit and not scope.imported
left join entered
    on rules.component = entered.component and problems.unit = entered.unit and problems.problem = entered.problem
where not coalesce(entered.counts, false)
