-- changes: one row for each thing that differs from the run before: files, rows, ledger, plan, program, key; what is
-- grave comes first. It depends on that run, so it lies in `log/` and no seal covers it.
select * exclude (position)
from changes
order by position
