-- Ratings of a share that an engine of others read (`incoming`), in the columns of `ratings`. rating: a number.
select
    row_number() over () as rating,
    component::leaf_id as component,
    form,
    unit::unit_id as unit,
    level::level_id as level,
    rated_on::timestamp as rated_on,
    whole(high::ubigint, low::ubigint) as respondent,
    grp::group_id as grp,
    channel::channel_id as channel,
    item::item_id as item,
    own,
    times,
    source,
    sheet,
    row::bigint as row,
    last_row::bigint as last_row,
from incoming
