-- Ratings of the whole store on an engine of others, in the columns of `ratings`: plain SQL, words instead of enums.
-- rating: file, sheet and row; respondent: the two halves of its number, put together again at home.
select
    concat_ws('|', stored.source, stored.sheet, stored.row) as rating,
    stored.method as component,
    stored.form,
    stored.unit,
    stored.level,
    stored.rated_on,
    stored.respondent_high::varchar || '/' || stored.respondent_low::varchar as respondent,
    stored."group" as grp,
    stored.channel,
    stored.item,
    stored.own,
    stored.source,
    stored.sheet,
    stored.row,
from stored
cross join known_until
left join units on stored.unit = units.unit
left join ratings_left_out as gone
    on stored.source = gone.source and coalesce(stored.sheet, '') = coalesce(gone.sheet, '') and stored.row = gone.row
where
    gone.row is null
    and stored.rated_on::date <= coalesce(known_until.day, stored.rated_on::date)
    and not coalesce(stored.rated_on::date < units.founded_on or stored.rated_on::date > units.abolished_on, false)
