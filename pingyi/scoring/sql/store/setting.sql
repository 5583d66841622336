-- One row: what the count of the store hangs on beside its ratings, as a number: rules, units and days.
with lines as (
    select ['rule', component, by_rater::varchar, own_unit::varchar, score_per, keep]::varchar as line
    from plan_ratings
    where not by_form
    union all
    select ['item', component, word]::varchar
    from plan_words
    where kind = 'item'
    union all
    select ['level', component, level, position::varchar]::varchar
    from plan_levels
    union all
    select ['scope', component, unit, imported::varchar]::varchar
    from scope
    semi join plan_ratings using (component)
    union all
    select ['day', component::varchar, cycle, day::varchar]::varchar
    from days
    union all
    select ['life', unit, founded_on::varchar, abolished_on::varchar]::varchar
    from units
    where founded_on is not null or abolished_on is not null
)

select md5(string_agg(line, chr(10) order by line)) as setting
from lines
