-- Ratings of some units out of the store, in the order of their files; a respondent is a number as text.
select
    stored.* exclude (respondent_high, respondent_low, file_index, file_row_number),
    whole(stored.respondent_high, stored.respondent_low)::varchar as respondent,
from stored
where stored.unit in (select unnest(getvariable('units')))
order by stored.source, stored.sheet, stored.row
