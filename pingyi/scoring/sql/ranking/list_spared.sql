-- list_spared: one row for each list, draw and unit that does not stay on it although its place would put it there.
select distinct
    owner as list,
    draw,
    unit,
from condition_facts('list', getvariable('turn'), (select max(draw) from draws))
where not holds and mode = 'provided'
