-- outcomes: one row for each consequence of a list.
select
    outcomes.subject_kind,
    outcomes.subject,
    outcomes.effect,
    outcomes.amount,
    outcomes.list,
    outcomes.clause,
    outcomes.effect_name,
    outcomes.until,
    outcomes.unit,
    outcomes.place,
    roster.name,
    outcomes.outcome,
from outcomes
inner join roster using (unit)
order by all
