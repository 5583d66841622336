-- notices decision_differs: one row for each decided list that facts known today would change. found: who would enter and
-- who would leave. What was decided otherwise than proposed is no matter of later facts and not told here.
with members as (
    select
        coalesce(today.list, decisions.list) as list,
        coalesce(today.unit, decisions.unit) as unit,
        today.unit is not null as computed,
        coalesce(decisions.proposed, false) as proposed,
        coalesce(decisions.decided, false) as decided,
    from list_proposals as today
    full outer join decisions on today.list = decisions.list and today.unit = decisions.unit
),

changed as (
    select
        members.list,
        string_agg(roster.name, '、' order by roster.unit) filter (where members.computed) as entering,
        string_agg(roster.name, '、' order by roster.unit) filter (where not members.computed) as leaving,
    from members
    inner join roster using (unit)
    where members.proposed = members.decided and members.computed <> members.decided
    group by members.list
)

select
    'notice' as severity,
    'decision_differs' as kind,
    changed.list as "where",
    null as unit,
    concat_ws('；', '会列入：' || changed.entering, '会退出：' || changed.leaving) as found,
    lists.clause,
    '名单已经决定，以决定为准；这是决定以后的数据会带来的变化，仅供知悉' as wanted,
from changed
inner join plan_lists as lists on changed.list = lists.list
