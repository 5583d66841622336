"""Files for people: a folder that appears whole or not at all, CSV and Excel in which no cell becomes a formula."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from pingyi.common.disk import to_disk
from pingyi.common.faults import PingyiError
from pingyi.common.spreadsheet_safe import AS_TEXT

CREATED = datetime(2000, 1, 1)
"""The date that every workbook bears, so that the same rows make the same bytes."""

NARROWEST, WIDEST = 8, 40
LONGEST_NAME = 31
"""Widths of columns; characters that the name of a sheet may have."""


class PlaceTaken(PingyiError):
    """Something is there already; nothing is ever overwritten."""


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name when the block ends, and is gone when the block fails.

    Raises: PlaceTaken.
    """
    refuse_taken(folder)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    part.mkdir(parents=True)
    try:
        yield part
        for path in filter(Path.is_file, part.rglob("*")):
            to_disk(path)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def refuse_taken(path: Path) -> None:
    """Raises: PlaceTaken where something is there."""
    if path.exists():
        raise PlaceTaken(f"{path.as_posix()} 已经有了，不覆盖；请换一个名字")


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """An Excel file to fill with sheets."""
    with xlsxwriter.Workbook(path, AS_TEXT) as book:
        book.set_properties({"created": CREATED})
        yield book


@contextmanager
def replaced_workbook(target: Path, **properties: str) -> Iterator[Any]:
    """An Excel file to fill with sheets; an older one is replaced only when the new one is whole.

    properties: what the file says of itself (title, company).
    """
    fresh = target.with_name(f".{target.name}.part")
    try:
        with workbook(fresh) as book:
            book.set_properties(properties | {"created": CREATED})
            yield book
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def add_sheet(book: Any, name: str, frame: pl.DataFrame, wide: Sequence[str] = ()) -> Any:
    """The frame as a sheet: head frozen and filtered, text kept as text, numbers as numbers.

    wide: columns to be written in by hand.
    """
    sheet = book.add_worksheet(sheet_name(name, [one.get_name() for one in book.worksheets()]))
    head, text = book.add_format({"bold": True, "bg_color": "#F5F7FA"}), book.add_format({"num_format": "@"})
    for place, column in enumerate(frame.columns):
        cells = frame[column].to_list()
        sheet.write_string(0, place, column, head)
        sheet.write_column(1, place, cells, text if frame[column].dtype == pl.String else None)
        sheet.set_column(place, place, 20 if column in wide else _column_width([column, *cells]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))
    return sheet


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that Excel accepts and that no other sheet bears."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", wanted).strip("' ")[:LONGEST_NAME] or "_"
    used = {name.casefold() for name in taken}
    numbered = (plain, *(f"{plain[: LONGEST_NAME - 5]}({number})" for number in range(2, 1000)))
    return next(name for name in numbered if name.casefold() not in used)


def _column_width(cells: Iterable[Any]) -> int:
    """Room for the longest cell."""
    longest = max(text_width(str(cell)) for cell in cells if cell is not None)
    return min(max(longest + 3, NARROWEST), WIDEST)


def text_width(line: str) -> int:
    """How many columns of a typewriter a line takes; a Chinese character takes two."""
    return sum(1 + (sign > "\u2e80") for sign in line)
