-- unranked: one row for each unit for which the standing's component exists and that the count does not rank, and why:
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
inner join plan_standings as standings on marks.component = standings.component and standings.standing = $standing
anti join (select unit from totals where draw = 0 and standing = $standing) as ranked on marks.unit = ranked.unit
where marks.draw = 0
