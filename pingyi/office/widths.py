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
LINES, MOST_LEAST = 4, 12.0
"""Long text is set in about so many lines, unless that takes more signs than this."""
SHORT = 16
"""A table of up to so many lines stays on one page."""
MOST, MOST_WIDE = 24.0, 40.0
"""Signs beyond which text asks for no more room; columns that may hold long text ask for more."""


@cache
def signs(text: str) -> float:
    """How wide a text is in Chinese signs; letters and figures are about half as wide."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.55 for sign in text)


SIZES = (10.5, 9.0, 8.0, 7.0, 6.0)
"""Sizes of print (pt) for tables; the largest that fits is taken."""
MM = 2.835
"""Points in a millimetre."""


def room(width: float, size: float) -> float:
    """Signs of a size in a line of so many millimetres."""
    return width * MM / size


def print_size(table: Table, width: float, largest: float = SIZES[0]) -> float:
    """The size of print in which a table fits into so many millimetres."""
    sizes = [size for size in SIZES if size <= largest]
    return next((size for size in sizes if needed(table) <= room(width, size)), sizes[-1])


def shares(table: Table, room: float) -> list[float]:
    """The width of each column as a share of the table's. room: signs in a line of the page.

    Every column gets what it needs at least; what is left is dealt out evenly until columns have what they would use.
    """
    bounds = _all_bounds(table)
    dealt = _dealt([high - low for low, high in bounds], max(room - needed(table), 0.0))
    widths = [low + more for (low, _), more in zip(bounds, dealt, strict=True)]
    return [width / sum(widths) for width in widths]


def _dealt(wishes: list[float], left: float) -> list[float]:
    """As much of each wish as an even deal gives: small wishes in full, large ones in part."""
    given = dict.fromkeys(range(len(wishes)), 0.0)
    for done, at in enumerate(sorted(given, key=lambda at: wishes[at])):
        given[at] = min(wishes[at], left / (len(wishes) - done))
        left -= given[at]
    return list(given.values())


def needed(table: Table) -> float:
    """Signs that a line must have for the table to fit."""
    return sum(low for low, _ in _all_bounds(table))


def _all_bounds(table: Table) -> list[tuple[float, float]]:
    return [_bounds(column, [row[at].text for row in table.rows]) for at, column in enumerate(table.columns)]


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
    whole = max((signs(word) for text in texts for word in _unbroken(text)), default=0.0)
    body = longest if column.numeric else min(longest, max(TEXT_SIGNS, whole, min(longest / LINES, MOST_LEAST)))
    least = max(body, min(max(signs(column.head), signs(column.below)), HEAD_SIGNS))
    return least + PADDING, max(min(longest, MOST_WIDE if column.wide else MOST), least) + PADDING


def _unbroken(text: str) -> list[str]:
    """Figures and letters that a line does not break: 2020-05-11, 85.00."""
    return re.findall(r"[!-~]{1,12}", text)
