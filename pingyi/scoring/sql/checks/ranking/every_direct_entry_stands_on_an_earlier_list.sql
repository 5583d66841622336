-- zh: 直接列入的单位，都在往年的那份名单上，并且今年参加评议
-- One row for each direct entry without its row in the history, or of a unit that takes no part.
select
    entries.list as 名单,
    entries.unit as 单位,
from list_entries as entries
inner join plan_lists as lists on entries.list = lists.list
inner join roster on entries.unit = roster.unit
cross join plan_campaign as campaign
left join earlier_entries as earlier
    on
        lists.direct_list = earlier.list
        and earlier.year = campaign.year - lists.direct_years_ago
        and entries.unit = earlier.unit
where entries.draw = 0 and entries.direct and (earlier.unit is null or roster.absent is not null)
order by all
