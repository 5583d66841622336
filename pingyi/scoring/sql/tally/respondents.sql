-- respondents: one row for each component, unit and cycle: how many people were counted. Votes whose level has no value,
-- or whose group or item weighs nothing for the unit, are nobody's. Where there are items a form is one respondent,
-- however many of them it answers (ready counts: votes); elsewhere every vote is. Draws keep what was counted.
with weighed as (
    select
        component,
        component in (select component from plan_groups) as by_group,
        component in (select component from plan_items) as by_item,
    from plan_ratings
),

votes as (
    select component::varchar as component, unit::varchar as unit, cycle, grp::varchar as grp, item::varchar as item,
        level::varchar as level, voter, votes,
    from kept
    union all
    select component::varchar, unit, cycle, grp::varchar, null, level, null, votes,
    from unmarked
    union all
    select component, unit, cycle, grp, item, level, null, votes,
    from kept_counts
)

select
    votes.component,
    votes.unit,
    votes.cycle,
    (count(distinct votes.voter) + coalesce(sum(votes.votes) filter (where votes.voter is null), 0))::bigint
        as respondents,
from votes
inner join weighed on votes.component = weighed.component
inner join scope on votes.component = scope.component and votes.unit = scope.unit
inner join plan_levels as levels
    on votes.component = levels.component and votes.level = levels.level and levels.value is not null
left join plan_groups as groups
    on
        votes.component = groups.component
        and votes.grp = groups.grp
        and coalesce(scope.category, '') = groups.category
left join plan_items as items on votes.component = items.component and votes.item = items.item
where (not weighed.by_group or groups.weight > 0) and (not weighed.by_item or items.weight > 0)
group by votes.component, votes.unit, votes.cycle
having sum(votes.votes) > 0
