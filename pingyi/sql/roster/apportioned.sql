-- apportioned: one row for each list whose pooled rest is apportioned and value of the column it is apportioned by.
-- seats: largest remainder over the units under review; equal remainders go to the larger value, then to the plan's
-- order of categories.
with members as (
    select
        lists.list,
        lists.rest,
        rest_trait.value as grp,
        count(*) as units,
        sum(count(*)) over (partition by lists.list) as all_units,
    from plan_lists as lists
    cross join roster
    inner join traits as rest_trait on roster.unit = rest_trait.unit and lists.rest_by = rest_trait.trait
    left join traits as quota_trait on roster.unit = quota_trait.unit and lists.quota_by = quota_trait.trait
    anti join plan_list_parts as quota
        on lists.list = quota.list and quota.part = 'quota' and quota_trait.value = quota.word
    where not roster.exempt
    group by lists.list, lists.rest, rest_trait.value
),

quotients as (
    select
        *,
        units * rest // all_units as whole,
        units * rest % all_units as remainder,
    from members
),

placed as (
    select
        quotients.*,
        rest - sum(whole) over (partition by list) as left_over,
        row_number() over (
            partition by list order by remainder desc, units desc, categories.position, grp
        ) as nth,
    from quotients
    left join plan_categories as categories on quotients.grp = categories.category
)

select
    list,
    grp,
    whole + if(nth <= left_over, 1, 0) as seats,
from placed
