-- tally: one row for each draw, component, unit, cycle, group, channel, item, rater and level: votes (票) that count.
-- rater: empty but where the plan takes every rater's mean first.
-- Draw 0 is what was counted. Who is a candidate is known only after the shortlist, so ballots are completed for every
-- unit here; later stages look at candidates alone.
with on_valid_forms as (
    select
        ratings.component,
        forms.cycle,
        ratings.unit,
        ratings.level,
        forms.grp,
        forms.channel,
        overpicked.form is not null as dropped,
    from ratings
    inner join forms on ratings.component = forms.component and ratings.form = forms.form
    left join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
    where forms.void_because is null
),

valid_forms as (
    select
        component,
        cycle,
        grp,
        channel,
        count(*) as forms,
    from forms
    where void_because is null
    group by all
),

marked as (
    select
        component,
        cycle,
        unit,
        grp,
        channel,
        count(*) as forms,
    from on_valid_forms
    group by all
),

unmarked as (
    select
        valid_forms.component,
        valid_forms.cycle,
        scope.unit,
        rules.unmarked as level,
        valid_forms.grp,
        valid_forms.channel,
        valid_forms.forms - coalesce(marked.forms, 0) as votes,
    from valid_forms
    inner join plan_ratings as rules on valid_forms.component = rules.component and rules.unmarked is not null
    inner join scope on valid_forms.component = scope.component
    left join marked
        on
            valid_forms.component = marked.component
            and valid_forms.cycle = marked.cycle
            and scope.unit = marked.unit
            and valid_forms.grp is not distinct from marked.grp
            and valid_forms.channel is not distinct from marked.channel
),

every_vote as (
    select component::varchar as component, cycle, unit::varchar as unit, level::varchar as level,
        grp::varchar as grp, channel::varchar as channel, item::varchar as item, rater, votes,
    from kept
    union all
    select component::varchar, cycle, unit::varchar, level::varchar, grp::varchar, channel::varchar, null, null, 1,
    from on_valid_forms
    where not dropped
    union all
    select component::varchar, cycle, unit, level, grp::varchar, channel::varchar, null, null, votes,
    from unmarked
    union all
    select counts.component, cycles.cycle, counts.unit, counts.level, counts.grp, counts.channel,
        counts.item, null, counts.votes,
    from counts
    inner join plan_cycles as cycles
        on counts.component = cycles.component and coalesce(counts.cycle, cycles.cycle) = cycles.cycle
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
semi join scope using (component, unit)
group by all
having sum(votes) > 0
