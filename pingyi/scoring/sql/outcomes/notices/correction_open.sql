-- notices correction_open: one row for each table of facts with entries of the ledger that nobody has decided. found: their
-- numbers.
select
    'decision' as severity,
    'correction_open' as kind,
    fact_table as "where",
    null as unit,
    string_agg(number::varchar, '、' order by number) as found,
    null as clause,
    '登记簿里的提议或异议还没有决定，暂按原来的计；请确认、维持或撤销' as wanted,
from corrections
anti join events on corrections.record = events.event and corrections.changed = ''
where corrections.open
group by fact_table
