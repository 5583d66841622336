"""Tables as the PDF templates take them: heads, rows of text, widths and the size of print."""

from typing import Any

from pingyi.office.widths import lines, needed, shares
from pingyi.report.table import Table

SIZES = (10.5, 9.0, 8.0, 7.0)
"""Sizes of print (pt) for tables, the largest that fits is taken."""
SHORT = 16
"""A table of up to so many lines stays on one page."""
MM = 2.835
"""Points in a millimetre."""


def sheet(
    one: Table, width: float = 156.0, rows: int | None = None, sizes: tuple[float, ...] = SIZES
) -> dict[str, Any]:
    """A table for a width in millimetres. rows: of a longer table only so many are shown."""
    size = next((size for size in SIZES if needed(one) <= room(width, size)), SIZES[-1])
    shown = one.rows if rows is None else one.rows[:rows]
    return {
        "title": one.title,
        "note": one.note,
        "heads": [{"text": column.head, "below": column.below} for column in one.columns],
        "numeric": [column.numeric for column in one.columns],
        "widths": shares(one, room(width, size)),
        "size": size,
        "rows": [[cell.text for cell in row] for row in shown],
        "all": len(one.rows),
        "whole": lines(one, room(width, size)) <= SHORT,
    }


def room(width: float, size: float) -> float:
    """Signs of a size in a line of so many millimetres."""
    return width * MM / size
