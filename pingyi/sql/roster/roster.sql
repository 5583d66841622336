-- roster: one row for each unit handed in.
-- exempt: on the plan's list in every one of the years before; such a unit takes no part this year.
with earlier as (
    select
        history.unit,
        count(distinct history.year) as years,
    from history
    cross join plan_campaign as campaign
    where
        history.list = campaign.exempt_list
        and history.year between campaign.year - campaign.exempt_years and campaign.year - 1
    group by history.unit
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
    units.source,
    units.row,
from units
left join earlier using (unit)
cross join plan_campaign as campaign
