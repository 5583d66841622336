"""Returned ballots as an online platform exports them → rows, or every fault of all files at once.

Heads: 验证码, 投票时间, 选票编号 (may be missing), 单位, 等次, and 评价内容 where the component asks several things.
Other columns are passed over: what a platform knows of its visitors is none of ours.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pingyi.common.codebook import Column
from pingyi.common.faults import FactFaults, Fault
from pingyi.facts.intake.cell_values import as_moment
from pingyi.facts.intake.file_formats import sheets_of, try_bytes
from pingyi.facts.intake.folder import Folder, readable_files
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.setting import ON_ROSTER, Choice, tidy_text
from pingyi.facts.intake.sheet_grid import ROW, Sheet
from pingyi.fieldwork.ballot_codes import plain_code
from pingyi.plan.ratings import Ratings

COLUMNS = (
    Column("code", "验证码", "id", required=True, also=("投票码",)),
    Column("at", "投票时间", "moment", required=True, also=("提交时间", "评价时间")),
    Column("number", "选票编号", "id", also=("表单编号", "问卷编号")),
    Column("unit", "单位", "choice", required=True, also=("单位编号", "单位代码")),
    Column("level", "等次", "choice", required=True, also=("评价等次",)),
    Column("item", "评价内容", "choice", also=("评价项目",)),
)
CODE = COLUMNS[0]
HEADS = {head: column for column in COLUMNS for head in (column.name, column.head, *column.also)}

Reader = Callable[[str], Any]


class BallotFaults(FactFaults):
    """The files of returned ballots cannot be used."""

    ending = "未核验任何一张选票"


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


class Batch(NamedTuple):
    """One file. name: as receipts name it, the path where two files have one name. rows: that hold a level."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Batches:
    """marks: the rows of all files. notes: what was given and not read, and why."""

    marks: list[Mark] = field(default_factory=list)
    files: list[Batch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_ballots(paths: Iterable[Path], rules: Ratings, units: pl.DataFrame) -> Batches:
    """Every file once, a folder standing for the files in it, in the order of their names.

    A wrong or missing code is no fault of a file. Raises: BallotFaults.
    """
    read, faults = Batches(), list[Fault]()
    seen: dict[str, str] = {}
    for name, path in _name_files(paths, read.notes, faults).items():
        notepad = IssueLog(name, path.as_posix())
        file = try_bytes(path, notepad)
        sha256 = file.stamp.sha256 if file else ""
        if sha256 in seen:
            read.notes.append(f"{name} 与 {seen[sha256]} 的内容完全相同，只读一次")
            continue
        marks, wrong = _read_sheets(sheets_of(file, notepad) if file else [], notepad, rules, units)
        faults += wrong
        read.marks.extend(marks)
        if file:
            seen[sha256] = name
            read.files.append(Batch(name, sha256, len(marks)))
    if faults:
        raise BallotFaults(faults)
    return read


def _name_files(paths: Iterable[Path], notes: list[str], faults: list[Fault]) -> dict[str, Path]:
    """Files by the names that they get, sorted; what is not read is noted, and what is wrong with where they are."""
    found: dict[Path, Path] = {}
    for path in paths:
        folder = Folder(path if path.is_dir() else path.parent)
        if not path.exists():
            folder.add_fault(path, "", "没有这个文件或文件夹")
        for file in readable_files(folder, path) if path.exists() else ():
            if file.resolve() in found:
                notes.append(f"{file.as_posix()} 给了两次，只读一次")
            else:
                found[file.resolve()] = file
        notes += [f"{one.as_posix()} 是送表清单，没有当作选票" for one in folder.lists]
        faults += folder.faults
    alike = Counter(path.name for path in found.values())
    named = {path.name if alike[path.name] == 1 else path.as_posix(): path for path in found.values()}
    return dict(sorted(named.items()))


def _read_sheets(
    found: list[Sheet], notepad: IssueLog, rules: Ratings, units: pl.DataFrame
) -> tuple[list[Mark], list[Fault]]:
    """All rows of a file, and what is wrong with it; sheets without ballots, notes beside them, are passed over."""
    sheets = [sheet for sheet in found if any(HEADS.get(_plain_head(head)) is CODE for head in sheet.heads.values())]
    if found and not sheets:
        notepad.note_whole(f"没有“{CODE.head}”一列")
    marks = [mark for sheet in sheets for mark in _read_marks(sheet, rules, _cell_readers(rules, units))]
    notepads = {id(one): one for one in (notepad, *(sheet.log for sheet in sheets))}
    return marks, [fault for one in notepads.values() for fault in one.faults]


def _plain_head(head: str) -> str:
    return unicodedata.normalize("NFKC", head).strip().casefold()


def _cell_readers(rules: Ratings, units: pl.DataFrame) -> dict[str, Reader]:
    """How the text of each column is read; each raises ValueError with what was wanted."""
    names = dict(units.select(pl.col("unit", "name").cast(pl.String)).iter_rows())
    readers: dict[str, Reader] = {
        "code": plain_code,
        "at": lambda text: as_moment(tidy_text(text, True)),
        "number": lambda text: tidy_text(text, True),
        "unit": _choice_reader(Choice(tuple(names), names, missing=ON_ROSTER)),
        "level": _choice_reader(Choice.of(rules.levels)),
        "item": _choice_reader(Choice.of(rules.items)) if rules.items else _read_nothing,
    }
    return {name: cache(read) for name, read in readers.items()}


def _choice_reader(choice: Choice) -> Reader:
    def read_choice(text: str) -> str:
        found = choice.spelled.get(tidy_text(text, True))
        if found is None:
            near = choice.near(text)
            raise ValueError(choice.wanted + (f"；相近的有 {near}" if near else ""))
        return found

    return read_choice


def _read_nothing(text: str) -> str:
    if text:
        raise ValueError("该指标不分评价内容，此格应留空")
    return text


def _read_marks(sheet: Sheet, rules: Ratings, readers: dict[str, Reader]) -> Iterator[Mark]:
    """The rows of a sheet; what is wrong with them is noted in its notepad."""
    filled = [*(column.name for column in COLUMNS[1:] if column.required), *(["item"] if rules.items else [])]
    places = _column_places(sheet, [CODE.name, *filled])
    texts = sheet.frame.select(ROW, *(pl.col(place).cast(pl.String).alias(name) for name, place in places.items()))
    for row in texts.iter_rows(named=True):
        cells = {name: _read_cell(sheet.log, row, name, read, name in filled) for name, read in readers.items()}
        if None not in cells.values():
            yield Mark(**cells, file=sheet.log.file, sheet=sheet.log.sheet or "", row=row[ROW])


def _column_places(sheet: Sheet, needed: Iterable[str]) -> dict[str, str]:
    """Column → its place in the sheet; missing and repeated ones are noted."""
    places: dict[str, str] = {}
    for place, head in sheet.heads.items():
        column = HEADS.get(_plain_head(head))
        if column and column.name in places:
            sheet.log.note_head(head, f"与“{sheet.heads[places[column.name]]}”是同一列，只能有一列")
        elif column:
            places[column.name] = place
    for column in COLUMNS:
        if column.name in needed and column.name not in places:
            sheet.log.note_absent_column(column.name, column.head, "")
    sheet.log.heads = {name: sheet.heads[place] for name, place in places.items()}
    return places


def _read_cell(notepad: IssueLog, row: dict[str, Any], name: str, read: Reader, filled: bool) -> Any:
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
