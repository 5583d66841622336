-- carried_entries: one row for each entry of a list, this year's final lists and those of earlier years, as next year's
-- facts tell it: under this year's code, with the name of that code, and what the unit was when it was listed.
-- What a unit that ended was listed for goes with those that took it over, where there are any. Entries that are nobody's
-- stay as they came.
with final as (
    select
        campaign.year,
        entries.unit,
        entries.list,
        roster.name,
        null as listed_as,
    from list_entries as entries
    inner join plan_lists as lists on entries.list = lists.list and not lists.shortlist
    left join roster on entries.unit = roster.unit
    cross join plan_campaign as campaign
    where entries.draw = 0
),

followed as (
    select
        entries.year,
        entries.unit,
        entries.list,
        coalesce(roster.name, entries.name) as name,
        entries.former as listed_as,
        entries.code,
        coalesce(roster.absent = 'ended', false) as ended,
    from earlier_entries as entries
    left join roster on entries.unit = roster.unit
),

earlier as (
    select
        followed.year,
        followed.unit,
        followed.list,
        followed.name,
        followed.listed_as,
    from followed
    left join (select distinct year, list, code from followed where not ended) as living
        on followed.year = living.year and followed.list = living.list and followed.code = living.code
    where not followed.ended or living.code is null
),

nobodys as (
    select
        history.year,
        history.unit,
        history.list,
        history.name,
        history.listed_as,
    from history
    anti join earlier_entries as entries
        on history.year = entries.year and history.list = entries.list and history.unit = entries.code
)

select
    year::bigint as year,
    unit,
    list,
    min(name) as name,
    string_agg(distinct listed_as, '；' order by listed_as) as listed_as,
from (select * from final union all select * from earlier union all select * from nobodys) as entries
group by year, unit, list
order by year, list, unit
