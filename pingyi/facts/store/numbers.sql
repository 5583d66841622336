-- One row for each rating of a block, in its order: who gave it, as numbers. A respondent's pseudonym becomes a number
-- once, in two halves that every engine can read, so that counting never hashes text. nobody: intake has named it by its
-- own row or form (`table_checks.part_nobodies`), since nobody is known.
with numbered as (
    select
        *,
        md5_number(respondent)::uhugeint as number,
    from incoming
)

select
    (number >> 64)::ubigint as respondent_high,
    (number & 18446744073709551615)::ubigint as respondent_low,
    md5(device) as device,
    md5(interviewer) as interviewer,
    coalesce(starts_with(respondent, '匿名（'), false) as nobody,
from numbered
