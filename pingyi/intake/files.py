"""CSV and Parquet files → sheets. CSV cells stay text; nothing is sniffed, nothing that does not fit is dropped."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

import polars as pl

from pingyi.intake.decoded import decoded
from pingyi.intake.ledger import Ledger
from pingyi.intake.sheet import ROW, Sheet, Stamp, Unreadable, numbered, without_blanks
from pingyi.intake.workbook import read_workbook

BLOCK = 20_000
"""Rows of a CSV that are held as Python text at a time."""


def read_sheets(path: Path, ledger: Ledger) -> list[Sheet]:
    """The sheets of a file; where it cannot be read there are none, and the ledger says why."""
    try:
        return _read(path, ledger, Stamp.of(path))
    except Unreadable as error:
        ledger.whole(str(error))
    except OSError as error:
        ledger.whole(f"读不出来：{error.strerror or error}")
    return []


def _read(path: Path, ledger: Ledger, stamp: Stamp) -> list[Sheet]:
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return read_workbook(path, ledger, stamp)
    return [read_csv(path, ledger, stamp) if kind == ".csv" else read_parquet(path, ledger, stamp)]


def read_csv(path: Path, ledger: Ledger, stamp: Stamp) -> Sheet:
    """A CSV file; row: the row that a spreadsheet shows. Raises: Unreadable."""
    rows = csv.reader(StringIO(decoded(path.read_bytes()), newline=""), strict=True)
    try:
        heads = next(rows, [])
        if not any(head.strip() for head in heads):
            raise Unreadable("第 1 行应为表头" if any(map(any, rows)) else "文件是空的")
        blocks = list(_blocks(rows, len(heads), ledger))
    except csv.Error as error:
        end = "unexpected end" in str(error)
        raise Unreadable(f"第 {rows.line_num} 行的引号没有配对" + "，文件可能被截断" * end) from None
    frame = pl.concat(blocks) if blocks else _block([], [], len(heads))
    if len(heads) == 1 and any(mark in heads[0] for mark in "\t;；，|"):
        raise Unreadable("各列之间应为半角逗号")
    return without_blanks(ledger, stamp, heads, frame, ragged=len(ledger.faults))


def _blocks(rows: Iterator[list[str]], width: int, ledger: Ledger) -> Iterator[pl.DataFrame]:
    """Frames of so many rows, all as wide as the head; others are noted, unless they are blank."""
    first = 2
    while block := list(islice(rows, BLOCK)):
        numbers = list(range(first, first + len(block)))
        first += len(block)
        if set(map(len, block)) != {width}:
            for number, cells in zip(numbers, block, strict=True):
                if len(cells) != width and any(map(str.strip, cells)):
                    ledger.line(number, f"{len(cells)} 格", f"表头有 {width} 格，每行应一样多")
            numbers = [number for number, cells in zip(numbers, block, strict=True) if len(cells) == width]
            block = [cells for cells in block if len(cells) == width]
        yield _block(numbers, block, width)


def _block(numbers: list[int], rows: list[list[str]], width: int) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * width
    series = [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    return pl.DataFrame([*series, pl.Series(ROW, numbers, dtype=pl.UInt32)])


def read_parquet(path: Path, ledger: Ledger, stamp: Stamp) -> Sheet:
    """A Parquet file, its columns as they are typed; row: the row of data, from 1. Raises: Unreadable."""
    try:
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Unreadable(f"不是完整的 Parquet 文件（{str(error).splitlines()[0][:80]}）") from None
    heads = frame.columns
    frame.columns = numbered(heads)
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW))
    return without_blanks(ledger, stamp, heads, frame)
