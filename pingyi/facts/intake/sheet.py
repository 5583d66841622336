"""One sheet of a file as it was read: cells not yet understood."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from pingyi.facts.intake.notepad import Notepad

ROW = "row"
SHEET = "sheet_nth"
"""Helper column: place of the row's sheet among the sheets of the table."""

ONLY_HEAD = "只有表头，没有一行数据，按没有发生处理"
"""What is told of a table that was handed in empty."""


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


class Box(NamedTuple):
    """Merged cells: rows from 1 and columns from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


class Spot(NamedTuple):
    """One cell: row from 1, column from 0."""

    row: int
    place: int

    def __str__(self) -> str:
        return f"{letters(self.place)}{self.row}"


def letters(place: int) -> str:
    """A column as spreadsheets name it: A, B, … AA."""
    name = ""
    while place >= 0:
        place, last = place // 26 - 1, place % 26
        name = chr(ord("A") + last) + name
    return name


def place(name: str) -> int:
    """The column from 0 that spreadsheets name so."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


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


@dataclass(frozen=True, slots=True)
class Structure:
    """What a workbook says of a sheet beside its values.

    merged: merged cells. hidden_rows (from 1), hidden_columns (from 0). concealed: the sheet itself is hidden.
    struck: rows with text that is struck through. otherwise: cells that show other than is kept of them.
    spoiled: errors, formulas whose result was never stored, numbers that no spreadsheet keeps. empty: formulas whose
    result is no text.
    """

    merged: tuple[Box, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    concealed: bool = False
    struck: frozenset[int] = frozenset()
    otherwise: tuple[Otherwise, ...] = ()
    spoiled: tuple[Spoiled, ...] = ()
    empty: tuple[Spot, ...] = ()


PLAIN = Structure()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as they were read.

    heads: column of the frame → what is written above it, if anything. frame: text or typed columns, and `row`, the
    physical row.
    ragged: rows that are not in the frame because they are not as wide as the head.
    """

    notepad: Notepad
    stamp: Stamp
    heads: dict[str, str]
    frame: pl.DataFrame
    ragged: int = 0
    structure: Structure = PLAIN


def numbered(names: Iterable[str | None]) -> dict[str, str | None]:
    """Column names by position, 0, 1, …, with the heads above them."""
    return {str(place): name for place, name in enumerate(names)}


def without_blanks(
    notepad: Notepad,
    stamp: Stamp,
    heads: Mapping[str, str | None],
    frame: pl.DataFrame,
    ragged: int = 0,
    structure: Structure = PLAIN,
) -> Sheet:
    """The sheet without rows that hold nothing, and without columns that have neither head nor content.

    frame: columns named by position. heads: what is written above each.
    """
    text = [name for name in heads if frame[name].dtype == pl.String]
    frame = frame.with_columns(pl.col(text).replace("", None)).filter(~pl.all_horizontal(pl.col(*heads).is_null()))
    written = {name: (head or "").strip() for name, head in heads.items()}
    kept = {name: head for name, head in written.items() if head or frame[name].null_count() < frame.height}
    if not frame.height + ragged:
        if kept:
            notepad.notice(ONLY_HEAD)
        else:
            notepad.whole("是空的")
    return Sheet(notepad, stamp, kept, frame.select(*kept, ROW), ragged, structure)
