-- response_rates: how many of those drawn answered, by component, unit, channel and half-year ('' stands for all).
select
    rates.*,
    roster.name,
    components.name as component_name,
from response_rates as rates
inner join plan_components as components using (component)
left join roster using (unit)
order by all
