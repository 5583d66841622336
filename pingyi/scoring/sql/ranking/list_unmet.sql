-- list_unmet: one row for each list, draw and unit that a condition of the list keeps out.
select distinct
    owner as list,
    draw,
    unit,
from condition_facts('list', getvariable('turn'), (select max(draw) from draws))
where not holds and mode = 'when'
