-- outcome_sums: one row for each subject and effect with amounts.
select * from outcome_sums
order by all
