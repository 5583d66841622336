-- Ratings in memory (`incoming`) in the columns of `stored`, as far as they say what a rating is.
select
    form,
    method::varchar as method,
    unit::varchar as unit,
    level::varchar as level,
    rated_on,
    md5_number_lower(respondent) as respondent_high,
    md5_number_upper(respondent) as respondent_low,
    "group"::varchar as "group",
    channel::varchar as channel,
    item::varchar as item,
    own,
    md5(device) as device,
    md5(interviewer) as interviewer,
    batch,
from incoming
