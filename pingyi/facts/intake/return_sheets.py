"""A refusal → workbooks that go back to the senders (退回单), one for each file with faults.

The first sheet lists every fault; behind it stand the cells as they came, the faulty ones red, each with a comment. All
cells are text, so that nothing is turned into a number, a day or a formula; numbers of persons are masked. A workbook
that was put right can be sent in again: the list is passed over.
"""

import csv
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pingyi.common.faults import Fault, PingyiError
from pingyi.common.spreadsheet_safe import AS_TEXT, calculates
from pingyi.facts.intake.cell_values import NAME, UNKNOWN
from pingyi.facts.intake.file_formats import LARGEST, MB, decode_text, open_workbook, read_bytes, refuse_other
from pingyi.facts.intake.issue_log import FactsRefused, Finding
from pingyi.facts.intake.layout import RETURNED
from pingyi.facts.intake.persons import mask_numbers
from pingyi.facts.intake.sheet_grid import Grid, Spot, Unreadable

MANY = 100_000
"""Rows up to which a sheet is copied as a whole; of longer ones only the head and the faulty rows."""

COPIED = 48 * MB
"""Bytes of a file whose rows are copied beside its faults; of larger ones the faults alone go back."""

TITLE = 31
"""Characters of a sheet's name."""

Row = tuple[int, list[str]]
"""A physical row, from 1, and its cells."""


@dataclass(frozen=True)
class Copy:
    """One sheet. sheet: its name in the file, if it has one. title: a name that any spreadsheet takes.

    only_faulty: whether rows without a fault are left out.
    """

    sheet: str | None
    title: str
    rows: list[Row]
    only_faulty: bool


HEADS = ("序号", "工作表", "位置", "读到", "应为", "相近的有")
WIDTHS = (6, 16, 26, 28, 60, 36)
EXPLAINED = (
    "下面每一行是一处问题。后面的工作表照抄送来的内容，有问题的格子标红并有批注；改好后可以直接把这个文件再送来。"
    "个人号码已经遮去，请改填代号。"
)
LISTED, COMMENTED = 100_000, 1_000
"""Faults on the list, and comments on a sheet; spreadsheets grow slow beyond."""

LINE, A4 = 16, 9
"""Points of a line; how spreadsheets number the size of paper."""

LOOKED_AT, NARROWEST, WIDEST = 200, 6, 40
"""Rows from which the width of a column is taken, and its bounds."""

LONGEST = 32_767
"""Characters of a cell."""

MADE = datetime(2000, 1, 1)
"""When the workbook says it was made, so that the same faults give the same bytes."""


class ReturnRefused(PingyiError):
    """There is something where the sheets should go; nothing was written."""

    exit_code = 4


@dataclass
class Returned:
    """What goes into one workbook. file: relative to the folder of facts, or as messages name it."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def write_return_sheets(refused: FactsRefused, folder: Path, target: Path) -> list[Path]:
    """A workbook for each file with faults, in a new folder that appears only when all are written; their paths.

    folder: the folder of facts that was refused. Raises: ReturnRefused where the target lies in it, or holds something
    already, or cannot be written.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise ReturnRefused(f"退回单不能写进数据文件夹 {folder.as_posix()}；请另给一个文件夹。没有写出退回单")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ReturnRefused(f"{target.as_posix()} 里已有内容，不覆盖；请另给一个文件夹。没有写出退回单")
    beside = target.parent / f".{target.name}.{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        names = [_write_workbook(one, folder, beside) for one in _faults_by_file(refused, folder)]
        if target.exists():
            target.rmdir()
        os.replace(beside, target)
    except (OSError, XlsxWriterException) as error:
        shutil.rmtree(beside, ignore_errors=True)
        why = getattr(error, "strerror", "") or error
        raise ReturnRefused(f"{target.as_posix()} 写不进去（{why}）；没有写出退回单") from None
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return [target / name for name in names]


def _faults_by_file(refused: FactsRefused, folder: Path) -> list[Returned]:
    """The faults file by file; those of no cell go with the file that they name."""
    by_file: dict[str, Returned] = {}
    for finding in refused.findings:
        by_file.setdefault(finding.file, Returned(finding.file)).findings.append(finding)
    placed = {id(one.fault) for one in refused.findings}
    for fault in refused.faults:
        if id(fault) not in placed:
            name = fault.file.removeprefix(folder.as_posix()).lstrip("/") or folder.name
            by_file.setdefault(name, Returned(name)).faults.append(fault)
    return [by_file[name] for name in sorted(by_file)]


def _write_workbook(one: Returned, folder: Path, into: Path) -> str:
    """The name of the workbook that was written."""
    name = f"{one.file.replace('/', '_')}_{RETURNED}"
    while (into / f"{name}.xlsx").exists():
        name += "_"
    with xlsxwriter.Workbook(into / f"{name}.xlsx", AS_TEXT) as book:
        book.set_properties({"created": MADE})
        look = Look(book)
        listed = book.add_worksheet(RETURNED)
        cells = _findings_by_sheet(one.findings)
        rows = {sheet: {at.row for at in found} for sheet, found in cells.items()}
        for copy in _copy_sheets(folder / one.file, rows):
            _write_copy(book.add_worksheet(copy.title), copy, cells.get(copy.sheet, {}), look)
        _write_list(listed, one, look)
    return f"{name}.xlsx"


class Look:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        text = {"num_format": "@", "valign": "top"}
        red = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.wrapped = book.add_format({**text, "text_wrap": True, "quote_prefix": True})
        self.plain = {live: book.add_format({**text, "quote_prefix": live}) for live in (False, True)}
        self.red = {live: book.add_format({**text, **red, "quote_prefix": live}) for live in (False, True)}

    def cell_format(self, text: str, red: bool) -> Any:
        """The format of a cell; what looks like a formula is kept from ever becoming one."""
        return (self.red if red else self.plain)[calculates(text)]


def _findings_by_sheet(findings: Iterable[Finding]) -> dict[str | None, dict[Spot, list[Finding]]]:
    """Sheet → cell → what is wrong with it; place -1 for a row as a whole."""
    found: dict[str | None, dict[Spot, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        if one.row:
            found[one.sheet][Spot(one.row, -1 if one.place is None else one.place)].append(one)
    return found


def _write_copy(sheet: Any, copy: Copy, found: Mapping[Spot, Sequence[Finding]], look: Look) -> None:
    comments = 0
    for at, (number, cells) in enumerate(copy.rows):
        shown = [str(number), *cells] if copy.only_faulty else cells
        whole = found.get(Spot(number, -1))
        shown = shown or [""]
        for place, cell in enumerate(shown):
            own = found.get(Spot(number, place - copy.only_faulty))
            text = _cell_text(cell, own)
            if text or own or whole:
                sheet.write_string(at, place, text, look.cell_format(text, bool(own or whole)))
            wrong = [*(own or ()), *((whole or ()) if place == 0 else ())]
            if wrong and comments < COMMENTED:
                comments += 1
                sheet.write_comment(at, place, "\n".join(_comment_on(one.fault) for one in wrong), {"x_scale": 2})
    for place, width in enumerate(_column_widths(copy)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    _set_paper(sheet, head=0)


def _column_widths(copy: Copy) -> list[int]:
    rows = [[*[""] * copy.only_faulty, *cells] for _, cells in copy.rows[:LOOKED_AT]]
    most = max(map(len, rows), default=0)
    cells = ([row[place] for row in rows if place < len(row)] for place in range(most))
    return [min(max(NARROWEST, *map(_text_width, column)) + 2, WIDEST) for column in cells]


def _cell_text(cell: str, own: Sequence[Finding] | None) -> str:
    """What is written of a cell: nothing that tells who somebody is."""
    for one in own or ():
        if one.fault.wanted in (NAME, UNKNOWN):
            return one.fault.found
    return mask_numbers(cell)[:LONGEST]


def _comment_on(fault: Fault) -> str:
    lines = [f"读到：{fault.found}" if fault.found else "", f"问题：{fault.wanted}"]
    return "\n".join(line for line in [*lines, f"相近的有：{fault.near}" if fault.near else ""] if line)


def _write_list(sheet: Any, one: Returned, look: Look) -> None:
    """Every fault of the file, in the order of its sheets and rows."""
    faults = [(None, fault) for fault in one.faults] + [(each.sheet, each.fault) for each in one.findings]
    faults.sort(key=lambda row: (row[1].order, row[1].where))
    sheet.write_string(0, 0, RETURNED, look.title)
    sheet.write_string(0, 2, f"{one.file}：{len(faults)} 处问题", look.title)
    sheet.write_string(1, 0, EXPLAINED)
    for place, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, head, look.head)
    for nth, (name, fault) in enumerate(faults[:LISTED]):
        where = fault.where.removeprefix(f"工作表“{name}” ") if name else fault.where
        row = (str(nth + 1), name or "", where, fault.found, fault.wanted, fault.near)
        sheet.set_row(nth + 3, LINE * max(_count_lines(text, width) for text, width in zip(row, WIDTHS, strict=True)))
        for place, text in enumerate(row):
            sheet.write_string(nth + 3, place, text, look.wrapped)
    sheet.freeze_panes(3, 0)
    _set_paper(sheet, head=2)


def _count_lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide, and lines seldom fill up."""
    return sum(-(-_text_width(line) // (width - 2)) or 1 for line in text.split("\n"))


def _text_width(text: str) -> int:
    return sum(2 if ord(one) > 0xFF else 1 for one in text)


def _set_paper(sheet: Any, head: int) -> None:
    """Print as wide as a sheet of paper, with the head on each page. head: its row, from 0."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


# ---------------------------------------------------------------- the cells as they came


def _copy_sheets(path: Path, faulty: Mapping[str | None, Collection[int]]) -> Iterator[Copy]:
    """Every sheet of a file; none where it cannot be read. faulty: sheet → rows with a fault."""
    for name, rows in _read_sheets(path):
        if rows and rows[0][1] and rows[0][1][0] == RETURNED:
            continue
        wanted = {*(number for number, _ in rows[:1]), *faulty.get(name, ())}
        kept = rows if len(rows) <= MANY else [row for row in rows if row[0] in wanted]
        yield Copy(name, _sheet_title(name or path.stem), kept, len(kept) < len(rows))


def _sheet_title(name: str) -> str:
    plain = re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:TITLE] or "内容"
    return f"{plain[: TITLE - 1]}_" if plain.casefold() in ("history", RETURNED) else plain


def _read_sheets(path: Path) -> list[tuple[str | None, list[Row]]]:
    suffix = path.suffix.lower()
    try:
        if suffix not in LARGEST or not path.is_file() or path.stat().st_size > COPIED:
            return []
        data = read_bytes(path).data
        refuse_other(data, suffix)
        if suffix == ".csv":
            return [(None, _csv_rows(data))]
        if suffix == ".parquet":
            return [(None, _parquet_rows(data))]
        return [(grid.name, _workbook_rows(grid)) for grid in open_workbook(data, suffix)]
    except (Unreadable, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return []


def _csv_rows(data: bytes) -> list[Row]:
    """What can be told apart of a text; after a quote without its match nothing can."""
    rows: list[Row] = []
    with suppress(csv.Error):
        rows.extend(enumerate(csv.reader(StringIO(decode_text(data), newline=""), strict=True), 1))
    return rows


def _parquet_rows(data: bytes) -> list[Row]:
    """The heads as row 0, since its rows are counted from 1."""
    frame = pl.read_parquet(BytesIO(data), hive_partitioning=False)
    shown = frame.select(pl.format("{}", pl.col(name)).alias(name) for name in frame.columns)
    return [(0, frame.columns), *((nth, [cell or "" for cell in row]) for nth, row in enumerate(shown.iter_rows(), 1))]


def _workbook_rows(grid: Grid) -> list[Row]:
    """Every row down to the last one that holds something, as people see them; of very many those that do.

    What is merged down a column stands in each of its rows, since the copy has no merged cells.
    """
    shown = {(one.row, one.place): one.shown for one in grid.structure.otherwise if one.shown is not None}
    width, held = max(grid.columns, default=-1) + 1, grid.rows
    rows = {row: [""] * width for row in (range(1, held[-1] + 1) if held and held[-1] <= MANY else held)}
    for place, column in grid.columns.items():
        for row, text in column.items():
            rows[row][place] = shown.get((row, place), text)
    for box in sorted(grid.structure.merged):
        first = rows.get(box.top, [])
        if box.left == box.right < len(first):
            for row in range(box.top + 1, box.bottom + 1):
                if row in rows:
                    rows[row][box.left] = rows[row][box.left] or first[box.left]
    return list(rows.items())
