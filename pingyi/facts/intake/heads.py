"""The head of a sheet → columns of a table."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import nearest
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ONLY_HEAD, ROW, Sheet
from pingyi.facts.intake.spelling import INVISIBLE

ABOVE = 10
"""Rows in which a head is looked for that does not stand in the first."""

RULES, OPTIONS = "填写说明", "选项"
"""Sheets that the office's own forms bring along: how to fill them in, and the words of their drop-down lists."""

RETURNED = "退回单"
"""What stands first on the sheet of faults that goes back to a sender; when the file comes again it is passed over."""

Known = Mapping[str, Column]
"""Every accepted head, as it is compared → its column."""


def known_heads(table: Table) -> Known:
    """The heads of a table: names, Chinese heads, other words for them, and heads with their unit of measure."""
    known: dict[str, Column] = {}
    for column in table.columns:
        heads = (column.name, column.head, *column.also)
        known |= {plain(head): column for head in heads}
        known |= {plain(f"{head}({column.unit})"): column for head in heads if column.unit}
    return known


def plain(head: str) -> str:
    """A head as it is compared: in plain width, without spaces, line breaks, and the star of what must be filled."""
    text = unicodedata.normalize("NFKC", head)
    return "".join(one for one in text if not one.isspace() and one not in INVISIBLE).strip("*").casefold()


def is_meant(sheet: Sheet, table: Table) -> bool:
    """Whether a sheet of a workbook holds rows of the table: it has a head of it, or is as wide as one.

    What is narrower than the columns that a row must have, under heads that nobody knows, is a note.
    """
    known = known_heads(table)
    row, many = head_row(sheet, known)
    if plain(next(iter(sheet.heads.values()), "")) == RETURNED:
        return False
    return many > (row > sheet.notepad.head_row) or sheet.frame.width - 1 >= _widest(table)


def _widest(table: Table) -> int:
    return sum(column.required for column in table.columns)


def head_row(sheet: Sheet, known: Known) -> tuple[int, int]:
    """The row that looks most like the head, and how many heads stand in it; the first where none does."""
    first = sheet.notepad.head_row
    best = (first, _many(sheet.heads.values(), known))
    text = [name for name in sheet.heads if sheet.frame[name].dtype == pl.String]
    for row, *cells in sheet.frame.filter(pl.col(ROW) <= first + ABOVE).select(ROW, *text).iter_rows():
        many = _many((cell for cell in cells if cell), known)
        if many > max(best[1], 1):
            best = (int(row), many)
    return best


def _many(cells: Iterable[object], known: Known) -> int:
    return len({known[plain(str(cell))].name for cell in cells if plain(str(cell)) in known})


def headed(sheet: Sheet, table: Table) -> Sheet | None:
    """The sheet from its head down; titles above it are listed. Nothing where rows stand above the head: noted."""
    row, _ = head_row(sheet, known_heads(table))
    first = sheet.notepad.head_row
    if row == first:
        return sheet
    text = [name for name in sheet.heads if sheet.frame[name].dtype == pl.String]
    above = sheet.frame.filter(pl.col(ROW) < row).select(text)
    filled = [sum(map(bool, cells)) for cells in (sheet.heads.values(), *above.rows())]
    if max(filled) >= _widest(table):
        sheet.notepad.whole(f"表头应在第 {first} 行，现在第 {row} 行，上面还有像数据的行；请把表头移到最上面")
        return None
    if max(filled):
        sheet.notepad.notice(f"表头在第 {row} 行，上面的标题没有导入")
    return _from(sheet, row)


def _from(sheet: Sheet, row: int) -> Sheet:
    """The sheet with the head in that row."""
    written = sheet.frame.filter(pl.col(ROW) == row).drop(ROW).row(0)
    frame = sheet.frame.filter(pl.col(ROW) > row)
    heads = {name: str(head or "").strip() for name, head in zip(sheet.heads, written, strict=True)}
    kept = {name: head for name, head in heads.items() if head or frame[name].null_count() < frame.height}
    sheet.notepad.start(row, heads)
    if not frame.height + sheet.ragged:
        sheet.notepad.notice(ONLY_HEAD)
    return replace(sheet, heads=kept, frame=frame.select(*kept, ROW))


def renamed(sheet: Sheet, table: Table) -> pl.DataFrame:
    """The sheet's frame with the columns of the table that it has, and `row`; what does not fit is noted."""
    names = _named(sheet, known_heads(table))
    _note_missing(sheet.notepad, table, set(names.values()))
    notepad = sheet.notepad
    notepad.heads = {column: sheet.heads[place] for place, column in names.items()}
    notepad.places = {column: int(place) for place, column in names.items()}
    notepad.bad = {(row, names.get(place, place)) for row, place in notepad.bad}
    return sheet.frame.select(ROW, *names).rename(names)


def _named(sheet: Sheet, known: Known) -> dict[str, str]:
    """Columns of the frame → names of the table's columns; unknown and repeated heads are faults."""
    names: dict[str, str] = {}
    first: dict[str, str] = {}
    for place, head in sheet.heads.items():
        column = known.get(plain(head))
        if not head:
            sheet.notepad.head("", f"第 {int(place) + 1} 列有内容而没有表头", column=place)
        elif column is None:
            sheet.notepad.head(head, "这张表没有这一列", nearest(plain(head), known), column=place)
        elif column.name in first:
            sheet.notepad.head(head, f"与“{first[column.name]}”是同一列，只能有一列", column=place)
        else:
            first[column.name] = head
            names[place] = column.name
    return names


def _note_missing(notepad: Notepad, table: Table, present: set[str]) -> None:
    """Columns must be there if every row needs them, or if the plan itself adds them to the table."""
    common = codebook().facts.get(table.name, table).names
    for column in table.columns:
        if (column.required or column.name not in common) and column.name not in present:
            notepad.absent(column.name, column.head, "")
