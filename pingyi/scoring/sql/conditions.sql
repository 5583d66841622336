-- condition_facts: for the rules of one kind (list or outcome), one row for each rule, mode, condition, draw and unit:
-- does the condition hold? place: on the outcome's list, or on the rule's own list as it was drawn. running: on the list
-- in the years before, and on this year's, unless the rule's own list is still being drawn up.
-- of_turn: of lists, those of one turn, or null for all. last_draw: draws above it are not looked at.
create or replace macro condition_facts(kind, of_turn, last_draw) as table
with looked_at as (
    select draw
    from draws
    where draw <= last_draw
),

conditions as (
    select
        conditions.*,
        row_number() over () as nth,
        coalesce(outcomes.list, conditions.owner) as own_list,
    from plan_conditions as conditions
    left join plan_outcomes as outcomes on conditions.owner_kind = 'outcome' and conditions.owner = outcomes.outcome
    left join plan_lists as lists on conditions.owner_kind = 'list' and conditions.owner = lists.list
    where conditions.owner_kind = kind and coalesce(lists.turn = of_turn, true)
),

streaks as (
    select
        earlier.list,
        earlier.unit,
        list(distinct campaign.year - earlier.year) as years_ago,
    from earlier_entries as earlier
    cross join plan_campaign as campaign
    group by earlier.list, earlier.unit
),

places as (
    select 'list' as kind_of_owner, list, draw, unit, place
    from list_drawn
    union all
    select 'outcome' as kind_of_owner, list, draw, unit, place
    from list_entries
)

select
    conditions.owner,
    conditions.mode,
    conditions.nth,
    conditions.what,
    looked_at.draw,
    roster.unit,
    coalesce(
        case conditions.what
            when 'trait' then list_contains(conditions.texts, traits.value)
            when 'marks' then within_bounds(
                component.strength,
                compared_number(conditions.at_least),
                compared_number(conditions.below),
                compared_number(conditions.above),
                compared_number(conditions.at_most)
            )
            when 'grade' then list_contains(conditions.texts, grades.grade)
            when 'place' then within_bounds(
                places.place, conditions.at_least, conditions.below, conditions.above, conditions.at_most
            )
            when 'running' then list_has_all(streaks.years_ago, range(1, conditions.number))
                and (
                    this_year.unit is not null
                    or (conditions.owner_kind = 'list' and conditions.name = conditions.owner)
                )
        end,
        false
    ) as holds,
from conditions
cross join looked_at
cross join roster
left join traits on conditions.what = 'trait' and conditions.name = traits.trait and roster.unit = traits.unit
left join (select component, unit, draw, compared(exact) as strength from component_marks) as component
    on
        conditions.what = 'marks'
        and conditions.name = component.component
        and roster.unit = component.unit
        and looked_at.draw = component.draw
left join streaks
    on conditions.what = 'running' and conditions.name = streaks.list and roster.unit = streaks.unit
left join list_entries as this_year
    on
        conditions.what = 'running'
        and conditions.name = this_year.list
        and roster.unit = this_year.unit
        and looked_at.draw = this_year.draw
left join grades on conditions.what = 'grade' and roster.organ = grades.organ
left join places
    on
        conditions.what = 'place'
        and conditions.owner_kind = places.kind_of_owner
        and conditions.own_list = places.list
        and roster.unit = places.unit
        and looked_at.draw = places.draw;
