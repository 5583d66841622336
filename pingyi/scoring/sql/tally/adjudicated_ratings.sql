-- adjudicated_ratings, a view: one row for each rating handed in: whether it counts, and if not, why (reason).
-- The columns are those of screened_ratings. What is counted, set aside and explained is read here.
-- Where ratings are counted share after share (`later_share`), those outside of a unit's life are of the first.
select
    screened.rating,
    screened.component,
    screened.unit,
    screened.form,
    screened.level,
    screened.rated_on,
    screened.cycle,
    screened.respondent,
    screened.grp,
    screened.channel,
    screened.item,
    screened.form_valid,
    coalesce(screened.reason, if(replaced.rating is not null, 'replaced', null)) as reason,
    screened.times,
    screened.source,
    screened.sheet,
    screened.row,
from screened_ratings as screened
left join replaced on screened.rating = replaced.rating
union all
select
    null as rating,
    component::leaf_id as component,
    unit::unit_id as unit,
    form,
    level::level_id as level,
    rated_on,
    null as cycle,
    null as respondent,
    grp::group_id as grp,
    channel::channel_id as channel,
    item::item_id as item,
    null as form_valid,
    'outside_life' as reason,
    1 as times,
    source,
    sheet,
    row,
from outside_life
where fact_table = 'ratings' and not coalesce(getvariable('later_share'), false)
