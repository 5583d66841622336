-- kept_counts: one row for each row of ready counts that counts, with its cycle.
select
    component,
    unit,
    cycle,
    grp,
    channel,
    item,
    level,
    votes,
from adjudicated_counts
where reason is null
