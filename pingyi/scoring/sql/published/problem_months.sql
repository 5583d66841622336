-- problem_months: one row for each month of the cycle of finding, rectifying and feeding back.
select *
from problem_months
order by month
