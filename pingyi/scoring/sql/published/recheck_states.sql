-- recheck_states: one row for each unit that an earlier year's list put up for re-evaluation.
select
    recheck,
    list,
    year,
    unit,
    due,
    rechecked_on,
    state,
    repeated,
    blocks,
    document,
    states.name as recheck_name,
    roster.name,
    clause,
from recheck_states as states
left join roster using (unit)
order by all
