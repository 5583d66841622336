-- received: one row for each component, unit and file: how many ratings it brought, in which rows.
select
    component::varchar as component,
    unit::varchar as unit,
    source,
    sum(times)::bigint as ratings,
    min(row) as first,
    max(last_row) as last,
from ratings
group by component, unit, source
