-- problem_months: one row for each month from the first problem to the day that is looked at: the cycle of finding,
-- rectifying and feeding back. still_open, overdue: at the month's end (or that day). reported: open problems of the month
-- on which a unit reported; silent: those on which none did.
with months as (
    select
        month::date as starts,
        least(last_day(month::date), as_of.day) as ends,
    from as_of
    cross join lateral (
        select unnest(generate_series(
            (select date_trunc('month', min(found_on)) from problems), as_of.day::timestamp, interval 1 month
        )) as month
    )
),

stood as (
    select
        months.starts,
        months.ends,
        problems.problem,
        problems.found_on >= months.starts as fresh,
        coalesce(problems.rectified_on between months.starts and months.ends, false) as rectified,
        coalesce(problems.fed_back_on between months.starts and months.ends, false) as fed_back,
        coalesce(problems.rectified_on > months.ends, true) as still_open,
        coalesce(problems.rectified_on > months.ends, true) and problems.due < months.ends as overdue,
        coalesce(problems.rectified_on >= months.starts, true) as in_work,
        exists (
            select 1
            from progress
            where progress.problem = problems.problem and progress.reported_on between months.starts and months.ends
        ) as reported,
    from months
    inner join problems on problems.found_on <= months.ends
)

select
    strftime(starts, '%Y-%m') as month,
    count(*) filter (where fresh) as found,
    count(*) filter (where rectified) as rectified,
    count(*) filter (where fed_back) as fed_back,
    count(*) filter (where still_open) as still_open,
    count(*) filter (where overdue) as overdue,
    count(*) filter (where in_work and reported) as reported,
    count(*) filter (where in_work and not reported) as silent,
from stood
group by starts
