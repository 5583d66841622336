-- due_outcomes: one row for each consequence that the count's lists lead to; subject is null where there is nobody to bear
-- it: an effect on the township of a unit that has none.
with met as (
    select
        owner,
        unit,
        bool_and(holds) filter (where mode = 'when') as when_holds,
        bool_and(holds) filter (where mode = 'unless') as unless_holds,
    from condition_facts('outcome', null, 0)
    group by owner, unit
)

select
    rules.subject_kind,
    case
        when rules.subject_kind like 'organ%' then roster.organ
        when rules.subject_kind like 'township%' then nullif(roster.township, '')
        else roster.unit
    end as subject,
    rules.effect,
    rules.amount,
    rules.list,
    rules.clause,
    rules.outcome,
    rules.position,
    rules.effect_name,
    rules.unit_of_measure,
    rules.until,
    entries.unit,
    entries.place,
from plan_outcomes as rules
inner join list_entries as entries on rules.list = entries.list and entries.draw = 0
inner join roster on entries.unit = roster.unit
left join met on rules.outcome = met.owner and entries.unit = met.unit
where
    coalesce(met.when_holds, true)
    and not coalesce(met.unless_holds, false)
    and not exists (
        select 1
        from plan_leave_out as spared
        inner join list_entries as others on spared.list = others.list and others.draw = 0
        where spared.outcome = rules.outcome and others.unit = entries.unit
    )
