-- Ratings on their way in: a respondent's pseudonym becomes a 128-bit integer once, so that counting never hashes text.
-- Each stands for itself alone.
select * replace (
    row_number() over () - 1 as rating, md5_number(respondent)::uhugeint as respondent, 1 as times, row as last_row
)
from incoming
