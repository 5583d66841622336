-- list_unmet: one row for each draw and unit that a condition of the list $list keeps out.
select distinct
    $list as list,
    draw,
    unit,
from condition_facts('list', $list, (select max(draw) from draws))
where not holds and mode = 'when'
