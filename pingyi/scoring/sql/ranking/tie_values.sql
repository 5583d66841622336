-- tie_values: one row for each draw, standing, unit with marks in its component, and key of its ties.
-- value: the larger is better; null where the unit has none: no marks in that component, no vote of any level.
with voted as (
    select distinct
        draw,
        standing,
        unit,
    from rating_votes
)

select
    marks.draw,
    standings.standing,
    marks.unit,
    ties.position,
    case
        when ties.component is not null then compared(tie_marks.exact)
        when voted.unit is not null then coalesce(level_votes.votes, 0) * if(ties.fewer, -1, 1)
    end::hugeint as value,
from component_marks as marks
inner join turn_standings as standings on marks.component = standings.component
inner join plan_ties as ties on standings.standing = ties.standing
left join component_marks as tie_marks
    on ties.component = tie_marks.component and marks.draw = tie_marks.draw and marks.unit = tie_marks.unit
left join voted
    on standings.standing = voted.standing and marks.draw = voted.draw and marks.unit = voted.unit
left join rating_votes as level_votes
    on
        standings.standing = level_votes.standing
        and ties.level = level_votes.level
        and marks.draw = level_votes.draw
        and marks.unit = level_votes.unit
where marks.exact is not null
