"""The cells of a file as they came, sheet by sheet, whether or not they mean anything."""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from re import sub

import polars as pl

from pingyi.facts.intake.arrival import arrived
from pingyi.facts.intake.content import refuse_other
from pingyi.facts.intake.decoded import decoded
from pingyi.facts.intake.grid import Grid
from pingyi.facts.intake.heads import RETURNED
from pingyi.facts.intake.sheet import Structure, Unreadable
from pingyi.facts.intake.workbook import opened

MANY = 100_000
"""Rows up to which a sheet is copied as a whole; of longer ones only the head and the faulty rows."""

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


def copies(path: Path, faulty: Mapping[str | None, Collection[int]]) -> Iterator[Copy]:
    """Every sheet of a file; none where it cannot be read. faulty: sheet → rows with a fault."""
    for name, rows in _sheets(path):
        if rows and rows[0][1] and rows[0][1][0] == RETURNED:
            continue
        wanted = {*(number for number, _ in rows[:1]), *faulty.get(name, ())}
        kept = rows if len(rows) <= MANY else [row for row in rows if row[0] in wanted]
        yield Copy(name, _title(name or path.stem), kept, len(kept) < len(rows))


def _title(name: str) -> str:
    plain = sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:TITLE] or "内容"
    return f"{plain[: TITLE - 1]}_" if plain.casefold() in ("history", RETURNED) else plain


def _sheets(path: Path) -> list[tuple[str | None, list[Row]]]:
    suffix = path.suffix.lower()
    try:
        if suffix not in READERS or not path.is_file():
            return []
        data = arrived(path).data
        refuse_other(data, suffix)
        return READERS[suffix](data)
    except (Unreadable, OSError, csv.Error, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return []


def _from_csv(data: bytes) -> list[tuple[str | None, list[Row]]]:
    """What can be told apart of a text; after a quote without its match nothing can."""
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(StringIO(decoded(data), newline=""), strict=True), 1):
            rows.append((number, cells))
    except csv.Error:
        pass
    return [(None, rows)]


def _from_workbook(suffix: str) -> Callable[[bytes], list[tuple[str | None, list[Row]]]]:
    def read(data: bytes) -> list[tuple[str | None, list[Row]]]:
        return [(grid.name, _spread(_cells(grid), grid.structure)) for grid in opened(data, suffix)]

    return read


def _cells(grid: Grid) -> list[Row]:
    """Every row down to the last one that holds something, as people see them; of very many those that do."""
    shown = {(one.row, one.place): one.shown for one in grid.otherwise if one.shown is not None}
    width = max(grid.columns, default=-1) + 1
    held = sorted(set().union(*grid.columns.values()))
    rows = {row: [""] * width for row in (range(1, held[-1] + 1) if held and held[-1] <= MANY else held)}
    for place, column in grid.columns.items():
        for row, text in column.items():
            rows[row][place] = shown.get((row, place), text)
    return list(rows.items())


def _spread(rows: list[Row], found: Structure) -> list[Row]:
    """The rows with what is merged down a column in each of its rows, since the copy has no merged cells."""
    known = dict(rows)
    for box in found.merged:
        first = known.get(box.top, [])
        if box.left == box.right < len(first):
            for row in range(box.top + 1, box.bottom + 1):
                if row in known:
                    known[row][box.left] = known[row][box.left] or first[box.left]
    return rows


def _from_parquet(data: bytes) -> list[tuple[str | None, list[Row]]]:
    """The heads as row 0, since its rows are counted from 1."""
    frame = pl.read_parquet(BytesIO(data), hive_partitioning=False)
    shown = frame.select(pl.format("{}", pl.col(name)).alias(name) for name in frame.columns)
    return [(None, [(0, frame.columns), *_rows(shown)])]


def _rows(frame: pl.DataFrame) -> list[Row]:
    return [(number, [cell or "" for cell in row]) for number, row in enumerate(frame.iter_rows(), 1)]


READERS: dict[str, Callable[[bytes], list[tuple[str | None, list[Row]]]]] = {
    ".csv": _from_csv,
    ".parquet": _from_parquet,
    ".xlsx": _from_workbook(".xlsx"),
    ".xls": _from_workbook(".xls"),
}
