-- stored, a view: one row for each rating of the store that stands (`ratings_left_out`) and is known by the day that the
-- campaign is looked at, in the columns of the fact table. Its respondent is in two halves; file_index, file_row_number:
-- where it lies in the store.
select
    part.*,
    part.file_index,
    part.file_row_number,
from read_parquet(getvariable('rating_parts')) as part
anti join ratings_left_out as gone
    on part.source = gone.source and part.sheet is not distinct from gone.sheet and part.row = gone.row
where part.rated_on::date <= coalesce(getvariable('known_until'), part.rated_on::date)
