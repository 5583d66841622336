-- direct_units: one row for each list and unit under review that an earlier year's list puts on it directly.
select distinct
    lists.list,
    history.unit,
from plan_lists as lists
cross join plan_campaign as campaign
inner join history on lists.direct_list = history.list and history.year = campaign.year - lists.direct_years_ago
inner join roster on history.unit = roster.unit and not roster.exempt
