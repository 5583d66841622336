-- list_computed: one row for each draw, list and unit that the facts put on it.
-- place: as in list_drawn, among those who stay.
with grouped as (
    select distinct list
    from plan_list_parts
    where part = 'within'
)

select
    drawn.draw,
    drawn.list,
    drawn.unit,
    drawn.grp,
    rank() over (
        partition by drawn.draw, drawn.list, if(grouped.list is null, '', drawn.grp)
        order by if(lists.bottom, -drawn.overall, drawn.overall) nulls last
    ) as place,
    drawn.total,
    drawn.direct,
    drawn.decided_by,
from list_drawn as drawn
inner join turn_lists as lists on drawn.list = lists.list
left join grouped on drawn.list = grouped.list
anti join list_spared as spared
    on drawn.list = spared.list and drawn.draw = spared.draw and drawn.unit = spared.unit
