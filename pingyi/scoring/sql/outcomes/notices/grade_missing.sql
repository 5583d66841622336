-- notices grade_missing: one row for each organ without a yearly grade that a consequence or a list asks for.
with asked as (
    select
        rules.clause,
        entries.unit,
    from plan_conditions as conditions
    inner join plan_outcomes as rules on conditions.owner_kind = 'outcome' and conditions.owner = rules.outcome
    inner join list_entries as entries on rules.list = entries.list and entries.draw = 0
    where conditions.what = 'grade'
    union
    select
        lists.clause,
        open_to.unit,
    from plan_conditions as conditions
    inner join plan_lists as lists on conditions.owner_kind = 'list' and conditions.owner = lists.list
    inner join list_open as open_to on lists.list = open_to.list and open_to.draw = 0
    where conditions.what = 'grade'
)

select distinct
    'decision' as severity,
    'grade_missing' as kind,
    roster.organ as "where",
    null as unit,
    null as found,
    asked.clause,
    '缺少该部门的年度考绩档次，请补报后重算' as wanted,
from asked
inner join roster using (unit)
anti join grades on roster.organ = grades.organ
