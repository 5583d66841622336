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
            and compared(one.exact) = compared(other.exact)
            and one.unit < other.unit
    inner join plan_standings as standings on one.standing = standings.standing
    left join lots on one.standing = lots.standing
    where one.draw = 0
),

level_votes as (
    select
        votes.standing,
        votes.unit,
        ties.position,
        sum(votes.votes) filter (where votes.level = ties.level) as votes,
    from rating_votes as votes
    inner join plan_ties as ties on votes.standing = ties.standing and ties.level is not null
    where votes.draw = 0
    group by votes.standing, votes.unit, ties.position
),

apart as (
    select
        pairs.standing,
        pairs.unit,
        pairs.other,
        bool_or(
            compared(mine.exact) is distinct from compared(theirs.exact)
            or if(my_votes.unit is null, null, coalesce(my_votes.votes, 0))
            is distinct from if(their_votes.unit is null, null, coalesce(their_votes.votes, 0))
        ) as apart,
    from pairs
    inner join plan_ties as ties on pairs.standing = ties.standing
    left join component_marks as mine
        on ties.component = mine.component and pairs.unit = mine.unit and mine.draw = 0
    left join component_marks as theirs
        on ties.component = theirs.component and pairs.other = theirs.unit and theirs.draw = 0
    left join level_votes as my_votes
        on ties.standing = my_votes.standing and ties.position = my_votes.position and pairs.unit = my_votes.unit
    left join level_votes as their_votes
        on
            ties.standing = their_votes.standing
            and ties.position = their_votes.position
            and pairs.other = their_votes.unit
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
