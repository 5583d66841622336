-- roster: one row for each unit handed in.
select unit, name, category, organ, township, management, system, exempt, absent
from roster
order by all
