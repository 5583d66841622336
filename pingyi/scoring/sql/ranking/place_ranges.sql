-- place_ranges: one row for each standing and unit that the count ranks: its place, and where the middle nine tenths of
-- the resampled counts put it (low to high: 5th to 95th percentile; null where the unit has no votes to be drawn anew).
-- draws: how many of them rank the unit at all.
with counted as (
    select standing, unit, place
    from totals
    semi join turn_standings using (standing)
    where draw = 0
),

spread as (
    select
        counted.unit,
        counted.standing,
        counted.place,
        quantile_disc(totals.place, 0.05) as low,
        quantile_disc(totals.place, 0.95) as high,
        count(*) as draws,
    from counted
    inner join totals using (standing, unit)
    where totals.draw > 0
    group by counted.unit, counted.standing, counted.place
)

select
    spread.unit,
    spread.standing,
    spread.place,
    if(redrawn.unit is null, null, spread.low) as low,
    if(redrawn.unit is null, null, spread.high) as high,
    spread.draws,
from spread
left join redrawn using (standing, unit)
