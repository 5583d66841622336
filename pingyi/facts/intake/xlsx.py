"""An XLSX file → its sheets: values and all that stands beside them, read by one streaming parser.

A package of a few kilobytes can unpack to gigabytes, and one list of sizes can say other than the data. So sizes are
bounded before anything is unpacked, and every part is unpacked here, with its checksum. What a part is called says
nothing: the relationships of a package say which part is the workbook, and which are its sheets, texts and styles.

However the XML is written (quotes, prefixes, spaces, line breaks, places that are left to be counted), the same sheet
comes out. A row that is read is forgotten; what a sheet may take is bounded (`pingyi.facts.intake.sheet_grid`).
"""

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from pingyi.facts.intake.number_formats import BUILT_IN, MOMENT, format_of
from pingyi.facts.intake.sheet_grid import (
    COLUMNS,
    ROWS,
    Box,
    Grid,
    Otherwise,
    Spot,
    Structure,
    Style,
    Unreadable,
    column_place,
)

DAMAGED = (BadZipFile, zlib.error, etree.XMLSyntaxError, LookupError, ValueError, OSError, EOFError, RuntimeError)
"""What reading a package that is not whole, or not a workbook, may raise."""

MB = 1 << 20
UNPACKED = 2048 * MB
RATIO, FREE = 150, 32 * MB
"""Bytes that a package may unpack to; how many times its size, where it unpacks to more than FREE."""

PARTS = 10_000
BROKEN = "不是完整的 XLSX 文件（可能损坏或被截断）"
DECLARED = "XLSX 文件里有不该有的声明（DOCTYPE），不读"
FROM_1904 = "工作簿的日期从 1904 年算起，会差四年；请在选项中改为 1900 年，核对日期后再送"
DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T\0?I)")
"""The beginning of a declaration, also in UTF-16."""

TRUE = ("1", "true", "on")


def unpack_parts(data: bytes) -> dict[str, bytes]:
    """Every part by its name, as relationships name it: with slashes, in small letters. Raises: Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as package:
            infos = [one for one in package.infolist() if not one.filename.endswith(("/", "\\"))]
            _refuse_bombs(infos)
            parts = {_part_name(one.filename): package.read(one) for one in infos}
    except DAMAGED:
        raise Unreadable(BROKEN) from None
    if len(parts) < len(infos):
        raise Unreadable(f"{BROKEN[:-1]}，有两个同名的部分）")
    return parts


def _part_name(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").casefold()


def _refuse_bombs(infos: list[ZipInfo]) -> None:
    """Raises: Unreadable for a package that is far larger inside than outside."""
    inside, outside = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if len(infos) > PARTS or inside > UNPACKED:
        raise Unreadable(f"XLSX 文件解开后有 {inside // MB} MB、{len(infos)} 个部分，太大，不读；请分成几个文件")
    if inside > max(FREE, RATIO * outside):
        raise Unreadable(f"XLSX 文件解开后是原来的 {inside // max(outside, 1)} 倍，像是压缩炸弹，不读")


class Related(NamedTuple):
    """A relationship. kind: the last word of its type. target: the name of the part."""

    id: str
    kind: str
    target: str


def parse_xml(part: bytes) -> etree._Element:
    """The XML of a small part. Raises: Unreadable for one with declarations, XMLSyntaxError."""
    refuse_declarations(part)
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))


def refuse_declarations(part: bytes) -> None:
    """Raises: Unreadable for XML that declares anything: entities can make much of little."""
    if DECLARATION.search(part):
        raise Unreadable(DECLARED)


def _relationships(parts: Mapping[str, bytes], of: str) -> Iterator[Related]:
    """What a part is related to within the package; the package itself has no name."""
    folder, name = posixpath.split(of)
    for one in parse_xml(parts[posixpath.join(folder, "_rels", f"{name}.rels")]).iterfind("{*}Relationship"):
        if one.get("TargetMode", "Internal") == "Internal":
            target = unquote(one.get("Target", "")).replace("\\", "/")
            kind = one.get("Type", "").rpartition("/")[2].casefold()
            yield Related(one.get("Id", ""), kind, _part_name(posixpath.join("/" + folder, target)))


# ---------------------------------------------------------------- XML

CHUNK = 64 << 10
"""Bytes that the parser is given at a time."""

LONGEST = 32 * MB
"""Bytes of XML in which no row ends: no sheet has such a row."""

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def stream_elements(part: bytes, *names: str) -> Iterator[etree._Element]:
    """The elements of these names, each when it is whole; forgotten when the next one is asked for."""
    refuse_declarations(part)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    since = 0
    for at in range(0, len(part), CHUNK):
        parser.feed(part[at : at + CHUNK])
        since += CHUNK
        for _, element in parser.read_events():
            since = 0
            yield element
            _free_element(element)
        if since > LONGEST:
            raise Unreadable(BROKEN)
    parser.close()
    for _, element in parser.read_events():
        yield element


def _free_element(element: etree._Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def text_of(element: etree._Element) -> str:
    """The text of an item without what says how it is pronounced; written-out characters are read."""
    parts = [
        one.text or ""
        for one in element.iter("{*}t")
        if (parent := one.getparent()) is not None and not parent.tag.endswith("}rPh")
    ]
    return unescape_text("".join(parts))


def unescape_text(text: str) -> str:
    """The text with written-out characters (_x0041_) read."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def is_struck(element: etree._Element) -> bool:
    """Whether all of a text in several looks is struck through."""
    runs = list(element.iterfind("{*}r"))
    return bool(runs) and all(any(map(is_on, run.iterfind("{*}rPr/{*}strike"))) for run in runs)


def is_on(element: etree._Element) -> bool:
    """Whether a look of a text, such as strike, is there and not turned off."""
    return element.get("val", "1") in TRUE


# ---------------------------------------------------------------- the workbook and its sheets

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
DIGITS = "0123456789"
Texts = list[tuple[str, bool]]
"""The texts that cells share, each with whether it is struck through."""


def read_xlsx(data: bytes) -> Iterator[Grid]:
    """Every sheet of cells, in the order of the workbook. Raises: Unreadable."""
    parts = unpack_parts(data)
    try:
        books = {one.target for one in _relationships(parts, "") if one.kind == "officedocument"}
        (book,) = books  # ValueError where there are several, or none
        related = list(_relationships(parts, book))
        styles = _read_styles(_first_of_kind("styles", parts, related))
        shared = _first_of_kind("sharedstrings", parts, related)
        texts = [(text_of(one), is_struck(one)) for one in (stream_elements(shared, "si") if shared else ())]
        for name, part, concealed in _list_sheets(parts[book], related):
            yield _SheetReader(Grid(name, Structure(concealed)), styles, texts).read_part(parts[part])
    except DAMAGED:
        raise Unreadable(BROKEN) from None


def _first_of_kind(kind: str, parts: Mapping[str, bytes], related: list[Related]) -> bytes | None:
    return next((parts[one.target] for one in related if one.kind == kind), None)


def _list_sheets(book: bytes, related: list[Related]) -> list[tuple[str, str, bool]]:
    """Name, part, and whether it is hidden, of the sheets of cells in their order; charts and the like are none."""
    root = parse_xml(book)
    if any(one.get("date1904") in TRUE for one in root.iterfind("{*}workbookPr")):
        raise Unreadable(FROM_1904)
    known = {one.id: one for one in related}
    listed = [(sheet, known[_relationship_id(sheet)]) for sheet in root.iterfind("{*}sheets/{*}sheet")]
    return [
        (sheet.get("name", ""), one.target, sheet.get("state", "visible") != "visible")
        for sheet, one in listed
        if one.kind == "worksheet"
    ]


def _relationship_id(sheet: etree._Element) -> str:
    """The relationship of a sheet: its attribute id of any namespace."""
    return next(str(value) for key, value in sheet.items() if key.endswith("}id"))


def _read_styles(part: bytes | None) -> list[Style]:
    if part is None:
        return [Style()]
    root = parse_xml(part)
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    codes = {str(id): code for id, code in BUILT_IN.items()} | codes
    struck = [any(map(is_on, one.iterfind("{*}strike"))) for one in root.iterfind("{*}fonts/{*}font")]
    fonts = dict(enumerate(struck))
    return [
        Style(format_of(codes.get(one.get("numFmtId", "0"), "")), fonts.get(int(one.get("fontId", "0")), False))
        for one in root.iterfind("{*}cellXfs/{*}xf")
    ] or [Style()]


class _SheetReader:
    """Reads one sheet into a grid. row: the last one that was read. plain: the look of a cell that names none."""

    def __init__(self, grid: Grid, styles: list[Style], texts: Texts) -> None:
        self.grid, self.texts = grid, texts
        self.styles = {str(nth): style for nth, style in enumerate(styles)}
        self.plain, self.row, self.names = styles[0], 0, ("", "", "")
        self.readers: dict[str | None, Callable[[int, int, str, Style], None]] = {
            None: grid.put_number,
            "n": grid.put_number,
            "s": self._put_shared_text,
            "str": self._put_own_text,
            "inlineStr": self._put_own_text,
            "b": self._put_truth,
            "e": grid.put_error,
            "d": self._put_moment,
        }

    def read_part(self, part: bytes) -> Grid:
        """The grid, filled. Raises: Unreadable, DAMAGED."""
        for element in stream_elements(part, "row", "col", "mergeCell"):
            space, _, name = str(element.tag).rpartition("}")
            if name == "row":
                self.names = (f"{space}}}v", f"{space}}}f", f"{space}}}is") if space else ("v", "f", "is")
                self._read_row(element)
            elif name == "col":
                self._read_column(element)
            else:
                self.grid.merge_cells(_parse_box(element.get("ref", "")))
        return self.grid

    def _read_column(self, column: etree._Element) -> None:
        if column.get("hidden") in TRUE or _is_zero(column.get("width")):
            first, last = int(column.get("min", "")), int(column.get("max", ""))
            self.grid.structure.hidden_columns |= set(range(first - 1, min(last, COLUMNS)))

    def _read_row(self, row: etree._Element) -> None:
        number = row.get("r")
        self.row = self.row + 1 if number is None else int(number)
        if not 1 <= self.row <= ROWS:
            raise ValueError(number)
        if row.get("hidden") in TRUE or _is_zero(row.get("ht")):
            self.grid.structure.hidden_rows.add(self.row)
        self._read_cells(row, str(self.row))

    def _read_cells(self, row: etree._Element, own: str) -> None:
        """Every cell of a row, at the place that it names, or behind the one before it. own: the row's number."""
        at, last = -1, -1
        for cell in row:
            reference, line = cell.get("r"), self.row
            if reference is None:
                at += 1
            else:
                letters = reference.rstrip(DIGITS)
                at = column_place(letters)
                if reference[len(letters) :] != own:
                    line = int(reference[len(letters) :])
            if at >= COLUMNS or not 1 <= line <= ROWS:
                raise ValueError(reference)
            if self._read_cell(cell, line, at):
                last = max(last, at)
                if line != self.row:
                    self.grid.refuse_sprawl(line, at)
        if last >= 0:
            self.grid.refuse_sprawl(self.row, last)

    def _read_cell(self, cell: etree._Element, line: int, at: int) -> bool:
        """Whether the cell holds anything."""
        value, formula, (own, calculated, inline) = None, False, self.names
        kind = cell.get("t")
        for child in cell:
            tag = child.tag
            if tag == own:
                value = child.text
            elif tag == calculated:
                formula = True
            elif tag == inline:
                style = self.styles.get(cell.get("s"), self.plain)
                self.grid.put_text(line, at, text_of(child), Style(style.format, style.struck or is_struck(child)))
                return True
        if value is None and not formula:
            return False
        if value is None or not value.strip():
            return self._read_empty(Spot(line, at), value, kind, formula)
        self.readers[kind](line, at, value, self.styles.get(cell.get("s"), self.plain))
        return True

    def _read_empty(self, at: Spot, value: str | None, kind: str | None, formula: bool) -> bool:
        """Note a formula without a result, or whose result is no text; spaces alone are a text like others."""
        if formula and kind != "str":
            self.grid.put_uncounted(*at)
        elif formula:
            self.grid.structure.empty.append(at)
        if value and kind == "str":
            self.grid.put_text(*at, value, self.plain)
        return formula or bool(value and kind == "str")

    def _put_shared_text(self, row: int, at: int, value: str, style: Style) -> None:
        index = int(value)
        if index < 0:
            raise ValueError(value)
        text, struck = self.texts[index]
        self.grid.put_text(row, at, text, style)
        if struck:
            self.grid.structure.struck.add(row)

    def _put_own_text(self, row: int, at: int, value: str, style: Style) -> None:
        self.grid.put_text(row, at, unescape_text(value), style)

    def _put_truth(self, row: int, at: int, value: str, style: Style) -> None:
        self.grid.put_cell(row, at, {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}[value.strip()], style)

    def _put_moment(self, row: int, at: int, value: str, style: Style) -> None:
        self.grid.structure.otherwise.append(Otherwise(row, at, *MOMENT))
        self.grid.put_cell(row, at, value.strip().replace("T", " ").removesuffix("Z"), style)


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _parse_box(reference: str) -> Box:
    """Merged cells as the file writes them: B2:C5. Raises: ValueError."""
    ends = [REFERENCE.fullmatch(one) for one in reference.upper().split(":")]
    found = [(column_place(one[1]), int(one[2])) for one in ends if one]
    if not 1 <= len(found) == len(ends) <= 2:
        raise ValueError(reference)
    places, rows = zip(*found, strict=True)
    return Box(min(rows), max(rows), min(places), max(places))
