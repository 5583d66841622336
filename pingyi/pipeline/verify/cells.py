"""Where a table differs from the same table computed again, as people look for it in a spreadsheet."""

import csv
import io

HEAD = 1
"""Lines of a CSV above its first row."""


def difference(found: bytes, wanted: bytes) -> str | None:
    """The first cell that differs and how many do; None where the bytes are the same."""
    if found == wanted:
        return None
    there, again = _rows(found), _rows(wanted) or []
    if there is None:
        return "不是 UTF-8 的 CSV，读不出来"
    places = _places(there, again)
    sizes = f"表里 {len(there) - HEAD} 行，重算 {len(again) - HEAD} 行；" if len(there) != len(again) else ""
    if not places:
        return f"{sizes}各格的内容一致，但写法（引号、换行或编码标记）不同"
    row, column = places[0]
    told = f"第 {row + 1} 行“{_head(again, column)}”：表里是“{_cell(there, row, column)}”，"
    return f"{sizes}{told}重算是“{_cell(again, row, column)}”；共 {len(places)} 格不同"


def _rows(content: bytes) -> list[list[str]] | None:
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return None


def _places(there: list[list[str]], again: list[list[str]]) -> list[tuple[int, int]]:
    """Row and column, from 0, of every cell that differs; cells of rows that only one table has count too."""
    longest = range(max(len(there), len(again)))
    widths = [max(len(_row(there, row)), len(_row(again, row))) for row in longest]
    cells = ((row, column) for row in longest for column in range(widths[row]))
    return [(row, column) for row, column in cells if _at(there, row, column) != _at(again, row, column)]


def _row(rows: list[list[str]], row: int) -> list[str]:
    return rows[row] if row < len(rows) else []


def _at(rows: list[list[str]], row: int, column: int) -> str | None:
    cells = _row(rows, row)
    return cells[column] if column < len(cells) else None


def _cell(rows: list[list[str]], row: int, column: int) -> str:
    found = _at(rows, row, column)
    return "（没有这一格）" if found is None else found


def _head(rows: list[list[str]], column: int) -> str:
    return _at(rows, 0, column) or f"第 {column + 1} 列"
