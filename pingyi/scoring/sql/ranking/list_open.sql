-- list_open: one row for each draw, list and unit that it draws from, before any condition. Who takes no part this year
-- is drawn from nowhere, not even from a list that was decided before it ended.
-- What was voted on is what the count put on a shortlist; other lists are drawn from anew in each draw.
with sources as (
    select
        parts.list,
        parts.word as source,
        coalesce(lists.shortlist, false) as shortlist,
    from plan_list_parts as parts
    left join plan_lists as lists on parts.word = lists.list
    semi join turn_lists on parts.list = turn_lists.list
    where parts.part = 'pool'
),

members as (
    select
        draws.draw,
        sources.list,
        entries.unit,
    from sources
    cross join draws
    inner join list_entries as entries
        on sources.source = entries.list and if(sources.shortlist, 0, draws.draw) = entries.draw
    union
    select
        draws.draw,
        sources.list,
        roster.unit,
    from sources
    cross join draws
    cross join roster
    where sources.source = 'units'
)

select members.*,
from members
inner join roster on members.unit = roster.unit and roster.absent is null
