-- condition_facts: for the rules of one kind (list or outcome), one row for each rule, mode, condition, draw and unit:
-- does the condition hold? place looks at the rule's own list; running at the years before.
-- only_owner: one rule, or null for all. last_draw: draws above it are not looked at.
create macro condition_facts(kind, only_owner, last_draw) as table
with looked_at as (
    select draw
    from draws
    where draw <= last_draw
),

conditions as (
    select
        *,
        row_number() over () as nth,
    from plan_conditions
    where owner_kind = kind and (only_owner is null or owner = only_owner)
),

streaks as (
    select
        history.list,
        history.unit,
        list(distinct campaign.year - history.year) as years_ago,
    from history
    cross join plan_campaign as campaign
    group by history.list, history.unit
)

select
    conditions.owner,
    conditions.mode,
    conditions.nth,
    looked_at.draw,
    roster.unit,
    case conditions.what
        when 'trait' then list_contains(conditions.texts, traits.value)
        when 'marks' then coalesce(
            component.marks >= coalesce(conditions.at_least, component.marks)
            and component.marks <= coalesce(conditions.at_most, component.marks)
            and not coalesce(component.marks >= conditions.below, false)
            and not coalesce(component.marks <= conditions.above, false),
            false
        )
        when 'grade' then coalesce(list_contains(conditions.texts, grades.grade), false)
        when 'place' then coalesce(
            entries.place >= coalesce(conditions.at_least, entries.place)
            and entries.place <= coalesce(conditions.at_most, entries.place)
            and not coalesce(entries.place >= conditions.below, false)
            and not coalesce(entries.place <= conditions.above, false),
            false
        )
        when 'running' then coalesce(list_has_all(streaks.years_ago, range(1, conditions.number)), false)
    end as holds,
from conditions
cross join looked_at
cross join roster
left join traits on conditions.what = 'trait' and conditions.name = traits.trait and roster.unit = traits.unit
left join component_marks as component
    on
        conditions.what = 'marks'
        and conditions.name = component.component
        and roster.unit = component.unit
        and looked_at.draw = component.draw
left join streaks
    on conditions.what = 'running' and conditions.name = streaks.list and roster.unit = streaks.unit
left join grades on conditions.what = 'grade' and roster.organ = grades.organ
left join plan_outcomes as outcomes on conditions.owner_kind = 'outcome' and conditions.owner = outcomes.outcome
left join list_entries as entries
    on
        conditions.what = 'place'
        and entries.list = if(conditions.owner_kind = 'outcome', outcomes.list, conditions.owner)
        and roster.unit = entries.unit
        and looked_at.draw = entries.draw;
