-- zh: 没有决定的名单上，每个单位都来自名单的范围：参加评议的单位，或所引名单上的单位
-- One row for each unit on a list that is not decided which none of the list's sources holds.
select
    entries.list as 名单,
    entries.unit as 单位,
from list_entries as entries
semi join (select list from list_states where state = 'proposed') as proposed on entries.list = proposed.list
where
    entries.draw = 0
    and not exists (
        select 1
        from plan_list_parts as parts
        inner join roster on roster.unit = entries.unit and roster.absent is null
        left join list_entries as source
            on parts.word = source.list and source.unit = entries.unit and source.draw = 0
        where
            parts.list = entries.list
            and parts.part = 'pool'
            and (source.unit is not null or parts.word = 'units')
    )
order by all
