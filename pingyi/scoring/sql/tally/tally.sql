-- tally: one row for each draw, component, unit, cycle, group, channel, item, rater and level: votes (票) that count.
-- rater: empty but where the plan takes every rater's mean first. Draw 0 is what was counted.
with every_vote as (
    select component::varchar as component, unit::varchar as unit, cycle, grp::varchar as grp,
        channel::varchar as channel, item::varchar as item, rater, level::varchar as level, votes,
    from kept
    union all
    select component::varchar, unit, cycle, grp::varchar, channel::varchar, null, rater, level, votes,
    from unmarked
    union all
    select component, unit, cycle, grp, channel, item, null, level, votes,
    from kept_counts
)

select
    0 as draw,
    component,
    unit,
    cycle,
    coalesce(grp, '') as grp,
    coalesce(channel, '') as channel,
    coalesce(item, '') as item,
    coalesce(rater, '') as rater,
    level,
    sum(votes)::bigint as votes,
from every_vote
group by all
having sum(votes) > 0
