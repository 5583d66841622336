-- zh: 得分相同而名次不同的单位，必有决胜项或抽签结果把它们分开；名次相同的，没有决胜项不同
-- One row for each pair of units of equal marks whose places do not follow from what is on record.
with pairs as (
    select
        one.standing,
        one.unit,
        other.unit as other,
        one.total,
        one.place = other.place as same_place,
        standings.by_lot and lots.seed is not null as drawn,
    from totals as one
    inner join totals as other
        on
            one.standing = other.standing
            and one.draw = other.draw
            and one.grp = other.grp
            and one.total = other.total
            and one.unit < other.unit
    inner join plan_standings as standings on one.standing = standings.standing
    left join lots on one.standing = lots.standing
    where one.draw = 0
),

apart as (
    select
        pairs.standing,
        pairs.unit,
        pairs.other,
        bool_or(
            coalesce(mine.marks, my_votes.votes, 0) <> coalesce(theirs.marks, their_votes.votes, 0)
        ) as apart,
    from pairs
    inner join plan_ties as ties on pairs.standing = ties.standing
    left join component_marks as mine
        on ties.component = mine.component and pairs.unit = mine.unit and mine.draw = 0
    left join component_marks as theirs
        on ties.component = theirs.component and pairs.other = theirs.unit and theirs.draw = 0
    left join rating_votes as my_votes
        on
            ties.standing = my_votes.standing
            and ties.level = my_votes.level
            and pairs.unit = my_votes.unit
            and my_votes.draw = 0
    left join rating_votes as their_votes
        on
            ties.standing = their_votes.standing
            and ties.level = their_votes.level
            and pairs.other = their_votes.unit
            and their_votes.draw = 0
    group by pairs.standing, pairs.unit, pairs.other
)

select
    pairs.standing as 排名,
    pairs.unit as 单位,
    pairs.other as 另一单位,
    pairs.total as 得分,
from pairs
left join apart using (standing, unit, other)
where pairs.same_place = (coalesce(apart.apart, false) or pairs.drawn)
order by all
