-- list_chances: one row for each list and unit: in which share of the resampled counts it is on the list.
select
    chances.list,
    chances.unit,
    chances.listed,
    chances.share,
    roster.name,
from list_chances as chances
inner join roster using (unit)
order by all
