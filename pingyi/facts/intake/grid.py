"""The cells of one sheet on their way from a file into a frame, each at its own row and column, within bounds.

Only rows and columns that hold something take room. A table may begin in any cell.
"""

from dataclasses import dataclass, field

import polars as pl

from pingyi.facts.intake.format_codes import Showing, plain, too_long
from pingyi.facts.intake.number_formats import Format
from pingyi.facts.intake.sheet import ROW, Box, Otherwise, Spoiled, Spot, Structure, Unreadable

ROWS, COLUMNS = 1_048_576, 16_384
"""Rows and columns that a sheet has."""

WIDEST = 702
"""Columns that a sheet may fill: ZZ."""

CELLS = 40_000_000
"""Cells between the first one of a sheet and the last one with content."""

TEXTS = 1 << 30
"""Characters of all texts of a sheet, each counted as often as it is used."""

UNCOUNTED = "公式没有存下结果，应在 Excel 中打开并保存，或改为数值"
ERROR = "单元格里是出错的公式"
CUT = "Excel 的数只保留 15 位，这一格应先设为文本格式再填写"

Kept = tuple[str, Showing | None, bool]
"""A number as it is kept, what is shown if that is other, and whether it has more digits than a spreadsheet keeps."""


@dataclass
class Style:
    """How a cell looks. format: none where it shows what it stores. struck: whether the text is struck through.

    numbers: those that were looked at already, by how the file writes them.
    """

    format: Format | None = None
    struck: bool = False
    numbers: dict[str, Kept] = field(default_factory=dict)

    def number(self, raw: str) -> Kept:
        """What becomes of a number. Raises: ValueError where it is none."""
        known = self.numbers.get(raw)
        if known is None:
            stored, shown = plain(raw), None
            cut = too_long(stored)
            if self.format is not None and not cut:
                stored, shown = self.format.number(stored)
            known = self.numbers[raw] = (stored, shown, cut)
        return known


@dataclass
class Grid:
    """One sheet. columns: place from 0 → row from 1 → text."""

    name: str
    concealed: bool = False
    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    otherwise: list[Otherwise] = field(default_factory=list)
    spoiled: list[Spoiled] = field(default_factory=list)
    empty: list[Spot] = field(default_factory=list)
    characters: int = 0

    def number(self, row: int, place: int, raw: str, style: Style) -> None:
        """Put a number. Raises: ValueError where it is none."""
        stored, shown, cut = style.number(raw)
        if shown is not None:
            self.otherwise.append(Otherwise(row, place, *shown))
        if cut:
            self.spoiled.append(Spoiled(row, place, stored, CUT))
        self.put(row, place, stored, style)

    def text(self, row: int, place: int, text: str, style: Style) -> None:
        """Put a text, unless it is empty. Raises: Unreadable where there are too many."""
        if not text:
            return
        self.characters += len(text)
        if self.characters > TEXTS:
            raise Unreadable(f"工作表“{self.name}”的文字太多，不读；请分成几个文件")
        if style.format is not None and (shown := style.format.text(text)):
            self.otherwise.append(Otherwise(row, place, *shown))
        self.put(row, place, text, style)

    def error(self, row: int, place: int, error: str, style: Style) -> None:
        """Note an error in the place of a value."""
        self.spoiled.append(Spoiled(row, place, error, ERROR))
        self.put(row, place, "", style)

    def uncounted(self, row: int, place: int) -> None:
        """Note a formula whose result was never stored."""
        spot = Spot(row, place)
        self.spoiled.append(Spoiled(row, place, str(spot), UNCOUNTED))
        self.put(row, place, "", Style())

    def put(self, row: int, place: int, text: str, style: Style) -> None:
        """Put what is kept of a cell. Raises: ValueError where it was put already."""
        column = self.column(place)
        if row in column:
            raise ValueError(place)
        column[row] = text
        if style.struck and text:
            self.struck.add(row)

    def column(self, place: int) -> dict[int, str]:
        """The cells of a column."""
        found = self.columns.get(place)
        if found is None:
            found = self.columns[place] = {}
        return found

    def refuse_sprawl(self, row: int, place: int) -> None:
        """Raises: Unreadable where cells with content lie too far apart. place: the farthest in that row."""
        width = max(place, *self.columns) + 1
        if width > WIDEST or width * row > CELLS:
            raise Unreadable(
                f"工作表“{self.name}”有内容的格子一直到第 {row} 行、第 {width} 列，太大，不读；请删去远处的格子"
            )

    @property
    def structure(self) -> Structure:
        """What is known of the sheet beside its values."""
        return Structure(
            merged=tuple(sorted(one for one in self.merged if (one.top, one.left) != (one.bottom, one.right))),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            concealed=self.concealed,
            struck=frozenset(self.struck),
            otherwise=tuple(self.otherwise),
            spoiled=tuple(sorted(self.spoiled)),
            empty=tuple(sorted(self.empty)),
        )

    @property
    def frame(self) -> pl.DataFrame:
        """The rows that hold something, as text: columns named by their place, then `row`."""
        rows = sorted(set().union(*self.columns.values()))
        series = [
            pl.Series(str(place), list(map(cells.get, rows)), dtype=pl.String)
            for place, cells in sorted(self.columns.items())
        ]
        return pl.DataFrame([*series, pl.Series(ROW, rows, dtype=pl.UInt32)])
