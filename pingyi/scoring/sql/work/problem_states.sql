-- problem_states: one row for each problem: how far it is rectified on the day that is looked at.
-- status: in_time | late (rectified after its due day) | open | overdue | refused. days_over: days beyond the due day.
-- rated_again: after feedback comes another evaluation: the unit was rated in a month after that of the feedback.
with reports as (
    select
        problem,
        count(*) as reports,
        max(reported_on) as reported_on,
        arg_max(text, reported_on) as said,
    from progress
    group by problem
),

rated as (
    select
        unit,
        max(month) as month,
    from monthly_rates
    group by unit
),

voices as (
    select
        problem,
        count(*) as opinions,
    from opinions
    where problem is not null
    group by problem
)

select
    problems.*,
    coalesce(reports.reports, 0) as reports,
    reports.reported_on,
    reports.said,
    coalesce(voices.opinions, 0) as opinions,
    if(
        problems.fed_back_on is not null,
        coalesce(rated.month > strftime(problems.fed_back_on, '%Y-%m'), false),
        null
    ) as rated_again,
    greatest(coalesce(problems.rectified_on, as_of.day) - problems.due, 0) as days_over,
    case
        when problems.state = 'refused' then 'refused'
        when problems.rectified_on <= problems.due then 'in_time'
        when problems.rectified_on is not null then 'late'
        when problems.due < as_of.day then 'overdue'
        else 'open'
    end as status,
from problems
left join reports using (problem)
left join voices using (problem)
left join rated on problems.unit = rated.unit
cross join as_of
