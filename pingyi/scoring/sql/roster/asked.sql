-- asked: one row for each class of raters of a component scored from marks and unit that it is asked to mark.
-- class: empty where the plan has no classes. weight: among the classes.
with classes as (
    select
        component,
        marker as class,
        weight,
    from plan_markers
    union all
    select
        rules.component,
        '' as class,
        1 as weight,
    from plan_marks as rules
    anti join plan_markers as markers on rules.component = markers.component
),

wanted as (
    select
        component,
        marker as class,
        trait,
        list(value) as accepted,
    from plan_marker_traits
    group by component, marker, trait
),

not_asked as (
    select distinct
        wanted.component,
        wanted.class,
        roster.unit,
    from wanted
    cross join roster
    left join traits on roster.unit = traits.unit and wanted.trait = traits.trait
    where not list_contains(wanted.accepted, coalesce(traits.value, ''))
)

select
    classes.component,
    scope.unit,
    classes.class,
    classes.weight,
from classes
inner join scope on classes.component = scope.component and not scope.imported
anti join not_asked
    on classes.component = not_asked.component and classes.class = not_asked.class and scope.unit = not_asked.unit
