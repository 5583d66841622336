"""Excel workbooks → sheets. Cells come as text from calamine; what that hides is found here.

Errors (#DIV/0!), formulas without a stored result, percentages, and numbers of more digits than Excel keeps are
faults. Numbers with a fraction are taken with the fifteen digits that Excel shows. Merged cells and hidden rows go
along with the sheet, for whoever knows its head.
"""

import re
from decimal import Decimal

import fastexcel
import polars as pl

from pingyi.intake import biff, compound, package
from pingyi.intake.notepad import Notepad
from pingyi.intake.sheet import ROW, Sheet, Stamp, Structure, Unreadable, numbered, without_blanks
from pingyi.intake.sprawl import lengths, refuse_flood, refuse_sprawl
from pingyi.intake.structure import structure

ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
LONG = r"^-?\d[\d.]{15,}$"
DIGITS = 15

Loaded = tuple[pl.DataFrame, pl.DataFrame, dict[tuple[int, int], str]]
"""All cells as text; the same cells, not null where they hold no text; errors by row (from 0) and column."""


def read_workbook(data: bytes, suffix: str, notepad: Notepad, stamp: Stamp) -> list[Sheet]:
    """The sheets with anything in them, each with a notepad of its own. Raises: Unreadable."""
    sheets = []
    for number, (name, loaded, found) in enumerate(opened(data, suffix)):
        if loaded[0].height:
            own = Notepad(notepad.file, notepad.shown, name, number)
            sheets.append(_sheet(own, stamp, loaded, found))
    if not sheets:
        raise Unreadable("文件是空的")
    return sheets


def opened(data: bytes, suffix: str) -> list[tuple[str, Loaded, Structure]]:
    """Every sheet's name, cells and structure. Raises: Unreadable."""
    inside, readable = _old(data) if suffix == ".xls" else _new(data)
    return [(name, loaded, inside.get(name, Structure())) for name, loaded in _load_all(readable, suffix)]


def _new(data: bytes) -> tuple[dict[str, Structure], bytes]:
    """The structure of each sheet of an XLSX file, and the file as it is safe to read. Raises: Unreadable."""
    parts = package.unpacked(data)
    found = list(package.sheets(parts))
    if package.counts_from_1904(parts):
        raise Unreadable("工作簿的日期从 1904 年算起，会差四年；请在选项中改为 1900 年，核对日期后再送")
    shared = lengths(parts.get("xl/sharedStrings.xml", b""))
    for name, xml, _ in found:
        refuse_sprawl(name, xml)
        refuse_flood(name, xml, shared)
    percent = package.percent_styles(parts)
    return {name: structure(xml, hidden, percent) for name, xml, hidden in found}, package.repacked(parts)


def _old(data: bytes) -> tuple[dict[str, Structure], bytes]:
    """The structure of each sheet of an XLS file, and its cells in a new container. Raises: Unreadable."""
    stream = compound.workbook_stream(data)
    return biff.structures(stream), compound.container(stream)


def _load_all(data: bytes, suffix: str) -> list[tuple[str, Loaded]]:
    """Every sheet's name and cells. Raises: Unreadable; a reader that panics has met a damaged file."""
    try:
        reader = fastexcel.read_excel(data)
        return [(name, _load(reader, place)) for place, name in enumerate(reader.sheet_names)]
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = (str(error).splitlines() or [""])[0][:80]
        raise Unreadable(f"不是完整的 {suffix[1:].upper()} 文件（{said}）") from None


def _load(reader: fastexcel.ExcelReader, place: int) -> Loaded:
    cells, wrong = reader.load_sheet(place, dtypes="string", header_row=None, skip_rows=0).to_arrow_with_errors()
    text = pl.DataFrame(pl.from_arrow(cells))
    numeric = text
    if any(text[name].str.contains(LONG).any() for name in text.columns):
        numeric = reader.load_sheet(place, dtypes="boolean", header_row=None, skip_rows=0).to_polars()
    errors = {one.position: _error(one.detail) for one in wrong.errors} if wrong else {}
    return text, numeric, errors


def _error(detail: str) -> str:
    name = re.search(r"Error\((\w+)\)", detail)
    return ERRORS.get(name[1], name[1]) if name else detail


def _sheet(notepad: Notepad, stamp: Stamp, loaded: Loaded, found: Structure) -> Sheet:
    text, numeric, errors = loaded
    heads = [None if head is None else str(head) for head in text.row(0)]
    text.columns = numeric.columns = numbered(heads)
    notepad.heads = {str(nth): (head or f"第 {nth + 1} 列").strip() for nth, head in enumerate(heads)}
    for (row, column), error in sorted(errors.items()):
        notepad.cell(row + 1, str(column), error, "单元格里是出错的公式")
    for spot in found.uncounted:
        notepad.cell(spot.row, str(spot.place), str(spot), "公式没有存下结果，应在 Excel 中打开并保存，或改为数值")
    text = text.with_columns(_as_shown(notepad, text[name], numeric[name]) for name in text.columns)
    frame = text.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW)).slice(1)
    return without_blanks(notepad, stamp, heads, frame, structure=found)


def _as_shown(notepad: Notepad, text: pl.Series, numeric: pl.Series) -> pl.Series:
    """The column with long fractions as Excel shows them; whole numbers that Excel cannot keep are faults."""
    long = text.str.contains(LONG).fill_null(False) & numeric.is_not_null()
    if not long.any():
        return text
    shown: dict[str, str] = {}
    for row, cell in enumerate(text):
        if not long[row]:
            continue
        if "." in cell:
            shown[cell] = format(Decimal(f"{float(cell):.{DIGITS}g}"), "f")
        elif len(cell.lstrip("-")) > DIGITS:
            wanted = f"Excel 的数只保留 {DIGITS} 位，这一格应先设为文本格式再填写"
            notepad.cell(row + 1, text.name, cell, wanted)
    return pl.select(pl.when(long).then(text.replace(shown)).otherwise(text)).to_series().alias(text.name)
