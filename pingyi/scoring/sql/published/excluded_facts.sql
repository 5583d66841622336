-- excluded_facts: one row for each row of ready counts, marks, events or measures that does not count, and why.
select
    excluded.fact_table,
    excluded.component,
    excluded.unit,
    excluded.reason,
    excluded.votes,
    excluded.source,
    excluded.sheet,
    excluded.row,
    roster.name,
from excluded_facts as excluded
left join roster using (unit)
order by all
