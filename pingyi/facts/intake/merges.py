"""Merged cells, hidden rows and what is shown otherwise in a sheet, once its columns are known.

Cells merged down a column say that the rows have the same value, and each gets it; of numbers this is not certain
(one for each, or one for all?), and cells merged across columns say nothing certain at all. Hidden rows are taken: what
somebody hid is still part of the table; but they are listed, since nobody sees them.
"""

from typing import Any

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW, Box, Spot, Structure

NUMBERS = ("integer", "decimal")
DAYS = ("date", "moment")
DEFAULTED = (*NUMBERS, "yes_no", "choice")
"""Kinds of columns that may say something where they are left empty."""

LISTED = 10
"""Rows that a notice names; the rest is counted."""

HEAD = "表头有合并单元格，应拆开：表头只占一行，每列一格"
ACROSS = "横向合并的单元格应拆开，每格各填各的"
SUM = "几行的数合并在一格，不知道是每行都有还是合计；应拆开，每行各填各的"
DAY_AS_TEXT = "这一格存的是日期，应为文字；应把这一格设为文本格式，照纸面重新填写"
EMPTY = "公式的结果是空的；不填的应删去公式，要填的应写明"
BELOW = "合并单元格下面还藏着别的值，应拆开核对"


def spread(raw: pl.DataFrame, found: Structure, table: Table, notepad: Notepad) -> pl.DataFrame:
    """The rows with every value that is merged down its column; what is not certain is noted, the rest is listed."""
    columns = {place: name for name, place in notepad.places.items()}
    values: dict[str, dict[int, Any]] = {}
    for box in found.merged:
        touched = [columns[place] for place in range(box.left, min(box.right, max(columns, default=0)) + 1)
                   if place in columns]  # fmt: skip
        if box.bottom < notepad.head_row or not touched:
            continue
        if box.top <= notepad.head_row:
            notepad.head(str(box), HEAD)
        elif len(touched) > 1 or box.left != box.right:
            notepad.line(box.top, str(box), ACROSS)
        elif table.column(touched[0]).kind in NUMBERS:
            notepad.cell(box.top, touched[0], str(box), SUM)
        else:
            values.setdefault(touched[0], {}).update(_one_for_all(raw, box, touched[0], notepad))
    for name, rows in values.items():
        if rows:
            raw = raw.with_columns(_filled(raw, name, rows))
            notepad.notice(f"“{notepad.heads[name]}”有合并单元格，{len(rows)} 行按合并的值导入")
    return raw


def _one_for_all(raw: pl.DataFrame, box: Box, name: str, notepad: Notepad) -> dict[int, Any]:
    """Row → value, of the rows below the first of merged cells."""
    held = raw.filter(pl.col(ROW).is_between(box.top, box.bottom)).select(ROW, name).rows()
    value = next((cell for row, cell in held if row == box.top), None)
    for row, cell in held:
        if row > box.top and cell is not None and cell != value:
            notepad.cell(row, name, str(cell), BELOW)
    return {row: value for row, cell in held if row > box.top and cell is None and value is not None}


def _filled(raw: pl.DataFrame, name: str, rows: dict[int, Any]) -> pl.Series:
    given = raw[ROW].replace_strict(list(rows), list(rows.values()), default=None, return_dtype=raw[name].dtype)
    return pl.select(pl.coalesce(raw[name], given)).to_series().alias(name)


def reveal(raw: pl.DataFrame, found: Structure, notepad: Notepad) -> None:
    """List what is taken though nobody sees it."""
    if found.concealed:
        notepad.notice("这张工作表是隐藏的，照常导入；不该算的请删去")
    rows = raw[ROW].filter(raw[ROW].is_in(list(found.hidden_rows))).to_list()
    if rows:
        notepad.notice(f"第 {_listed(rows)} 行是隐藏的，照常导入；不该算的请删去")
    struck = raw[ROW].filter(raw[ROW].is_in(list(found.struck))).to_list()
    if struck:
        notepad.notice(f"第 {_listed(struck)} 行有划去的字，照常导入；不该算的请删去")
    hidden = [notepad.heads[name] for name, place in notepad.places.items() if place in found.hidden_columns]
    if hidden:
        notepad.notice(f"“{'、'.join(hidden)}”一列是隐藏的，照常导入；请核对")


def _listed(rows: list[int]) -> str:
    more = f" 等 {len(rows)}" if len(rows) > LISTED else ""
    return "、".join(map(str, rows[:LISTED])) + more


def as_shown(raw: pl.DataFrame, found: Structure, table: Table, notepad: Notepad) -> pl.DataFrame:
    """The rows with texts as people see them: 00094 and not 94. What cannot be told so is noted at its cell.

    Numbers are kept as they are stored, if what is shown is the same number; days are kept as days.
    """
    columns = {place: name for name, place in notepad.places.items()}
    rows = set(raw[ROW].to_list()) if found.otherwise else set()
    texts: dict[str, dict[int, str]] = {}
    for row, place, shown, same in found.otherwise:
        name = columns.get(place)
        if name is None or row not in rows:
            continue
        kind = table.column(name).kind
        if same and kind in (*NUMBERS, *DAYS):
            continue
        if kind in (*NUMBERS, *DAYS) or shown is None:
            _note_otherwise(raw, row, name, shown, notepad, is_day=same and shown is None)
        else:
            texts.setdefault(name, {})[row] = shown
    for name, given in texts.items():
        raw = raw.with_columns(_replaced(raw, name, given))
    return raw


def _note_otherwise(
    raw: pl.DataFrame, row: int, name: str, shown: str | None, notepad: Notepad, *, is_day: bool
) -> None:
    """Note a cell that shows other than it stores. is_day: whether it stores a day where a text should be."""
    stored = str(raw.filter(pl.col(ROW) == row)[name].item())
    if is_day:
        notepad.cell(row, name, stored, DAY_AS_TEXT)
    elif shown is not None and "%" in shown:
        notepad.cell(row, name, stored, "存的是这个数，这一格却显示成百分数；应设为常规格式，填要用的数")
    else:
        seen = "别的写法" if shown is None else f"“{shown}”" if shown else "空白"
        notepad.cell(row, name, stored, f"存的是这个数，这一格却显示成{seen}；应设为常规格式，填要用的数")


def _replaced(raw: pl.DataFrame, name: str, given: dict[int, str]) -> pl.Series:
    """A column with some of its rows replaced; what shows nothing is empty."""
    texts = raw[ROW].replace_strict(list(given), list(given.values()), default=None, return_dtype=pl.String)
    return pl.select(pl.coalesce(texts, raw[name]).replace("", None)).to_series().alias(name)


def refuse_empty(raw: pl.DataFrame, found: Structure, table: Table, notepad: Notepad) -> None:
    """Note formulas without a result in columns where nothing written means something, such as one case."""
    columns = {place: name for name, place in notepad.places.items()}
    rows = set(raw[ROW].to_list()) if found.empty else set()
    for row, place in found.empty:
        if row in rows and place in columns and table.column(columns[place]).kind in DEFAULTED:
            notepad.cell(row, columns[place], str(Spot(row, place)), EMPTY)
