"""The head of a sheet → columns of a table."""

import unicodedata
from collections.abc import Iterable

import polars as pl

from pingyi.codebook import Column, Table, codebook
from pingyi.faults import nearest
from pingyi.intake.ledger import Ledger
from pingyi.intake.sheet import ROW, Sheet

ABOVE = 10
"""Rows in which a head is looked for that does not stand in the first."""


def is_meant(sheet: Sheet, table: Table) -> bool:
    """Whether a sheet of a workbook holds rows of the table: it has a head of it, or is as wide as one.

    What is narrower than the columns that a row must have, under heads that nobody knows, is a note.
    """
    known = _known(table)
    widest = sum(column.required for column in table.columns)
    return any(_plain(head) in known for head in sheet.heads.values()) or sheet.frame.width - 1 >= widest


def renamed(sheet: Sheet, table: Table) -> pl.DataFrame:
    """The sheet's frame with the columns of the table that it has, and `row`; what does not fit is noted."""
    known = _known(table)
    if not any(_plain(head) in known for head in sheet.heads.values()) and (row := _head_below(sheet.frame, known)):
        sheet.ledger.whole(f"表头应在第 1 行，现在第 {row} 行；请删去上面的标题")
        return sheet.frame.select(ROW).clear()
    names = _named(sheet, known)
    _note_missing(sheet.ledger, table, set(names.values()))
    ledger = sheet.ledger
    ledger.heads = {column: sheet.heads[place] for place, column in names.items()}
    ledger.bad = {(row, names.get(place, place)) for row, place in ledger.bad}
    return sheet.frame.select(ROW, *names).rename(names)


def _named(sheet: Sheet, known: dict[str, Column]) -> dict[str, str]:
    """Columns of the frame → names of the table's columns; unknown and repeated heads are faults."""
    names: dict[str, str] = {}
    first: dict[str, str] = {}
    for place, head in sheet.heads.items():
        column = known.get(_plain(head))
        if not head:
            sheet.ledger.head("", f"第 {int(place) + 1} 列有内容而没有表头")
        elif column is None:
            sheet.ledger.head(head, "这张表没有这一列", nearest(_plain(head), known))
        elif column.name in first:
            sheet.ledger.head(head, f"与“{first[column.name]}”是同一列，只能有一列")
        else:
            first[column.name] = head
            names[place] = column.name
    return names


def _note_missing(ledger: Ledger, table: Table, present: set[str]) -> None:
    """Columns must be there if every row needs them, or if the plan itself adds them to the table."""
    common = codebook().facts[table.name].names
    for column in table.columns:
        if (column.required or column.name not in common) and column.name not in present:
            ledger.absent(column.name, column.head, "")


def _head_below(frame: pl.DataFrame, known: Iterable[str]) -> int | None:
    """The row, among the first ones, that looks like the head."""
    for *cells, row in frame.head(ABOVE).select(pl.exclude(ROW), ROW).iter_rows():
        if sum(_plain(str(cell)) in known for cell in cells) >= 2:
            return int(row)
    return None


def _known(table: Table) -> dict[str, Column]:
    """Every accepted head, as it is compared."""
    return {_plain(head): column for column in table.columns for head in (column.name, column.head, *column.also)}


def _plain(head: str) -> str:
    return unicodedata.normalize("NFKC", head).strip().casefold()
