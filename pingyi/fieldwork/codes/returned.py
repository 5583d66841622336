"""Returned ballots as an online platform exports them → rows, or every fault of the file at once.

Heads: 验证码, 投票时间, 选票编号 (may be missing), 单位, 等次, and 评价内容 where the component asks several things.
Other columns are passed over: what a platform knows of its visitors is none of ours.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from pingyi.common.codebook import Column
from pingyi.common.faults import FactFaults
from pingyi.facts.intake.cell_values import as_moment
from pingyi.facts.intake.file_formats import Arrived, sheets_of
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.setting import ON_ROSTER, Choice, tidy_text
from pingyi.facts.intake.sheet_grid import ROW, Sheet
from pingyi.fieldwork.codes.code import plain
from pingyi.plan.ratings import Ratings

COLUMNS = (
    Column("code", "验证码", "id", required=True, also=("投票码",)),
    Column("at", "投票时间", "moment", required=True, also=("提交时间", "评价时间")),
    Column("number", "选票编号", "id", also=("表单编号", "问卷编号")),
    Column("unit", "单位", "choice", required=True, also=("单位编号", "单位代码")),
    Column("level", "等次", "choice", required=True, also=("评价等次",)),
    Column("item", "评价内容", "choice", also=("评价项目",)),
)
HEADS = {head: column for column in COLUMNS for head in (column.name, column.head, *column.also)}

Reader = Callable[[str], Any]


class Mark(NamedTuple):
    """One row: a level for a unit. file, sheet, row: where it is. code: as typed, in plain capitals; may be wrong."""

    code: str
    number: str
    unit: str
    item: str
    level: str
    at: datetime
    file: str
    sheet: str
    row: int


class BallotFaults(FactFaults):
    """The file of returned ballots cannot be used."""

    ending = "未核验任何一张选票"


def read_ballots(file: Arrived | None, notepad: IssueLog, rules: Ratings, units: pl.DataFrame) -> list[Mark]:
    """All rows of a file; a wrong or missing code is no fault of the file. Raises: BallotFaults.

    file: nothing where it could not be had. notepad: of the file; its name is the one that rows bear.
    """
    found = sheets_of(file, notepad) if file else []
    sheets = [sheet for sheet in found if _is_meant(sheet)]
    if found and not sheets:
        notepad.note_whole(f"没有“{COLUMNS[0].head}”一列")
    marks = [mark for sheet in sheets for mark in _marks(sheet, rules, _readers(rules, units))]
    notepads = {id(one): one for one in (notepad, *(sheet.log for sheet in sheets))}
    if faults := [fault for one in notepads.values() for fault in one.faults]:
        raise BallotFaults(faults)
    return marks


def _plain(head: str) -> str:
    return unicodedata.normalize("NFKC", head).strip().casefold()


def _is_meant(sheet: Sheet) -> bool:
    """Whether the sheet holds ballots; notes beside them are passed over."""
    return any(HEADS.get(_plain(head)) is COLUMNS[0] for head in sheet.heads.values())


def _readers(rules: Ratings, units: pl.DataFrame) -> dict[str, Reader]:
    """How the text of each column is read; each raises ValueError with what was wanted."""
    names = dict(units.select(pl.col("unit", "name").cast(pl.String)).iter_rows())
    readers: dict[str, Reader] = {
        "code": plain,
        "at": lambda text: as_moment(tidy_text(text, True)),
        "number": lambda text: tidy_text(text, True),
        "unit": _among(Choice(tuple(names), names, missing=ON_ROSTER)),
        "level": _among(Choice.of(rules.levels)),
        "item": _among(Choice.of(rules.items)) if rules.items else _nothing,
    }
    return {name: cache(read) for name, read in readers.items()}


def _among(choice: Choice) -> Reader:
    def read(text: str) -> str:
        found = choice.spelled.get(tidy_text(text, True))
        if found is None:
            near = choice.near(text)
            raise ValueError(choice.wanted + (f"；相近的有 {near}" if near else ""))
        return found

    return read


def _nothing(text: str) -> str:
    if text:
        raise ValueError("该指标不分评价内容，此格应留空")
    return text


def _marks(sheet: Sheet, rules: Ratings, readers: dict[str, Reader]) -> Iterator[Mark]:
    """The rows of a sheet; what is wrong with them is noted in its notepad."""
    filled = [*(column.name for column in COLUMNS[1:] if column.required), *(["item"] if rules.items else [])]
    places = _places(sheet, [COLUMNS[0].name, *filled])
    texts = sheet.frame.select(ROW, *(pl.col(place).cast(pl.String).alias(name) for name, place in places.items()))
    for row in texts.iter_rows(named=True):
        cells = {name: _cell(sheet.log, row, name, read, name in filled) for name, read in readers.items()}
        if None not in cells.values():
            yield Mark(**cells, file=sheet.log.file, sheet=sheet.log.sheet or "", row=row[ROW])


def _places(sheet: Sheet, needed: Iterable[str]) -> dict[str, str]:
    """Column → its place in the sheet; missing and repeated ones are noted."""
    places: dict[str, str] = {}
    for place, head in sheet.heads.items():
        column = HEADS.get(_plain(head))
        if column and column.name in places:
            sheet.log.note_head(head, f"与“{sheet.heads[places[column.name]]}”是同一列，只能有一列")
        elif column:
            places[column.name] = place
    for column in COLUMNS:
        if column.name in needed and column.name not in places:
            sheet.log.note_absent_column(column.name, column.head, "")
    sheet.log.heads = {name: sheet.heads[place] for name, place in places.items()}
    return places


def _cell(notepad: IssueLog, row: dict[str, Any], name: str, read: Reader, filled: bool) -> Any:
    """The value of a cell; nothing where it is wrong. A column that is missing was noted before."""
    text = row.get(name) or ""
    if filled and not text:
        if name in row:
            notepad.note_cell(row[ROW], name, "", "不能为空")
        return None
    try:
        return read(text)
    except ValueError as error:
        notepad.note_cell(row[ROW], name, text, str(error))
        return None
