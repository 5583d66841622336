"""What comes of reading facts: all of them, or a refusal that says everything that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from pingyi.common.faults import FactFaults, Fault
from pingyi.facts.intake.notepad import Finding, Mended, Notice, Receipt
from pingyi.facts.ledger import Ledger


@dataclass(frozen=True)
class Facts:
    """All facts of a campaign.

    tables: every fact table of the codebook, its columns in order, then source, sheet and row (the row that a
    spreadsheet shows; in Parquet the row of data, from 1). Choices are Enums in the order of the plan or the roster;
    numbers are DECIMAL(18, 6); moments are local and have no zone; factors are lists. Pseudonyms stay text: DuckDB's
    `md5_number(respondent)` makes 128-bit integers of them while it loads, 0.05 s a million.
    key: the mark of the key that made pseudonyms in them; empty where none was needed.
    receipts: one for each sheet. mended: every cell whose spelling was put right. notices: what is no fault, and that
    somebody should know, such as hidden rows that were taken. ledger: the corrections that the tables hold already.
    """

    tables: dict[str, pl.DataFrame]
    receipts: list[Receipt]
    mended: list[Mended]
    notices: list[Notice] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    key: str = ""


class FactsRefused(FactFaults):
    """No row was taken.

    receipts: of each sheet what is wrong with it alone; accepted are rows that nothing is wrong with. findings: faults
    with their cells.
    """

    def __init__(self, faults: Sequence[Fault], receipts: Sequence[Receipt], findings: Sequence[Finding] = ()) -> None:
        super().__init__(faults)
        self.receipts = list(receipts)
        self.findings = list(findings)
