-- sides: one row for each rating, wherever it stands: hashes of its key (form, component, unit, item) and of all that it says;
-- 1 for the state that it stands in.
select
    hash(form, method, unit, item) as key,
    hash(
        form, method, unit, item, level, rated_on, respondent_high, respondent_low, "group", channel, own, device,
        interviewer, batch
    ) as row,
    1,
from stored
