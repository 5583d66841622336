-- rating_marks: one row for each component, unit and cycle scored from ratings (分, ten decimals).
select
    marks.unit,
    marks.component,
    marks.cycle,
    marks.votes,
    marks.votes_counted,
    marks.full_marks,
    to_marks(marks.own) as own,
    to_marks(marks.mean) as mean,
    marks.own_share,
    marks.rule,
    marks.group_missing,
    to_marks(marks.exact) as marks,
    roster.name,
from rating_marks as marks
inner join roster using (unit)
where marks.draw = 0
order by all
