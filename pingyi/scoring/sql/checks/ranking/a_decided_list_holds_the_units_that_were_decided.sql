-- zh: 已经决定的名单，正是决定的那些单位
-- One row for each decided list, draw and unit that is on the list without being decided, or decided without being on it.
with decided as (
    select
        draws.draw,
        decisions.list,
        decisions.unit,
    from decisions
    cross join draws
    where decisions.decided
),

entered as (
    select
        draw,
        list,
        unit,
    from list_entries
    where list in (select list from decisions)
),

seen as (
    select distinct list
    from list_open
)

select
    coalesce(decided.list, entered.list) as 名单,
    coalesce(decided.unit, entered.unit) as 单位,
    coalesce(decided.draw, entered.draw) as 抽样,
from decided
full outer join entered
    on decided.draw = entered.draw and decided.list = entered.list and decided.unit = entered.unit
semi join seen on coalesce(decided.list, entered.list) = seen.list
where decided.unit is null or entered.unit is null
order by all
