-- scope: one row for each component and unit for which the component exists (lists that limit it are looked at later):
-- the unit takes part, every column of `for` holds a wanted value (an empty cell is the empty text), and its category
-- has full marks and a weight where these differ by category.
-- full_marks (分), weight: those of the unit's category. limited: only units of some lists are evaluated. imported: the
-- unit brings this component's marks with it. founded_on: of the unit, where it was not there all the time.
with wanted as (
    select
        component,
        use,
        trait,
        list(value) as accepted,
    from plan_component_traits
    group by component, use, trait
),

met as (
    select
        wanted.component,
        wanted.use,
        roster.unit,
        bool_and(list_contains(wanted.accepted, coalesce(traits.value, ''))) as fits,
    from wanted
    cross join roster
    left join traits on roster.unit = traits.unit and wanted.trait = traits.trait
    group by wanted.component, wanted.use, roster.unit
)

select
    components.component,
    roster.unit,
    plan_full.full_marks,
    plan_full.weight,
    coalesce(imports.fits, false) as imported,
    components.limited,
    roster.category,
    roster.founded_on,
from roster
left join plan_categories as categories on roster.category = categories.category
inner join plan_full on coalesce(categories.category, '') = plan_full.category
inner join plan_components as components on plan_full.component = components.component
left join met as existence
    on components.component = existence.component and roster.unit = existence.unit and existence.use = 'for'
left join met as imports
    on components.component = imports.component and roster.unit = imports.unit and imports.use = 'imported'
where roster.absent is null and coalesce(existence.fits, true)
