-- timeline: one row for each thing that happened in the campaign's life, in its order: files that came or were gone,
-- entries of the ledger, decisions, earlier runs. It depends on those, so it lies in `log/` and no seal covers it.
select * exclude (position)
from timeline
order by position
