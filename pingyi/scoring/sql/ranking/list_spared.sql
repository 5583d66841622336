-- list_spared: one row for each draw and unit that does not stay on the list $list although its place would put it there.
select distinct
    $list as list,
    draw,
    unit,
from condition_facts('list', $list, (select max(draw) from draws))
where not holds and mode = 'provided'
