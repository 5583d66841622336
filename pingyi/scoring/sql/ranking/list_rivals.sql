-- list_rivals: one row for each draw, list and unit that may enter it: of the units that it draws from, those
-- that meet its conditions, entered no list directly whose direct entries may not enter here, and, on good lists, are
-- not vetoed.
with left_out as (
    select
        entries.draw,
        parts.list,
        entries.unit,
    from plan_list_parts as parts
    inner join list_entries as entries on parts.word = entries.list and entries.direct
    where parts.part = 'leave_out_direct_of'
)

select
    open_to.draw,
    open_to.list,
    open_to.unit,
from list_open as open_to
inner join turn_lists as rule on open_to.list = rule.list
anti join list_unmet as unmet
    on open_to.list = unmet.list and open_to.draw = unmet.draw and open_to.unit = unmet.unit
anti join left_out
    on open_to.list = left_out.list and open_to.draw = left_out.draw and open_to.unit = left_out.unit
anti join vetoed on rule.good and open_to.unit = vetoed.unit and vetoed.turn <= rule.turn
