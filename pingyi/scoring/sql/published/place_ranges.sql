-- place_ranges: one row for each standing and unit: its place, and the places of nine in ten resampled counts.
select
    ranges.unit,
    ranges.standing,
    ranges.place,
    ranges.low,
    ranges.high,
    ranges.draws,
    roster.name,
from place_ranges as ranges
inner join roster using (unit)
order by all
