"""Excel workbooks → sheets. Cells come as text from calamine; what that hides is found here.

Errors (#DIV/0!), merged cells, formulas without a stored result, and numbers of more digits than Excel keeps are
faults. Numbers with a fraction are taken with the fifteen digits that Excel shows.
"""

import re
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile

import fastexcel
import polars as pl

from pingyi.intake.ledger import Ledger
from pingyi.intake.sheet import ROW, Sheet, Stamp, Unreadable, numbered, without_blanks

ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
DAMAGED = (BadZipFile, zlib.error, ParseError, LookupError, ValueError, OSError, EOFError, RuntimeError)
"""What reading a package that is not whole, or not a workbook, may raise."""

LONG = r"^-?\d[\d.]{15,}$"
DIGITS = 15
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
UNCOUNTED = re.compile(
    rb'<(?:\w+:)?c (?![^>]*t="str")[^>]*?r="([A-Z]+[0-9]+)"[^>]*><(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)


def read_workbook(path: Path, ledger: Ledger, stamp: Stamp) -> list[Sheet]:
    """The sheets with anything in them, each with a ledger of its own. Raises: Unreadable."""
    inside = _contents(path)
    try:
        reader = fastexcel.read_excel(path)
        loaded = [(name, *_load(reader, place)) for place, name in enumerate(reader.sheet_names)]
    except fastexcel.FastExcelError as error:
        raise Unreadable(f"不是完整的 XLSX 文件（{str(error).splitlines()[0][:80]}）") from None
    sheets = []
    for number, (name, frame, numeric, errors) in enumerate(loaded):
        if frame.height:
            own = Ledger(ledger.file, ledger.shown, name, number)
            sheets.append(_sheet(own, stamp, frame, numeric, errors))
            _structure(own, inside.get(name, b""))
    if not sheets:
        raise Unreadable("文件是空的")
    return sheets


def _load(reader: fastexcel.ExcelReader, place: int) -> tuple[pl.DataFrame, pl.DataFrame, dict[tuple[int, int], str]]:
    """All cells as text; the same cells, not null where they hold no text; errors by row (from 0) and column."""
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


def _sheet(
    ledger: Ledger, stamp: Stamp, text: pl.DataFrame, numeric: pl.DataFrame, errors: dict[tuple[int, int], str]
) -> Sheet:
    heads = [None if head is None else str(head) for head in text.row(0)]
    text.columns = numeric.columns = numbered(heads)
    ledger.heads = {str(nth): (head or f"第 {nth + 1} 列").strip() for nth, head in enumerate(heads)}
    for (row, column), error in sorted(errors.items()):
        ledger.cell(row + 1, str(column), error, "单元格里是出错的公式")
    text = text.with_columns(_as_shown(ledger, text[name], numeric[name]) for name in text.columns)
    frame = text.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW)).slice(1)
    return without_blanks(ledger, stamp, heads, frame)


def _as_shown(ledger: Ledger, text: pl.Series, numeric: pl.Series) -> pl.Series:
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
            ledger.cell(row + 1, text.name, cell, wanted)
    return pl.select(pl.when(long).then(text.replace(shown)).otherwise(text)).to_series().alias(text.name)


def _structure(ledger: Ledger, xml: bytes) -> None:
    """Note merged cells and formulas whose result was never stored."""
    for merged in sorted({one.decode() for one in MERGED.findall(xml)}, key=_row):
        ledger.line(_row(merged), merged, "合并单元格应拆开，每一行都要填写")
    for cell in UNCOUNTED.findall(xml):
        ledger.line(_row(cell.decode()), cell.decode(), "公式没有存下结果，应在 Excel 中打开并保存，或改为数值")


def _row(cell: str) -> int:
    return int(re.findall(r"\d+", cell)[0])


def _contents(path: Path) -> dict[str, bytes]:
    """The XML of each sheet by its name. Raises: Unreadable where the package is not whole."""
    try:
        with ZipFile(path) as package:
            if package.testzip() is not None:
                raise Unreadable("XLSX 文件已损坏")
            return {name: package.read(part) for name, part in _parts(package) if part in package.namelist()}
    except DAMAGED:
        raise Unreadable("不是完整的 XLSX 文件（可能损坏、加了密码，或是旧式 .xls 改了后缀）") from None


def _parts(package: ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in _xml(package, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(package, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        target = next((targets[value] for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        yield sheet.attrib["name"], target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _xml(package: ZipFile, part: str) -> Element:
    return fromstring(package.read(part))
