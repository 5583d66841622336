-- band_entries: one row for each set of bands and unit: the band that its marks (分) reach.
select
    entries.band_set,
    entries.unit,
    entries.band,
    entries.marks,
    roster.name,
from band_entries as entries
inner join roster using (unit)
where entries.draw = 0
order by all
