"""An XLSX file → its sheets: values and all that stands beside them, read by one streaming parser.

However the XML is written (quotes, prefixes, spaces, line breaks, places that are left to be counted), the same sheet
comes out. A row that is read is forgotten; what a sheet may take is bounded (`pingyi.facts.intake.grid`).
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from pingyi.facts.intake.format_codes import MOMENT
from pingyi.facts.intake.grid import COLUMNS, ROWS, Grid, Style
from pingyi.facts.intake.number_formats import BUILT_IN, format_of
from pingyi.facts.intake.package import BROKEN, DAMAGED, TRUE, Package, tree
from pingyi.facts.intake.sheet import Box, Otherwise, Spot, Unreadable, place
from pingyi.facts.intake.xml_stream import events, is_on, is_struck, text_of, unescaped

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
DIGITS = "0123456789"

Texts = list[tuple[str, bool]]
"""The texts that cells share, each with whether it is struck through."""


def read_xlsx(data: bytes) -> Iterator[Grid]:
    """Every sheet of cells, in the order of the workbook. Raises: Unreadable."""
    package = Package.of(data)
    try:
        styles = _styles(package.found("styles"))
        texts = list(_shared(package.found("sharedstrings")))
        for name, part, concealed in package.sheets():
            yield _Reader(Grid(name, concealed), styles, texts).read(package.parts[part])
    except DAMAGED:
        raise Unreadable(BROKEN) from None


def _shared(part: bytes | None) -> Iterator[tuple[str, bool]]:
    for element in events(part, "si") if part else ():
        yield text_of(element), is_struck(element)


def _styles(part: bytes | None) -> list[Style]:
    """The looks of cells by their number."""
    if part is None:
        return [Style()]
    root = tree(part)
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    codes = {str(id): code for id, code in BUILT_IN.items()} | codes
    struck = [any(map(is_on, one.iterfind("{*}strike"))) for one in root.iterfind("{*}fonts/{*}font")]
    fonts = dict(enumerate(struck))
    return [
        Style(format_of(codes.get(one.get("numFmtId", "0"), "")), fonts.get(int(one.get("fontId", "0")), False))
        for one in root.iterfind("{*}cellXfs/{*}xf")
    ] or [Style()]


class _Places(dict[str, int]):
    """Letters of a column → its place from 0."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Z]{1,3}", letters):
            raise ValueError(letters)
        self[letters] = found = place(letters)
        return found


class _Named(dict[str | None, Style]):
    """The number of a look, as a cell names it → the look; the first where a cell names none that there is."""

    def __missing__(self, name: str | None) -> Style:
        self[name] = found = self.get("0") or Style()
        return found


class _Reader:
    """Reads one sheet into a grid. row: the last one that was read; most: the farthest column with content."""

    def __init__(self, grid: Grid, styles: list[Style], texts: Texts) -> None:
        self.grid, self.texts = grid, texts
        self.by_name = _Named({str(nth): style for nth, style in enumerate(styles)})
        self.places, self.row, self.names = _Places(), 0, ("", "", "")
        self.readers: dict[str | None, Callable[[int, int, str, Style], None]] = {
            None: grid.number,
            "n": grid.number,
            "s": self._shared_text,
            "str": self._own_text,
            "inlineStr": self._own_text,
            "b": self._yes_or_no,
            "e": grid.error,
            "d": self._day,
        }

    def read(self, part: bytes) -> Grid:
        """The grid, filled. Raises: Unreadable, DAMAGED."""
        for element in events(part, "row", "col", "mergeCell"):
            space, _, name = str(element.tag).rpartition("}")
            if name == "row":
                self.names = (f"{space}}}v", f"{space}}}f", f"{space}}}is") if space else ("v", "f", "is")
                self._read_row(element)
            elif name == "col":
                self._read_column(element)
            else:
                self.grid.merged.append(_box(element.get("ref", "")))
        return self.grid

    def _read_column(self, column: etree._Element) -> None:
        if column.get("hidden") in TRUE or _is_zero(column.get("width")):
            first, last = int(column.get("min", "")), int(column.get("max", ""))
            self.grid.hidden_columns |= set(range(first - 1, min(last, COLUMNS)))

    def _read_row(self, row: etree._Element) -> None:
        number = row.get("r")
        self.row = self.row + 1 if number is None else int(number)
        if not 1 <= self.row <= ROWS:
            raise ValueError(number)
        if row.get("hidden") in TRUE or _is_zero(row.get("ht")):
            self.grid.hidden_rows.add(self.row)
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
                at = self.places[letters]
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
                style = self.by_name[cell.get("s")]
                self.grid.text(line, at, text_of(child), Style(style.format, style.struck or is_struck(child)))
                return True
        if value is None and not formula:
            return False
        if value is None or not value.strip():
            return self._read_empty(Spot(line, at), value, kind, formula)
        self.readers[kind](line, at, value, self.by_name[cell.get("s")])
        return True

    def _read_empty(self, at: Spot, value: str | None, kind: str | None, formula: bool) -> bool:
        """Note a formula without a result, or whose result is no text; spaces alone are a text like others."""
        if formula and kind != "str":
            self.grid.uncounted(*at)
        elif formula:
            self.grid.empty.append(at)
        if value and kind == "str":
            self.grid.text(*at, value, self.by_name[None])
        return formula or bool(value and kind == "str")

    def _shared_text(self, row: int, at: int, value: str, style: Style) -> None:
        text, struck = self.texts[_index(value)]
        self.grid.text(row, at, text, style)
        if struck:
            self.grid.struck.add(row)

    def _own_text(self, row: int, at: int, value: str, style: Style) -> None:
        self.grid.text(row, at, unescaped(value), style)

    def _yes_or_no(self, row: int, at: int, value: str, style: Style) -> None:
        self.grid.put(row, at, {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}[value.strip()], style)

    def _day(self, row: int, at: int, value: str, style: Style) -> None:
        """A moment written out."""
        self.grid.otherwise.append(Otherwise(row, at, *MOMENT))
        self.grid.put(row, at, value.strip().replace("T", " ").removesuffix("Z"), style)


def _index(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _box(reference: str) -> Box:
    """Merged cells as the file writes them: B2:C5. Raises: ValueError."""
    ends = [REFERENCE.fullmatch(one) for one in reference.upper().split(":")]
    found = [(place(one[1]), int(one[2])) for one in ends if one]
    if not 1 <= len(found) == len(ends) <= 2:
        raise ValueError(reference)
    places, rows = zip(*found, strict=True)
    return Box(min(rows), max(rows), min(places), max(places))
