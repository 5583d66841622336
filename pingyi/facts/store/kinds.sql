-- One row for each kind of ratings of the store that stand, with how many there are: what the rules ask of a rating, its
-- day apart. form, respondent: '1' where there is one.
select
    method,
    unit,
    level,
    "group",
    channel,
    item,
    if(form is null, null, '1') as form,
    if(respondent_high is null, null, '1') as respondent,
    count(*) as ratings,
from stored
group by all
order by all
