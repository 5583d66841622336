-- excluded_facts, of ready counts: one row for each row of them that does not count, why, and how many votes it holds.
select
    'counts' as fact_table,
    component,
    unit,
    reason,
    coalesce(votes, 0) as votes,
    source,
    sheet,
    row,
from adjudicated_counts
where reason is not null
