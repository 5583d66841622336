-- roster: one row for each unit handed in.
-- exempt: on the plan's list in every one of the years before. absent: why the unit takes no part this year: exempt; ended
-- before the last day that is scored or looked at, or not founded by then; null where it takes part.
with earlier as (
    select
        entries.unit,
        count(distinct entries.year) as years,
    from earlier_entries as entries
    cross join plan_campaign as campaign
    where
        entries.list = campaign.exempt_list
        and entries.year between campaign.year - campaign.exempt_years and campaign.year - 1
    group by entries.unit
),

closing as (
    select least((select max(ends) from plan_cycles), (select day from as_of)) as day
)

select
    units.unit,
    units.name,
    units.category,
    units.organ,
    units.township,
    units.management,
    units.system,
    coalesce(earlier.years = campaign.exempt_years, false) as exempt,
    case
        when units.abolished_on < closing.day then 'ended'
        when units.founded_on > closing.day then 'not_founded'
        when earlier.years = campaign.exempt_years then 'exempt'
    end as absent,
    units.founded_on,
    units.abolished_on,
    units.merged_into,
    units.changed_on,
    units.former_category,
    units.former_organ,
    units.source,
    units.row,
from units
left join earlier using (unit)
cross join plan_campaign as campaign
cross join closing
