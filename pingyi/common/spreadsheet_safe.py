"""CSV and Excel for people, in which text stays text: nothing that a spreadsheet would take for a formula becomes one.

A cell of a CSV gets an apostrophe in front, which intake takes off again where it reads ids; a cell of an Excel file is
written as a string and marked as quoted, so that it stays one when somebody edits it. Plain numbers are left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common.files import replacing

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet takes for a formula, or takes off to find one behind it."""

FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"
NUMBER = r"^[+\-]\d+(\.\d+)?%?$"
GUARD = "'"

AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of xlsxwriter under which a string is a string."""

CREATED = datetime(2000, 1, 1)
"""The date that every workbook bears, so that the same rows make the same bytes."""

NARROWEST, WIDEST = 8, 40
LONGEST_NAME = 31
"""Widths of columns; characters that the name of a sheet may have."""


def calculates(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula, at once or when somebody edits the cell."""
    return text.lstrip(" \u00a0\u3000").startswith(SIGNS)


def guard(text: str) -> str:
    """The text as a cell of a CSV."""
    return GUARD + text if calculates(text) and not re.search(NUMBER, text) else text


def bare(cell: str) -> str:
    """The text that a cell was written for."""
    return cell[1:] if cell.startswith(GUARD) and calculates(cell[1:]) else cell


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that would be a formula; heads as well."""
    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    safe = frame.with_columns(_guard_column(name) for name in texts)
    return safe.rename({name: GUARD + name for name in safe.columns if calculates(name)})


def _guard_column(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    live = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return pl.when(live).then(GUARD + text).otherwise(text).alias(name)


def write_csv(frame: pl.DataFrame, path: Path, **formats: Any) -> None:
    """A CSV that Excel opens as it is, and in which no text becomes a formula. formats: as polars takes them."""
    with path.open("wb") as file:
        guarded(frame).write_csv(file, include_bom=True, **formats)


@contextmanager
def workbook(path: Path, **options: Any) -> Iterator[Any]:
    """An Excel file to fill with sheets. options: as xlsxwriter takes them."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, AS_TEXT | options) as book:
        book.set_properties({"created": CREATED})
        yield book


@contextmanager
def replaced_workbook(target: Path, **properties: str) -> Iterator[Any]:
    """An Excel file to fill with sheets; an older one is replaced only when the new one is whole.

    properties: what the file says of itself (title, company).
    """
    with replacing(target) as fresh, workbook(fresh) as book:
        book.set_properties(properties | {"created": CREATED})
        yield book


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
