-- monthly_rates: one row for each component, unit and month: ratings that came, and their mean as a share of the best.
select
    rates.*,
    roster.name,
from monthly_rates as rates
inner join roster using (unit)
order by all
