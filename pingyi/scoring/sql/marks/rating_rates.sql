-- rating_rates: one row for each draw, component, unit and cycle with votes that count.
-- rate: Σ value × votes ÷ (out_of × votes), in atoms; items weighted where the plan weighs them, then the mean over raters
-- where each rater's own mean comes first, then groups weighted. group_missing: a group with a weight has no vote that
-- counts. cycle is empty where the plan pools the votes of all cycles.
-- A vote whose level has no value, or whose group or item weighs nothing for the unit, does not count.
-- Numbers of the plan become whole before they are joined to the votes: thousands of times they would be converted anew.
with weighed as (
    select
        component,
        score_per,
        micro(out_of) as out_of,
        component in (select component from plan_groups) as by_group,
        component in (select component from plan_items) as by_item,
    from plan_ratings
),

levels as (
    select
        component,
        level,
        micro(value) as value,
    from plan_levels
    where value is not null
),

groups as (
    select
        component,
        category,
        grp,
        micro(weight) as weight,
    from plan_groups
),

items as (
    select
        component,
        item,
        micro(weight) as weight,
    from plan_items
),

votes as (
    select
        tally.draw,
        tally.component,
        tally.unit,
        if(rules.score_per = 'year', '', tally.cycle) as cycle,
        coalesce(groups.grp, '') as grp,
        coalesce(items.item, '') as item,
        tally.rater,
        coalesce(groups.weight, micro(1)) as group_weight,
        coalesce(items.weight, micro(1)) as item_weight,
        rules.out_of,
        coalesce(in_play.category, '') as category,
        levels.value,
        tally.votes,
    from tally
    inner join turn_units as in_play on tally.component = in_play.component and tally.unit = in_play.unit and not in_play.imported
    inner join weighed as rules on tally.component = rules.component
    inner join levels on tally.component = levels.component and tally.level = levels.level
    left join groups
        on
            tally.component = groups.component
            and tally.grp = groups.grp
            and coalesce(in_play.category, '') = groups.category
    left join items on tally.component = items.component and tally.item = items.item
    where (not rules.by_group or groups.weight > 0) and (not rules.by_item or items.weight > 0)
),

by_item as (
    select
        draw,
        component,
        unit,
        cycle,
        category,
        grp,
        rater,
        any_value(group_weight) as group_weight,
        any_value(item_weight) as item_weight,
        sum(votes)::hugeint as votes,
        quotient(sum(value * votes)::hugeint, (any_value(out_of) * sum(votes))::hugeint) as rate,
    from votes
    group by draw, component, unit, cycle, category, grp, rater, item
),

by_rater as (
    select
        draw,
        component,
        unit,
        cycle,
        category,
        grp,
        any_value(group_weight) as group_weight,
        sum(votes) as votes,
        sum(rate * item_weight)::hugeint // sum(item_weight)::hugeint as rate,
    from by_item
    group by draw, component, unit, cycle, category, grp, rater
),

by_group as (
    select
        draw,
        component,
        unit,
        cycle,
        category,
        grp,
        any_value(group_weight) as group_weight,
        sum(votes) as votes,
        over(sum(rate)::hugeint, count(*)) as rate,
    from by_rater
    group by draw, component, unit, cycle, category, grp
),

all_groups as (
    select
        component,
        category,
        sum(weight)::hugeint as weight,
        count(*) as groups,
    from groups
    where weight > 0
    group by component, category
)

select
    by_group.draw,
    by_group.component,
    by_group.unit,
    by_group.cycle,
    sum(by_group.votes)::bigint as votes,
    sum(by_group.rate * by_group.group_weight)::hugeint // if(
        any_value(rules.group_missing) = 'zero' and any_value(all_groups.weight) is not null,
        any_value(all_groups.weight),
        sum(by_group.group_weight)::hugeint
    ) as rate,
    coalesce(count(*) < any_value(all_groups.groups), false) as group_missing,
from by_group
inner join plan_ratings as rules on by_group.component = rules.component
left join all_groups on by_group.component = all_groups.component and by_group.category = all_groups.category
group by by_group.draw, by_group.component, by_group.unit, by_group.cycle
