"""Tables as the PDF templates take them: heads, rows of text, widths and the size of print."""

from typing import Any

from pingyi.office.widths import SHORT, SIZES, lines, print_size, room, shares
from pingyi.report.table import Table


def sheet(one: Table, width: float, largest: float = SIZES[0], rows: int | None = None) -> dict[str, Any]:
    """A table for a width in millimetres. largest: size of print; rows: of a longer table only so many are shown."""
    size = print_size(one, width, largest)
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
