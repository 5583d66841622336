-- One row for each two sheets all of whose distinct rows stand in the other one, at least as often. size: its
-- rows.
with counted as (
    select
        sheet,
        hash,
        count(*) as times,
    from hashes
    group by sheet, hash
),

sizes as (
    select
        sheet,
        sum(times)::bigint as size,
        count(*) as many,
    from counted
    group by sheet
),

pairs as (
    select
        one.sheet,
        other.sheet as other,
        count(*) as common,
    from counted as one
    inner join counted as other on one.hash = other.hash and one.sheet <> other.sheet and one.times <= other.times
    group by one.sheet, other.sheet
)

select
    pairs.sheet,
    pairs.other,
    sizes.size,
from pairs
inner join sizes on pairs.sheet = sizes.sheet and pairs.common = sizes.many
where sizes.many >= $least
order by pairs.sheet, pairs.other
