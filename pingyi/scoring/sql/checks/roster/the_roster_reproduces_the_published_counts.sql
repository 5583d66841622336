-- zh: 名录与方案公布的数字相符
-- One row for each published count that the roster does not reproduce.
with fits as (
    select
        published.position,
        roster.unit,
        any_value(roster.organ) as organ,
        bool_and(published.trait is null or coalesce(list_contains(published.texts, traits.value), false)) as fits,
    from plan_published as published
    cross join roster
    left join traits on roster.unit = traits.unit and published.trait = traits.trait
    group by published.position, roster.unit
),

found as (
    select
        position,
        count(*) filter (where fits) as units,
        count(distinct organ) filter (where fits) as organs,
    from fits
    group by position
)

select distinct
    published.clause as 条款,
    published.count as 公布,
    if(published.of = 'units', found.units, found.organs) as 名录,
    if(published.of = 'units', '个单位', '个主管部门') as 单位,
from plan_published as published
inner join found using (position)
where published.count <> if(published.of = 'units', found.units, found.organs)
order by all
