-- direct_units: one row for each list and unit under review that an earlier year's list puts on it directly.
select distinct
    lists.list,
    earlier.unit,
from plan_lists as lists
cross join plan_campaign as campaign
inner join earlier_entries as earlier
    on lists.direct_list = earlier.list and earlier.year = campaign.year - lists.direct_years_ago
inner join roster on earlier.unit = roster.unit and roster.absent is null
