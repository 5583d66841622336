-- notices absent: one row for each unit that takes no part because it did not exist to the end. found: why, and how many of
-- its facts do not count for that.
with facts as (
    select unit, ratings as rows from received
    union all
    select unit, 1 from counts
    union all
    select unit, 1 from marks
    union all
    select unit, 1 from events
    union all
    select unit, 1 from measures
    union all
    select unit, 1 from outside_life
),

numbers as (
    select
        unit,
        sum(rows) as rows,
    from facts
    group by unit
)

select
    'notice' as severity,
    'absent' as kind,
    null as "where",
    roster.unit,
    case roster.absent
        when 'ended' then roster.abolished_on || ' 撤销' || coalesce('，并入 ' || roster.merged_into, '')
        else roster.founded_on || ' 才设立'
    end || '，报来的评价和数据 ' || coalesce(numbers.rows, 0) || ' 条没有计入' as found,
    null as clause,
    '不参加评议和排名，数据也不转给接替的单位，请随结果注明' as wanted,
from roster
left join numbers on roster.unit = numbers.unit
where roster.absent in ('ended', 'not_founded')
