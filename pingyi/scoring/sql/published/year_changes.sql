-- year_changes: one row for each unit and standing of both years: the change, and what of it comes from facts and rules.
select *
from year_changes
order by standing, unit
