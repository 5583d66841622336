-- tally: one row for each component, unit, cycle, group, channel, item and level: votes (票) that count,
-- raters put together.
select
    tally.component,
    tally.unit,
    tally.cycle,
    tally.grp as "group",
    tally.channel,
    tally.item,
    tally.level,
    sum(tally.votes)::bigint as votes,
    roster.name,
from tally
inner join roster using (unit)
inner join plan_components as components using (component)
where
    tally.draw = 0
    and (
        not components.limited
        or exists (
            select 1
            from component_marks as marks
            where marks.component = tally.component and marks.unit = tally.unit
        )
    )
group by all
order by all
