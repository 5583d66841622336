-- adjudicated_ratings, a view: one row for each rating handed in: whether it counts, and if not, why (reason).
-- The columns are those of screened_ratings. What is counted, set aside and explained is read here.
select
    screened.* replace (
        coalesce(screened.reason, if(replaced.rating is not null, 'replaced', null)) as reason
    ),
from screened_ratings as screened
left join replaced on screened.rating = replaced.rating
union all by name
select
    component::leaf_id as component,
    unit::unit_id as unit,
    form,
    level::level_id as level,
    rated_on,
    grp::group_id as grp,
    channel::channel_id as channel,
    item::item_id as item,
    'outside_life' as reason,
    source,
    sheet,
    row,
from outside_life
where fact_table = 'ratings'
