-- added_outside: the rows of working with what stands outside the full marks of a node: the marks of the year, added when
-- all else is done; nothing where there are none.
with outside as (
    select
        marks.draw,
        in_play.component,
        in_play.unit,
        sum(marks.exact)::hugeint as exact,
    from in_play
    inner join plan_components as kids on in_play.component = kids.parent and kids.joins = 'outside'
    inner join component_marks as marks on kids.component = marks.component and in_play.unit = marks.unit
    group by marks.draw, in_play.component, in_play.unit
)

select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    working.exact + coalesce(outside.exact, 0) as exact,
    working.flag,
    working.held,
from working
left join outside
    on
        working.draw = outside.draw
        and working.component = outside.component
        and working.unit = outside.unit
        and working.cycle = ''
