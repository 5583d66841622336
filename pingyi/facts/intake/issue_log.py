"""What is noted while files are read: what is wrong and where, what was mended, what to know, what became of the rows;
and what comes of it all, the facts or a refusal that says everything that is wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from pingyi.common.faults import FactFaults, Fault, PingyiError
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.intake.persons import mask_numbers

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
        row = f"第 {self.row} 行" if self.row else "整列"
        return f"{_place_of(self)} {row}“{self.column}”：“{self.before}”→“{self.after}”"


@dataclass(frozen=True, slots=True)
class Notice:
    """No fault, but something that whoever sent the file should know: hidden rows, titles, notes passed over."""

    file: str
    sheet: str | None
    said: str

    def __str__(self) -> str:
        return f"{_place_of(self)}：{self.said}"


def _place_of(one: Mended | Notice) -> str:
    return one.file + (f"“{one.sheet}”" if one.sheet else "")


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
class IssueLog:
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

    def note_cell(self, row: int, column: str, found: str, wanted: str, near: str = "") -> None:
        """Note a fault in a cell; of several in the same cell the first is kept."""
        if (row, column) not in self.bad:
            self.bad.add((row, column))
            self._add_finding(
                f"{self.row_place(row)}“{self.heads.get(column, column)}”", found, wanted, near, row, column
            )

    def note_cells(self, rows: Iterable[int], column: str, found: str, wanted: str, near: str = "") -> None:
        """Note the same fault in a column of many rows."""
        for row in rows:
            self.note_cell(row, column, found, wanted, near)

    def note_row(self, row: int, found: str, wanted: str) -> None:
        """Note a fault of a row as a whole."""
        self._add_finding(self.row_place(row), found, wanted, "", row, "")

    def note_head(self, found: str, wanted: str, near: str = "", column: str = "") -> None:
        """Note a fault in the head of the sheet. column: the one meant, if one is."""
        self._add_finding(f"{self._sheet_prefix}表头", found, wanted, near, 0, column)

    def note_absent_column(self, column: str, head: str, wanted: str) -> None:
        """Note once that a column is missing which rows need."""
        if (0, column) not in self.bad:
            self.bad.add((0, column))
            self.note_head("", f"缺少“{head}”一列{wanted}")

    def note_whole(self, wanted: str, found: str = "", near: str = "") -> None:
        """Note a fault of the sheet, or the file, as a whole."""
        self._add_finding(self._sheet_prefix.strip() or "整个文件", found, wanted, near, 0, "")

    def list_mended(self, frame: pl.DataFrame, column: str) -> None:
        """List mended cells. frame: row, before, after."""
        at = (self.file, self.sheet)
        self.mended.extend(
            Mended(*at, row, column, mask_numbers(old or ""), mask_numbers(new or ""))
            for row, old, new in frame.iter_rows()
        )

    def list_replaced(self, column: str, before: str, after: str) -> None:
        """List that cells of a column were replaced, without showing them."""
        self.mended.append(Mended(self.file, self.sheet, 0, column, before, after))

    def list_notice(self, said: str) -> None:
        """List something to know."""
        self.notices.append(Notice(self.file, self.sheet, mask_numbers(said)))

    def start_at(self, row: int, heads: dict[str, str]) -> None:
        """Let the sheet begin with the head in that row: faults above it are none, those below have other heads."""
        self.head_row = row
        self.heads |= {place: head for place, head in heads.items() if head}
        below = [one for one in self.findings if not 0 < one.row <= row]
        self.findings = [self._under_its_head(one) for one in below]

    def _under_its_head(self, one: Finding) -> Finding:
        """A finding of the sheet as it was first read, told by the head that its column has now."""
        if not one.row or one.place is None:
            return one
        where = f"{self.row_place(one.row)}“{self.heads.get(str(one.place), one.place)}”"
        return replace(one, fault=replace(one.fault, where=where))

    def row_place(self, row: int) -> str:
        """A row as messages name it."""
        return f"{self._sheet_prefix}第 {row} 行"

    @property
    def _sheet_prefix(self) -> str:
        return f"工作表“{self.sheet}” " if self.sheet is not None else ""

    def _add_finding(self, where: str, found: str, wanted: str, near: str, row: int, column: str) -> None:
        """No message repeats the number of a person: they are masked here, wherever they stand."""
        found = mask_numbers(found)
        found = found if len(found) <= TOO_LONG else found[:TOO_LONG] + "……"
        position = list(self.heads).index(column) if column in self.heads else 0
        fault = Fault(self.shown, where, found, mask_numbers(wanted), near, order=(self.number, row, position))
        place = self.places.get(column, int(column) if column.isdecimal() else None)
        at = row or (self.head_row if where.endswith("表头") else 0)
        self.findings.append(Finding(self.file, self.sheet, at, place, fault))


class FactsRefused(FactFaults):
    """No row was taken.

    receipts: of each sheet what is wrong with it alone; accepted are rows that nothing is wrong with. findings: faults
    with their cells.
    """

    def __init__(self, faults: Sequence[Fault], receipts: Sequence[Receipt], findings: Sequence[Finding] = ()) -> None:
        super().__init__(faults)
        self.receipts = list(receipts)
        self.findings = list(findings)


class ListRefused(PingyiError):
    """The list could not be written."""

    exit_code = 4


def write_mended(mended: Sequence[Mended], path: Path) -> Path:
    """The path, written. Row 0 stands for a whole column. Raises: ListRefused, also where there is a file already."""
    if path.exists():
        raise ListRefused(f"已有 {path.as_posix()}，不覆盖；请另给一个文件名")
    heads = ["文件", "工作表", "行", "列", "原来的写法", "读作"]
    rows = [(one.file, one.sheet or "", one.row, one.column, one.before, one.after) for one in mended]
    try:
        write_csv(pl.DataFrame(rows, schema=heads, orient="row"), path)
    except OSError as error:
        raise ListRefused(f"{path.as_posix()} 写不进去（{error.strerror or error}）") from None
    return path
