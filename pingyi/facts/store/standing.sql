-- stored: ratings of the store that stand. respondent: the number as text, null where nobody is named.
select
    stored.*,
    whole(stored.respondent_high, stored.respondent_low)::varchar as respondent,
from read_parquet(getvariable('rating_parts')) as stored
anti join gone
    on stored.source = gone.source and stored.sheet is not distinct from gone.sheet and stored.row = gone.row
