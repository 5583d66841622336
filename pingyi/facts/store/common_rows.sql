-- One row for each two sheets that have many pieces in common: rows that are no chance alone (`run` 1), or so many rows in
-- a row. many: pieces in common; size: pieces of the smaller one.
with runs as (
    select
        sheet,
        hash(hash, lead(hash, 1) over rows_after, lead(hash, 2) over rows_after, lead(hash, 3) over rows_after) as hash,
        lead(hash, 3) over rows_after is not null as whole,
    from hashes
    where $run > 1
    window rows_after as (partition by sheet order by row)
),

pieces as (
    select distinct sheet, hash from runs where whole
    union all
    select distinct sheet, hash from hashes where $run = 1 and own
),

sizes as (
    select
        sheet,
        count(*) as size,
    from pieces
    group by sheet
),

pairs as (
    select
        one.sheet,
        other.sheet as other,
        count(*) as many,
    from pieces as one
    inner join pieces as other on one.hash = other.hash and one.sheet < other.sheet
    group by one.sheet, other.sheet
)

select
    pairs.sheet,
    pairs.other,
    pairs.many,
from pairs
inner join sizes as one on pairs.sheet = one.sheet
inner join sizes as other on pairs.other = other.sheet
where pairs.many >= $least and pairs.many >= $share * least(one.size, other.size)
order by pairs.sheet, pairs.other
