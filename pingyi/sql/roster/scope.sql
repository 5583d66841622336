-- scope: one row for each component and unit for which the component exists (lists that limit it are looked at later).
-- full_marks (分), weight: those of the unit's category. limited: only units of some lists are evaluated. imported: the unit brings this component's marks with it.
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
        traits.unit,
        bool_and(list_contains(wanted.accepted, traits.value)) as fits,
    from wanted
    inner join traits using (trait)
    group by wanted.component, wanted.use, traits.unit
)

select
    components.component,
    roster.unit,
    plan_full.full_marks,
    plan_full.weight,
    coalesce(imports.fits, false) as imported,
    components.limited,
    roster.category,
from plan_components as components
cross join roster
left join plan_full
    on components.component = plan_full.component and coalesce(roster.category, '') = plan_full.category
left join met as existence
    on components.component = existence.component and roster.unit = existence.unit and existence.use = 'for'
left join met as imports
    on components.component = imports.component and roster.unit = imports.unit and imports.use = 'imported'
where not roster.exempt and coalesce(existence.fits, true)
