-- zh: 每一条评价要么计入、要么列明未计入的原因
-- One row for each component whose ratings do not reconcile: given = counted + set aside.
with given as (
    select component::varchar as component, count(*) as ratings
    from ratings
    group by component
),

in_scope as (
    select component::leaf_id as component, unit::unit_id as unit
    from scope
    semi join plan_ratings using (component)
),

on_forms as (
    select ratings.component::varchar as component, count(*) as ratings
    from ratings
    inner join forms on ratings.component = forms.component and ratings.form = forms.form
    semi join in_scope on ratings.component = in_scope.component and ratings.unit = in_scope.unit
    left join overpicked
        on
            ratings.component = overpicked.component
            and ratings.form = overpicked.form
            and ratings.level = overpicked.level
    where forms.void_because is null and overpicked.form is null
    group by ratings.component
),

one_by_one as (
    select component::varchar as component, sum(votes) as ratings
    from kept
    semi join scope using (component, unit)
    group by component
),

aside as (
    select component, sum(ratings) as ratings
    from set_aside
    group by component
)

select
    given.component as 指标,
    given.ratings as 收到,
    coalesce(on_forms.ratings, 0) + coalesce(one_by_one.ratings, 0) as 计入,
    coalesce(aside.ratings, 0) as 未计入,
from given
left join on_forms using (component)
left join one_by_one using (component)
left join aside using (component)
where given.ratings <> coalesce(on_forms.ratings, 0) + coalesce(one_by_one.ratings, 0) + coalesce(aside.ratings, 0)
order by all
