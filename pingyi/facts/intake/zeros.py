"""Ids of the same table that differ only by zeros in front: 0012 in a text is 12 in a workbook that made numbers of it.

As two ids they would be two persons, or two ballots, and nobody would see it. A method's ids are compared with its own.
"""

import polars as pl

from pingyi.common.codebook import Column
from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole

LOST = "别处写作 {}，会被当成两个编号，像是前面的 0 丢了；同一个编号应处处写成一样"


def note_lost_zeros(whole: Whole) -> None:
    """Note every id that stands elsewhere with more zeros before it."""
    for column in whole.table.columns:
        if _tells_apart(column) and whole.frame[column.name].str.contains(r"^0\d+$").any():
            _note(whole, column.name)


def _tells_apart(column: Column) -> bool:
    return column.kind == "id" and column.name != "unit" and (column.key or column.private)


def _note(whole: Whole, name: str) -> None:
    within = [one for one in ("method",) if one in whole.table.names]
    digits = whole.frame.filter(pl.col(name).str.contains(r"^\d+$")).select(SHEET, ROW, *within, pl.col(name))
    digits = digits.with_columns(pl.col(name).str.strip_chars_start("0").alias("bare"))
    same = [*within, "bare"]
    longest = digits.select(*same, pl.col(name).alias("longest"), pl.col(name).str.len_chars().alias("size"))
    longest = longest.sort("size", "longest", descending=True).unique(same, keep="first", maintain_order=True)
    shorter = digits.join(longest, on=same, nulls_equal=True).filter(pl.col(name) != pl.col("longest"))
    for sheet, row, found, written in shorter.select(SHEET, ROW, name, "longest").sort(SHEET, ROW).iter_rows():
        whole.notepad(sheet).cell(row, name, found, LOST.format(written))
