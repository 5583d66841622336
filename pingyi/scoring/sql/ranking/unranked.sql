-- unranked: one row for each standing and unit for which the standing's component exists and that the count does not rank, and why:
-- a veto, too few votes, or what was done about missing facts.
select
    marks.unit,
    standings.standing,
    case
        when list_contains(string_split(marks.flag, '+'), 'veto') then 'veto'
        when marks.exact is null then coalesce(marks.flag, 'missing')
        else 'few_votes'
    end as reason,
from component_marks as marks
inner join turn_standings as standings on marks.component = standings.component
anti join totals on totals.draw = 0 and standings.standing = totals.standing and marks.unit = totals.unit
where marks.draw = 0
