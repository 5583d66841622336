-- apportioned: one row for each draw, list whose rest of seats is apportioned, and value it is apportioned by.
-- seats: largest remainder over the units the list draws from, those outside the named quotas; equal remainders go to
-- the value with more units, then to the plan's order of categories, then to the value that comes first.
with members as (
    select
        open_to.draw,
        lists.list,
        lists.rest,
        groups.grp,
        count(*) as units,
        sum(count(*)) over (partition by open_to.draw, lists.list) as all_units,
    from turn_lists as lists
    inner join list_open as open_to on lists.list = open_to.list
    inner join list_groups as groups on open_to.list = groups.list and open_to.unit = groups.unit
    where
        lists.rest_by is not null
        and not groups.named
    group by open_to.draw, lists.list, lists.rest, groups.grp
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
        rest - sum(whole) over (partition by draw, list) as left_over,
        row_number() over (
            partition by draw, list order by remainder desc, units desc, categories.position, grp
        ) as nth,
    from quotients
    left join plan_categories as categories on quotients.grp = categories.category
)

select
    draw,
    list,
    grp,
    whole + if(nth <= left_over, 1, 0) as seats,
from placed
