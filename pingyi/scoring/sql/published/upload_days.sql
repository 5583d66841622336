-- upload_days: one row for each task of each day and unit: days with data and without.
select
    days.task,
    days.unit,
    days.starts,
    days.ends,
    days.days,
    days.with_data,
    days.without,
    days.longest,
    days.last_on,
    roster.name,
from upload_days as days
inner join roster using (unit)
order by all
