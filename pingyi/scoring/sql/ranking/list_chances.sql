-- list_chances: one row for each list and unit that the count or any resampled count puts on it.
-- share: of the resampled counts, how many put it there (0 to 1); null where the unit has no votes to be drawn anew in
-- the standing that the list goes by.
with resampled as (
    select count(*) as draws
    from draws
    where draw > 0
),

shares as (
    select
        entries.list,
        entries.unit,
        bool_or(entries.draw = 0) as listed,
        (count(*) filter (where entries.draw > 0) * 10000 // any_value(resampled.draws))::decimal(9, 0)
        * 0.0001::decimal(4, 4) as share,
    from list_entries as entries
    cross join resampled
    where resampled.draws > 0
    group by entries.list, entries.unit
)

select
    shares.list,
    shares.unit,
    shares.listed,
    if(redrawn.unit is null, null, shares.share) as share,
from shares
inner join turn_lists as rules using (list)
left join redrawn on rules.standing = redrawn.standing and shares.unit = redrawn.unit
