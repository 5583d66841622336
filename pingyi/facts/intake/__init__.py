"""Fact files → checked, typed frames, or every fault of every file at once.

folder, file_formats   which files hold which table, whether they have come whole and as they were sent; a file → sheets
sheet_grid, xlsx, xls  … of Excel files: within bounds, with what they show and say beside values
number_formats         what a cell shows of what it stores
layout                 the head of a sheet → columns of the table (`pingyi.common.codebook`); rows that are none
cell_values, persons   cells → values of their kind; no number of a person gets in
setting, row_rules     what the plan and the roster ask of each row
fact_tables, table_checks    what can be said only of a table as a whole, and of tables beside each other
corrected              the ledger's rows in place of those that they correct
gathering              all of it together: `read_facts`; `campaign` for the office's commands
issue_log              where a fault stands, and what became of the rows
cache                  parts that were read before
streaming              large files of ratings, block by block into a store
stored_checks, stored_rows   what is asked of all of them; some of them once more
return_sheets          a refusal → sheets that go back to the senders
"""

from pingyi.facts.intake.gathering import Facts, read_facts
from pingyi.facts.intake.issue_log import FactsRefused, Finding, Mended, Notice, Receipt
from pingyi.facts.intake.return_sheets import write_return_sheets

__all__ = [
    "Facts",
    "FactsRefused",
    "Finding",
    "Mended",
    "Notice",
    "Receipt",
    "read_facts",
    "write_return_sheets",
]
