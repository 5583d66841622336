-- turn_days: one row for each component and day of its cycles: the cycle and the month that the day belongs to. turn: in
-- which ratings of one person give way to each other: the cycle, the year ('') where its votes are pooled; null where all
-- count.
select
    days.component::varchar as component,
    days.day,
    days.cycle,
    date_trunc('month', days.day) as month,
    case
        when rules.keep is null then null
        when rules.score_per = 'year' then ''
        else days.cycle
    end as turn,
from days
inner join plan_ratings as rules on days.component::varchar = rules.component
