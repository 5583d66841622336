"""Ratings of a store as intake read them, for somebody who names some: a part knows its persons by numbers alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pingyi.facts.intake.fact_tables import FactTable, deliver_table
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW, SHEET
from pingyi.facts.intake.stored_checks import StoredRatings

MOST = 20
"""Rows that are read again where a record fits more."""


@dataclass(frozen=True)
class StoredRows:
    """Rows in the columns of the fact table with source, sheet and row, as `Facts` has those in memory.

    read_again: reads rows of a file once more.
    """

    stored: StoredRatings
    setting: Setting
    read_again: Callable[[str, Sequence[int]], pl.DataFrame]

    @cached_property
    def beside(self) -> pl.DataFrame:
        """Those of files that were read at once, and of the ledger."""
        return self._delivered(self.stored.standing(self.stored.rest))

    def at(self, file: str, row: int) -> pl.DataFrame:
        """The row that stands there in a file that was read block by block."""
        if (file, None, row) in self.stored.left_out or file not in self.stored.streamed_files:
            return self._delivered(self.stored.rest.clear())
        return self._delivered(self.read_again(file, [row]))

    def count_like(self, record: Mapping[str, str]) -> int:
        """How many have what a record says, wherever they stand."""
        return self.stored.count_like(record)

    def like(self, record: Mapping[str, str]) -> pl.DataFrame:
        """Those of files read block by block that have what a record says, as it came (`MOST` of them)."""
        found = [self._delivered(self.stored.rest.clear())]
        for file, rows in self.stored.rows_like([record], MOST).items():
            found.append(self._delivered(self.read_again(file, rows)))
        return pl.concat(found)

    def _delivered(self, rows: pl.DataFrame) -> pl.DataFrame:
        whole = self.stored.whole
        return deliver_table(FactTable(whole.table, whole.parts, rows.sort(SHEET, ROW)), self.setting)
