-- admitted: one row for each component limited to lists and unit that the count put on one of them.
select distinct
    limits.component,
    entries.unit,
from plan_component_lists as limits
inner join list_entries as entries on limits.list = entries.list and entries.draw = 0
