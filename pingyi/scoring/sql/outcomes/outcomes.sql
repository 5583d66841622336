-- outcomes: one row for each consequence of the count's lists.
-- subject_kind and subject: the unit, organ or township, or a person of it (named by office, never by name).
select *
from due_outcomes
where subject is not null
