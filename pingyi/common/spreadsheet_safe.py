"""Text that stays text: what a spreadsheet would take for a formula is kept from ever becoming one.

A cell of a CSV gets an apostrophe in front, which intake takes off again where it reads ids; a cell of an Excel file is
written as a string and marked as quoted, so that it stays one when somebody edits it. Plain numbers are left alone.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet takes for a formula, or takes off to find one behind it."""

FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"
NUMBER = r"^[+\-]\d+(\.\d+)?%?$"
GUARD = "'"

AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of xlsxwriter under which a string is a string."""


def calculates(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula, at once or when somebody edits the cell."""
    return text.lstrip(" \u00a0\u3000").startswith(SIGNS)


def guard(text: str) -> str:
    """The text as a cell of a CSV."""
    return GUARD + text if calculates(text) and not re.search(NUMBER, text) else text


def bare(cell: str) -> str:
    """The text that a cell was written for."""
    return cell[1:] if cell.startswith(GUARD) and calculates(cell[1:]) else cell


def guarded(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The frame with an apostrophe before each text that would be a formula; heads as well."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    kept = frame.with_columns(_guarded(pl.col(name).cast(pl.String)).alias(name) for name in texts)
    return kept.rename({name: GUARD + name for name in kept.columns if calculates(name)})


def _guarded(text: "pl.Expr") -> "pl.Expr":
    import polars as pl

    live = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return pl.when(live).then(GUARD + text).otherwise(text)


def write_csv(frame: "pl.DataFrame", path: Path, **formats: Any) -> None:
    """A CSV that Excel opens as it is, and in which no text becomes a formula. formats: as polars takes them."""
    with path.open("wb") as file:
        guarded(frame).write_csv(file, include_bom=True, **formats)
