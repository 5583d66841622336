"""How much memory a sheet would take, told from its XML before it is read.

A few cells can lie so far apart, or refer to texts so long, that the grid between them fills any memory. A reader that
runs out of it takes the whole program along, so this must be known beforehand.
"""

import re

from pingyi.intake.sheet import Unreadable, place

CELLS = 40_000_000
"""Cells of the grid that holds every cell with content."""

TEXTS = 2 << 30
"""Bytes of all texts of a sheet, each counted as often as it is used."""

COLUMNS = 702
"""Columns that a sheet may reach: ZZ."""

FAR = re.compile(rb'r="(?:[A-Z]{3}\d+|[A-Z]+\d{6,})"')
CELL = re.compile(rb'<(?:\w{1,20}:)?c\s[^<>]{0,400}?r="([A-Z]{1,3})(\d{1,7})"[^<>/]{0,400}>')
TEXT = re.compile(rb"</(?:\w{1,20}:)?si>")
USED = re.compile(rb't="s"[^<>]{0,400}><(?:\w{1,20}:)?v>(\d{1,9})<')


def refuse_sprawl(name: str, xml: bytes) -> None:
    """Raises: Unreadable where the cells of a sheet lie too far apart."""
    if not FAR.search(xml):
        return
    columns: set[bytes] = set()
    last = 0
    for cell in CELL.finditer(xml):
        columns.add(cell[1])
        last = max(last, int(cell[2]))
    width = max((place(one.decode()) + 1 for one in columns), default=0)
    if width > COLUMNS or width * last > CELLS:
        raise Unreadable(f"工作表“{name}”有内容的格子一直到第 {last} 行、第 {width} 列，太大，不读；请删去远处的格子")


def refuse_flood(name: str, xml: bytes, shared: list[int]) -> None:
    """Raises: Unreadable where the texts of a sheet would fill the memory. shared: lengths of the workbook's texts."""
    if max(shared, default=0) * xml.count(b't="s"') <= TEXTS:
        return
    used = (int(one[1]) for one in USED.finditer(xml))
    if sum(shared[one] for one in used if one < len(shared)) > TEXTS:
        raise Unreadable(f"工作表“{name}”的文字太多，不读；请分成几个文件")


def lengths(shared: bytes) -> list[int]:
    """The length of every text that the cells of a workbook share."""
    return [len(one) for one in TEXT.split(shared)]
