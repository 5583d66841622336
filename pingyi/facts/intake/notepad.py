"""What is noted while one sheet is read: where things stand, what is wrong, what was mended, what to know."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from pingyi.common.faults import Fault
from pingyi.facts.intake.persons import masked

TOO_LONG = 60
"""Characters of a cell that a message repeats."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A cell whose spelling was put right without a doubt about its meaning (spaces, full-width digits).

    row: 0 where a whole column is meant; then before and after say how many, and no value is shown.
    """

    file: str
    sheet: str | None
    row: int
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        sheet = f"“{self.sheet}”" if self.sheet else ""
        row = f"第 {self.row} 行" if self.row else "整列"
        return f"{self.file}{sheet} {row}“{self.column}”：“{self.before}”→“{self.after}”"


@dataclass(frozen=True, slots=True)
class Notice:
    """No fault, but something that whoever sent the file should know: hidden rows, titles, notes passed over."""

    file: str
    sheet: str | None
    said: str

    def __str__(self) -> str:
        sheet = f"“{self.sheet}”" if self.sheet else ""
        return f"{self.file}{sheet}：{self.said}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one sheet (or file without sheets): rows_in = accepted + rejected + duplicates.

    sha256, bytes: of the whole file. rows_in: rows with anything in them, the head not counted; none of a file that
    could not be read.
    """

    file: str
    sheet: str | None
    sha256: str
    bytes: int
    rows_in: int
    accepted: int
    rejected: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with the cell it stands in. row: physical row, 0 for the sheet as a whole. place: column from 0."""

    file: str
    sheet: str | None
    row: int
    place: int | None
    fault: Fault


@dataclass(slots=True)
class Notepad:
    """Faults and mendings of one sheet.

    file: relative to the folder of facts, as rows keep it. shown: as the user named it, for messages. number: place of
    the sheet in its file. heads: column → head as the file writes it. places: column → its place, where they differ.
    head_row: where the head stands. bad: cells (row, column) with a fault.
    """

    file: str
    shown: str
    sheet: str | None = None
    number: int = 0
    heads: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    head_row: int = 1
    findings: list[Finding] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    bad: set[tuple[int, str]] = field(default_factory=set)

    @property
    def faults(self) -> list[Fault]:
        """What is wrong, in the order in which it was noted."""
        return [one.fault for one in self.findings]

    def cell(self, row: int, column: str, found: str, wanted: str, near: str = "") -> None:
        """Note a fault in a cell; of several in the same cell the first is kept."""
        if (row, column) not in self.bad:
            self.bad.add((row, column))
            self._add(f"{self.place(row)}“{self.heads.get(column, column)}”", found, wanted, near, row, column)

    def cells(self, rows: Iterable[int], column: str, found: str, wanted: str, near: str = "") -> None:
        """Note the same fault in a column of many rows."""
        for row in rows:
            self.cell(row, column, found, wanted, near)

    def line(self, row: int, found: str, wanted: str) -> None:
        """Note a fault of a row as a whole."""
        self._add(self.place(row), found, wanted, "", row, "")

    def head(self, found: str, wanted: str, near: str = "", column: str = "") -> None:
        """Note a fault in the head of the sheet. column: the one meant, if one is."""
        self._add(f"{self._sheet}表头", found, wanted, near, 0, column)

    def absent(self, column: str, head: str, wanted: str) -> None:
        """Note once that a column is missing which rows need."""
        if (0, column) not in self.bad:
            self.bad.add((0, column))
            self.head("", f"缺少“{head}”一列{wanted}")

    def whole(self, wanted: str, found: str = "", near: str = "") -> None:
        """Note a fault of the sheet, or the file, as a whole."""
        self._add(self._sheet.strip() or "整个文件", found, wanted, near, 0, "")

    def mend(self, frame: pl.DataFrame, column: str) -> None:
        """List mended cells. frame: row, before, after."""
        at = (self.file, self.sheet)
        self.mended.extend(
            Mended(*at, row, column, masked(old or ""), masked(new or "")) for row, old, new in frame.iter_rows()
        )

    def mend_many(self, column: str, before: str, after: str) -> None:
        """List that cells of a column were replaced, without showing them."""
        self.mended.append(Mended(self.file, self.sheet, 0, column, before, after))

    def notice(self, said: str) -> None:
        """List something to know."""
        self.notices.append(Notice(self.file, self.sheet, masked(said)))

    def start(self, row: int, heads: dict[str, str]) -> None:
        """Let the sheet begin with the head in that row: faults above it are none, those below have other heads."""
        self.head_row = row
        self.heads |= {place: head for place, head in heads.items() if head}
        below = [one for one in self.findings if not 0 < one.row <= row]
        self.findings = [self._under_its_head(one) for one in below]

    def _under_its_head(self, one: Finding) -> Finding:
        if not one.row or one.place is None:
            return one
        where = f"{self.place(one.row)}“{self.heads.get(str(one.place), one.place)}”"
        return replace(one, fault=replace(one.fault, where=where))

    def place(self, row: int) -> str:
        """A row as messages name it."""
        return f"{self._sheet}第 {row} 行"

    @property
    def _sheet(self) -> str:
        return f"工作表“{self.sheet}” " if self.sheet is not None else ""

    def _add(self, where: str, found: str, wanted: str, near: str, row: int, column: str) -> None:
        """No message repeats the number of a person: they are masked here, wherever they stand."""
        found = masked(found)
        found = found if len(found) <= TOO_LONG else found[:TOO_LONG] + "……"
        position = list(self.heads).index(column) if column in self.heads else 0
        fault = Fault(self.shown, where, found, masked(wanted), near, order=(self.number, row, position))
        place = self.places.get(column, int(column) if column.isdecimal() else None)
        at = row or (self.head_row if where.endswith("表头") else 0)
        self.findings.append(Finding(self.file, self.sheet, at, place, fault))
