-- reading_effects: one row for each open question and other answer: what it would change; the last row, without a
-- question's id, is the combination of answers found to change the lists most.
select * exclude (position)
from reading_effects
order by position
