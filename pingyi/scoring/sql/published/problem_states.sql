-- problem_states: one row for each problem: what, whose, by when, how far.
select
    problem,
    unit,
    found_on,
    due,
    status,
    rectified_on,
    fed_back_on,
    days_over,
    supervised,
    reports,
    reported_on,
    said,
    opinions,
    rated_again,
    problem_states.text,
    responsible,
    document,
    roster.name,
    problem_states.source,
    problem_states.row,
from problem_states
inner join roster using (unit)
order by problem
