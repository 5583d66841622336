"""How wide the columns of a table are, so that numbers stay whole and the page is filled."""

import re
from functools import cache
from math import ceil
from unicodedata import east_asian_width

from pingyi.report.table import Column, Table

PADDING = 0.9
"""What a cell keeps free on both sides together, in signs."""
HEAD_SIGNS, TEXT_SIGNS = 3.0, 4.0
"""Signs that a line of a head, and of text, has at least."""
MOST = 24.0
"""Signs beyond which text asks for no more room."""


@cache
def signs(text: str) -> float:
    """How wide a text is in Chinese signs; letters and figures are about half as wide."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.55 for sign in text)


def shares(table: Table, room: float) -> list[float]:
    """The width of each column as a share of the table's. room: signs in a line of the page.

    Every column gets what it needs at least; what is left goes to those that would use it, then to text.
    """
    bounds = [_bounds(column, [row[at].text for row in table.rows]) for at, column in enumerate(table.columns)]
    least, wish = [low for low, _ in bounds], [high for _, high in bounds]
    left, asked = max(room - sum(least), 0.0), sum(wish) - sum(least)
    part = min(left / asked, 1.0) if asked else 0.0
    widths = [low + (high - low) * part for low, high in bounds]
    whole = sum(widths)
    return [width / whole for width in widths]


def needed(table: Table) -> float:
    """Signs that a line must have for the table to fit."""
    return sum(_bounds(column, [row[at].text for row in table.rows])[0] for at, column in enumerate(table.columns))


def lines(table: Table, room: float) -> int:
    """About how many lines of text the rows of a table take."""
    widths = [share * room - PADDING for share in shares(table, room)]
    return sum(
        max(ceil(max(signs(cell.text), 1) / width) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )


def _bounds(column: Column, texts: list[str]) -> tuple[float, float]:
    """What a column needs at least, and what it would use."""
    longest = max(map(signs, texts), default=0.0)
    head = max(signs(column.head), signs(column.below))
    whole = max((signs(word) for text in texts for word in _unbroken(text)), default=0.0)
    least = max(longest if column.numeric else min(longest, max(TEXT_SIGNS, whole)), min(head, HEAD_SIGNS))
    return least + PADDING, max(min(longest, MOST), min(head, 2 * HEAD_SIGNS), least) + PADDING


def _unbroken(text: str) -> list[str]:
    """Figures and letters that a line does not break: 2020-05-11, 85.00."""
    return re.findall(r"[!-~]{1,12}", text)
