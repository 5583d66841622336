-- notices exempt_absent: one row for each list of the worst and unit that would enter it directly, were it not exempt.
select distinct
    'notice' as severity,
    'exempt_absent' as kind,
    lists.list as "where",
    roster.unit,
    earlier.year::varchar as found,
    lists.clause,
    '按往年名单本应直接列入，但该单位今年免评，没有列入，请随名单说明' as wanted,
from plan_lists as lists
cross join plan_campaign as campaign
inner join earlier_entries as earlier
    on lists.direct_list = earlier.list and earlier.year = campaign.year - lists.direct_years_ago
inner join roster on earlier.unit = roster.unit and roster.absent = 'exempt'
anti join (select list, unit from list_entries where draw = 0) as entries
    on lists.list = entries.list and roster.unit = entries.unit
where not lists.good
