-- provision_subjects: one row for each provision that holds for every reviewed unit (or those of `for`) and person or body
-- that it concerns: the unit, its organ or township, or persons of them. units: for how many units.
with not_meant as (
    select distinct
        wanted.provision,
        roster.unit,
    from (
        select
            provision,
            trait,
            list(value) as accepted,
        from plan_provision_traits
        group by provision, trait
    ) as wanted
    cross join roster
    left join traits on roster.unit = traits.unit and wanted.trait = traits.trait
    where not list_contains(wanted.accepted, coalesce(traits.value, ''))
),

meant as (
    select
        kinds.provision,
        kinds.subject_kind,
        case
            when kinds.subject_kind like 'organ%' then roster.organ
            when kinds.subject_kind like 'township%' then nullif(roster.township, '')
            else roster.unit
        end as subject,
        roster.unit,
    from plan_provision_subjects as kinds
    cross join roster
    anti join not_meant on kinds.provision = not_meant.provision and roster.unit = not_meant.unit
    where roster.absent is null
)

select
    provision,
    subject_kind,
    subject,
    count(*) as units,
from meant
where subject is not null
group by provision, subject_kind, subject
