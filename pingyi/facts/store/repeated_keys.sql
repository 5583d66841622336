-- Ratings of the store with a number of a form whose key (form, component, unit, item) stands in more than one row; of:
-- one of them of this source.
with repeated as (
    select
        form,
        method,
        unit,
        coalesce(item, '') as item,
    from stored
    where form is not null
    group by all
    having count(*) > 1 and ($of is null or bool_or(source = $of))
)

select
    stored.*,
    whole(stored.respondent_high, stored.respondent_low)::varchar as respondent,
from stored
semi join repeated
    on
        stored.form = repeated.form
        and stored.method = repeated.method
        and stored.unit = repeated.unit
        and coalesce(stored.item, '') = repeated.item
