-- carried_as_listed: one row for each entry of a list, as carried_entries, of a run made before predecessors were known:
-- every entry stays under the code that it came with.
select
    campaign.year::bigint as year,
    entries.unit,
    entries.list,
    roster.name,
    null::varchar as listed_as,
from list_entries as entries
inner join plan_lists as lists on entries.list = lists.list and not lists.shortlist
left join roster on entries.unit = roster.unit
cross join plan_campaign as campaign
where entries.draw = 0
union
select
    year::bigint as year,
    unit,
    list,
    null::varchar as name,
    null::varchar as listed_as,
from history
order by year, list, unit
