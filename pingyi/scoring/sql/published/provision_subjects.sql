-- provision_subjects: one row for each provision beside the lists and person or body that it concerns.
select
    subjects.provision,
    subjects.subject_kind,
    subjects.subject,
    subjects.units,
    provisions.name as provision_name,
    roster.name,
    provisions.due,
    provisions.clause,
from provision_subjects as subjects
inner join plan_provisions as provisions using (provision)
left join roster on subjects.subject_kind like 'unit%' and subjects.subject = roster.unit
order by provisions.position, subjects.subject_kind, subjects.subject
