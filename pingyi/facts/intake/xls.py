"""An old Excel file → its sheets. Numbers and all that stands beside them are read here, the letters of texts by
calamine; both are lined up by the columns that are used.
"""

from collections.abc import Iterator

import fastexcel
import polars as pl

from pingyi.facts.intake import biff, compound
from pingyi.facts.intake.grid import Grid
from pingyi.facts.intake.sheet import Unreadable


def read_xls(data: bytes) -> Iterator[Grid]:
    """Every sheet of cells, in the order of the workbook. Raises: Unreadable."""
    stream = compound.workbook_stream(data)
    sheets = biff.sheets(stream)
    texts = dict(_texts(compound.container(stream)))
    for sheet in sheets:
        try:
            _lay(sheet, texts[sheet.grid.name])
        except (LookupError, ValueError):
            raise Unreadable(compound.BROKEN) from None
        yield sheet.grid


def _texts(data: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every sheet's name and cells as text. Raises: Unreadable; a reader that panics has met a damaged file."""
    try:
        reader = fastexcel.read_excel(data)
        for place, name in enumerate(reader.sheet_names):
            cells, _ = reader.load_sheet(place, dtypes="string", header_row=None, skip_rows=0).to_arrow_with_errors()
            yield name, pl.DataFrame(pl.from_arrow(cells))
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = (str(error).splitlines() or [""])[0][:80]
        raise Unreadable(f"不是完整的 XLS 文件（{said}）") from None


def _lay(sheet: biff.Old, texts: pl.DataFrame) -> None:
    """Put the texts into their cells. texts: all rows, and the columns from the first that is used to the last.

    Raises: ValueError, LookupError where the two do not fit together.
    """
    if not sheet.used:
        return
    first, last = min(sheet.used), max(sheet.used)
    if texts.width != last - first + 1:
        raise ValueError(texts.width)
    columns = [texts[name].to_list() for name in texts.columns]
    for at, style in sheet.texts.items():
        text = columns[at.place - first][at.row - 1]
        if text:
            sheet.grid.text(at.row, at.place, text, style)
