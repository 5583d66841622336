-- recheck_states: one row for each unit that an earlier year's list put up for re-evaluation.
-- state: passed | passed_late | failed | overdue | waiting. repeated: on the same list again this year.
-- blocks: what stays barred, empty once the unit has passed.
with tries as (
    select
        list,
        year,
        unit,
        min(rechecked_on) filter (where passed) as passed_on,
        max(rechecked_on) as tried_on,
        arg_max(document, rechecked_on) as document,
    from rechecks
    group by list, year, unit
)

select
    rules.recheck,
    rules.name,
    rules.list,
    history.year,
    history.unit,
    rules.due,
    coalesce(tries.passed_on, tries.tried_on) as rechecked_on,
    tries.document,
    case
        when tries.passed_on <= rules.due then 'passed'
        when tries.passed_on is not null then 'passed_late'
        when tries.tried_on is not null then 'failed'
        when rules.due < as_of.day then 'overdue'
        else 'waiting'
    end as state,
    entries.unit is not null as repeated,
    if(tries.passed_on is null, rules.blocks, '') as blocks,
    rules.clause,
from plan_rechecks as rules
cross join plan_campaign as campaign
inner join history on rules.list = history.list and history.year = campaign.year - rules.years_ago
left join tries on history.list = tries.list and history.year = tries.year and history.unit = tries.unit
left join list_entries as entries on history.list = entries.list and history.unit = entries.unit and entries.draw = 0
cross join as_of
