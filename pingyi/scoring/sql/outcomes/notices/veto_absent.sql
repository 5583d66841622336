-- notices veto_absent: one row for each list of the worst that is not decided yet and that vetoed units are not on: they
-- have no place that could put them there. Units that the list is not about are not meant. found: who.
with elsewhere as (
    select distinct
        owner as list,
        unit,
    from condition_facts('list', null, 0)
    where not holds and what in ('trait', 'grade', 'running')
)

select
    'decision' as severity,
    'veto_absent' as kind,
    lists.list as "where",
    null as unit,
    string_agg(roster.name, '、' order by roster.unit) as found,
    any_value(lists.clause) as clause,
    '被一票否决的单位没有名次，不会自动进入这份名单；请研究决定是否列入' as wanted,
from plan_lists as lists
inner join list_states as states on lists.list = states.list and states.state = 'proposed'
cross join (select distinct unit from vetoed) as vetoed
inner join roster on vetoed.unit = roster.unit and roster.absent is null
anti join elsewhere on lists.list = elsewhere.list and roster.unit = elsewhere.unit
anti join (select list, unit from list_entries where draw = 0) as entries
    on lists.list = entries.list and roster.unit = entries.unit
where not lists.good
group by lists.list
