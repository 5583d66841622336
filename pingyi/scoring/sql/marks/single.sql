-- single: working where no component has more than one cycle: the one cycle's marks are the year's.
select * replace ('' as cycle, if(held = 'year', held, null) as held)
from working
