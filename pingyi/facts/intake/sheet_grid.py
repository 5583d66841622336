"""One sheet of a file: its cells in a grid within bounds, each at its own row and column, and the frame made of them.

Only rows and columns that hold something take room; a table may begin in any cell. Nothing is understood yet.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import polars as pl

from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.number_formats import Format, Showing, has_too_many_digits, plain_number

ROW = "row"
"""Column of every frame of a sheet: the physical row, from 1."""

SHEET = "sheet_nth"
"""Helper column: place of the row's sheet among the sheets of the table."""

ONLY_HEAD = "只有表头，没有一行数据，按没有发生处理"
"""What is told of a table that was handed in empty."""

ROWS, COLUMNS = 1_048_576, 16_384
"""Rows and columns that a sheet has."""

WIDEST = 702
"""Columns that a sheet may fill: ZZ."""

CELLS = 40_000_000
"""Cells between the first one of a sheet and the last one with content."""

TEXTS = 1 << 30
"""Characters of all texts of a sheet, each counted as often as it is used."""

UNCOUNTED = "公式没有存下结果，应在 Excel 中打开并保存，或改为数值"
ERROR = "单元格里是出错的公式"
CUT = "Excel 的数只保留 15 位，这一格应先设为文本格式再填写"


class Unreadable(Exception):
    """The file cannot be read at all; the message says in Chinese what it should be."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which bytes were read."""

    sha256: str
    bytes: int


def stamp_of(data: bytes) -> Stamp:
    """The stamp of bytes."""
    return Stamp(hashlib.sha256(data).hexdigest(), len(data))


def column_letters(place: int) -> str:
    """A column, from 0, as spreadsheets name it: A, B, … AA."""
    name = ""
    while place >= 0:
        place, last = place // 26 - 1, place % 26
        name = chr(ord("A") + last) + name
    return name


@cache
def column_place(name: str) -> int:
    """The column, from 0, that spreadsheets name so. Raises: ValueError where none is."""
    if not re.fullmatch("[A-Z]{1,3}", name):
        raise ValueError(name)
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


class Box(NamedTuple):
    """Merged cells: rows from 1 and columns from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int

    def __str__(self) -> str:
        return f"{Spot(self.top, self.left)}:{Spot(self.bottom, self.right)}"


class Spot(NamedTuple):
    """One cell: row from 1, column from 0."""

    row: int
    place: int

    def __str__(self) -> str:
        return f"{column_letters(self.place)}{self.row}"


class Otherwise(NamedTuple):
    """A cell that shows other than the text that is kept of it. row from 1, place from 0.

    shown: none where only the program that shows it can tell. same: whether it is the same number, or a day.
    """

    row: int
    place: int
    shown: str | None
    same: bool


class Spoiled(NamedTuple):
    """A cell whose value cannot be had. row from 1, place from 0; found, and what was wanted."""

    row: int
    place: int
    found: str
    wanted: str


@dataclass(slots=True)
class Structure:
    """What a workbook says of a sheet beside its values.

    concealed: the sheet itself is hidden. merged: merged cells. hidden_rows (from 1), hidden_columns (from 0).
    struck: rows with text that is struck through. otherwise: cells that show other than is kept of them.
    spoiled: errors, formulas whose result was never stored, numbers that no spreadsheet keeps. empty: formulas whose
    result is no text.
    """

    concealed: bool = False
    merged: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    otherwise: list[Otherwise] = field(default_factory=list)
    spoiled: list[Spoiled] = field(default_factory=list)
    empty: list[Spot] = field(default_factory=list)


@dataclass
class Style:
    """How a cell looks. format: none where it shows what it stores. struck: whether the text is struck through.

    numbers: those that were looked at already, by how the file writes them; of each what is kept, what is shown if that
    is other, and whether it has more digits than a spreadsheet keeps.
    """

    format: Format | None = None
    struck: bool = False
    numbers: dict[str, tuple[str, Showing | None, bool]] = field(default_factory=dict)

    def read_number(self, raw: str) -> tuple[str, Showing | None, bool]:
        """What becomes of a number. Raises: ValueError where it is none."""
        if raw not in self.numbers:
            stored, shown = plain_number(raw), None
            cut = has_too_many_digits(stored)
            if self.format is not None and not cut:
                stored, shown = self.format.show_number(stored)
            self.numbers[raw] = (stored, shown, cut)
        return self.numbers[raw]


@dataclass
class Grid:
    """The cells of one sheet on their way out of a workbook. columns: place from 0 → row from 1 → text."""

    name: str
    structure: Structure = field(default_factory=Structure)
    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    characters: int = 0

    def put_number(self, row: int, place: int, raw: str, style: Style) -> None:
        """Put a number. Raises: ValueError where it is none."""
        stored, shown, cut = style.read_number(raw)
        if shown is not None:
            self.structure.otherwise.append(Otherwise(row, place, *shown))
        if cut:
            self.structure.spoiled.append(Spoiled(row, place, stored, CUT))
        self.put_cell(row, place, stored, style)

    def put_text(self, row: int, place: int, text: str, style: Style) -> None:
        """Put a text, unless it is empty. Raises: Unreadable where there are too many."""
        if not text:
            return
        self.characters += len(text)
        if self.characters > TEXTS:
            raise Unreadable(f"工作表“{self.name}”的文字太多，不读；请分成几个文件")
        if style.format is not None and (shown := style.format.show_text(text)):
            self.structure.otherwise.append(Otherwise(row, place, *shown))
        self.put_cell(row, place, text, style)

    def put_error(self, row: int, place: int, error: str, style: Style) -> None:
        """Note an error in the place of a value."""
        self.structure.spoiled.append(Spoiled(row, place, error, ERROR))
        self.put_cell(row, place, "", style)

    def put_uncounted(self, row: int, place: int) -> None:
        """Note a formula whose result was never stored."""
        self.structure.spoiled.append(Spoiled(row, place, str(Spot(row, place)), UNCOUNTED))
        self.put_cell(row, place, "", Style())

    def put_cell(self, row: int, place: int, text: str, style: Style) -> None:
        """Put what is kept of a cell. Raises: ValueError where it was put already."""
        column = self.columns.setdefault(place, {})
        if row in column:
            raise ValueError(place)
        column[row] = text
        if style.struck and text:
            self.structure.struck.add(row)

    def merge_cells(self, box: Box) -> None:
        """Note merged cells; a box of one cell is none."""
        if (box.top, box.left) != (box.bottom, box.right):
            self.structure.merged.append(box)

    def refuse_sprawl(self, row: int, place: int) -> None:
        """Raises: Unreadable where cells with content lie too far apart. place: the farthest in that row."""
        width = max(place, *self.columns) + 1
        if width > WIDEST or width * row > CELLS:
            raise Unreadable(
                f"工作表“{self.name}”有内容的格子一直到第 {row} 行、第 {width} 列，太大，不读；请删去远处的格子"
            )

    @property
    def rows(self) -> list[int]:
        """The rows that hold something, in order."""
        return sorted(set().union(*self.columns.values()))

    @property
    def frame(self) -> pl.DataFrame:
        """The rows that hold something, as text: columns named by their place, then `row`."""
        rows = self.rows
        series = [
            pl.Series(str(place), list(map(cells.get, rows)), dtype=pl.String)
            for place, cells in sorted(self.columns.items())
        ]
        return pl.DataFrame([*series, pl.Series(ROW, rows, dtype=pl.UInt32)])


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as they were read.

    heads: column of the frame → what is written above it, if anything. frame: text or typed columns, and `row`.
    ragged: rows that are not in the frame because they are not as wide as the head.
    """

    log: IssueLog
    stamp: Stamp
    heads: dict[str, str]
    frame: pl.DataFrame
    ragged: int = 0
    structure: Structure = field(default_factory=Structure)


def heads_by_place(names: Iterable[str | None]) -> dict[str, str | None]:
    """Column names by position, 0, 1, …, with the heads above them."""
    return {str(place): name for place, name in enumerate(names)}


def sheet_without_blanks(
    log: IssueLog,
    stamp: Stamp,
    heads: Mapping[str, str | None],
    frame: pl.DataFrame,
    ragged: int = 0,
    structure: Structure | None = None,
) -> Sheet:
    """The sheet without rows that hold nothing, and without columns that have neither head nor content.

    frame: columns named by position. heads: what is written above each.
    """
    frame = without_blank_rows(heads, frame)
    kept = columns_in_use(frame, {name: (head or "").strip() for name, head in heads.items()})
    if not frame.height + ragged:
        if kept:
            log.list_notice(ONLY_HEAD)
        else:
            log.note_whole("是空的")
    return Sheet(log, stamp, kept, frame.select(*kept, ROW), ragged, structure or Structure())


def without_blank_rows(heads: Iterable[str], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that hold something in these columns; empty texts become null."""
    text = [name for name in heads if frame[name].dtype == pl.String]
    return frame.with_columns(pl.col(text).replace("", None)).filter(~pl.all_horizontal(pl.col(*heads).is_null()))


def columns_in_use(frame: pl.DataFrame, heads: Mapping[str, str]) -> dict[str, str]:
    """The heads of columns that have a head or content."""
    return {name: head for name, head in heads.items() if head or frame[name].null_count() < frame.height}
