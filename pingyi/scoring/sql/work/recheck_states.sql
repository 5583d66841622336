-- recheck_states: one row for each unit that an earlier year's list put up for re-evaluation.
-- The last try counts: passed once and failed later is failed. passed_on: since when it has passed for good.
-- state: passed | passed_late | failed | overdue | waiting. repeated: on the same list again this year.
-- blocks: what stays barred, empty once the unit has passed.
-- What was tried under the code of a predecessor is tried for each unit that took it over.
with followed as (
    select
        rechecks.* exclude (unit),
        coalesce(heirs.unit, rechecks.unit) as unit,
    from rechecks
    left join successions as heirs on rechecks.unit = heirs.code
),

failures as (
    select
        list,
        year,
        unit,
        max(rechecked_on) filter (where not passed) as failed_on,
    from followed
    group by list, year, unit
),

tries as (
    select
        rechecks.list,
        rechecks.year,
        rechecks.unit,
        min(rechecks.rechecked_on) filter (
            where rechecks.passed and rechecks.rechecked_on > coalesce(failures.failed_on, date '0001-01-01')
        ) as passed_on,
        max(rechecks.rechecked_on) as tried_on,
        arg_max(rechecks.document, rechecks.rechecked_on) as document,
    from followed as rechecks
    inner join failures
        on rechecks.list = failures.list and rechecks.year = failures.year and rechecks.unit = failures.unit
    group by rechecks.list, rechecks.year, rechecks.unit
),

put_up as (
    select distinct list, year, unit
    from earlier_entries
)

select
    rules.recheck,
    rules.name,
    rules.list,
    put_up.year,
    put_up.unit,
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
inner join put_up on rules.list = put_up.list and put_up.year = campaign.year - rules.years_ago
left join tries on put_up.list = tries.list and put_up.year = tries.year and put_up.unit = tries.unit
left join list_entries as entries on put_up.list = entries.list and put_up.unit = entries.unit and entries.draw = 0
cross join as_of
