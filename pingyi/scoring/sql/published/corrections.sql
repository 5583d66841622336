-- corrections: one row for each entry of the ledger, with the state that it has come to. Who put it down stands in the
-- ledger itself.
select *
from corrections
order by number
