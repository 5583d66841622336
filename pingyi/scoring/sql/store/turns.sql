-- One row for each rating of the share of the store where one of each person counts: a number for its component, unit,
-- person and turn. Equal ones may be of the same person; different ones are not.
select turn_of(
    stored.method, stored.unit, turn_days.turn, stored.respondent_high, stored.respondent_low
) as turn
from stored
inner join turn_days on stored.method = turn_days.component and stored.rated_on::date = turn_days.day
where
    stored.unit between getvariable('first_unit') and getvariable('last_unit')
    and is_of_part(stored.respondent_high)
    and stored.respondent_high is not null
    and turn_days.turn is not null
