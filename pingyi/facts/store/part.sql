-- A part of the store: one row for each rating of a block, in the columns of the fact table. A respondent's pseudonym
-- becomes a number once, in two halves that every engine can read, so that counting never hashes text. Sorted by unit, so
-- that a share of units is read without the rest.
with numbered as (
    select
        *,
        md5_number(respondent)::uhugeint as number,
    from incoming
)

select
    form,
    method::varchar as method,
    unit::varchar as unit,
    level::varchar as level,
    rated_on,
    (number >> 64)::ubigint as respondent_high,
    (number & 18446744073709551615)::ubigint as respondent_low,
    "group"::varchar as "group",
    channel::varchar as channel,
    item::varchar as item,
    own,
    md5(device) as device,
    md5(interviewer) as interviewer,
    batch,
    source::varchar as source,
    sheet::varchar as sheet,
    row,
from numbered
order by unit, method, row
