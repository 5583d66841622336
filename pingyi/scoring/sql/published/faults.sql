-- faults: one row for each thing that somebody must decide or should know.
select
    severity,
    "where",
    found,
    wanted,
    clause,
    kind,
    notices.unit,
    roster.name,
from notices
left join roster using (unit)
order by all
