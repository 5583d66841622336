-- hashes: one row for each rating without a number of a form, of files whose days meet those of another one.
-- hash: of all that it says, but for the name that intake gives to nobody. own: whether it alone is no chance, since it has
-- a time of day, or says who or what was at it.
select
    sheets.nth as sheet,
    stored.row,
    hash(
        stored.method, stored.unit, stored.level, stored.rated_on, stored.nobody,
        if(stored.nobody, null, stored.respondent_high), if(stored.nobody, null, stored.respondent_low),
        stored."group", stored.channel, stored.item, stored.own, stored.device, stored.interviewer, stored.batch
    ) as hash,
    stored.rated_on::date <> stored.rated_on or stored.respondent_high is not null or stored.device is not null as own,
from stored
inner join sheets on stored.source = sheets.source and stored.sheet is not distinct from sheets.sheet
where stored.form is null and sheets.meets
