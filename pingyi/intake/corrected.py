"""What the ledger says of rows that files brought: it is one more source, whose rows stand for the earlier ones.

A corrected row leaves its file and comes back as a row of the ledger, read and checked like any other: its source is
the ledger, its row the number of the entry. What was withdrawn is gone; of events only the status changes. An entry
means a row by what it was when it came, so entries on one row do not lose it through each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from pingyi.codebook import Table
from pingyi.intake.notepad import Notepad
from pingyi.intake.sheet import ROW
from pingyi.intake.written import written
from pingyi.ledger import Entry

NAME = "登记簿"
"""Its name as a source of rows."""

SETTLE = "请把数据补回来，或者用 pingyi correct 撤销这一条（表填 登记簿，记录填它的序号）"
"""What to do about an entry that fits no more; `correct` takes its withdrawal, whatever the entry says."""

WITHDRAWN = "withdrawn"
STATUS = "status"
"""Events carry their state themselves, and the plan says which count; other rows count until they are withdrawn."""

Row = dict[str, str | None]


@dataclass
class Line:
    """A row while entries are laid over it.

    origin: as its file delivered it, or as its entry brought it. entered: number of that entry, 0 for a file. now: as
    the entries made it; nothing once it is withdrawn. number: of the last entry that made it.
    """

    origin: Row
    entered: int
    now: Row | None
    number: int


@dataclass
class Corrected:
    """The rows of a table while entries are laid over them.

    frame: rows that no entry speaks of. lines: those that entries brought or speak of. notepad: takes what is wrong
    with entries.
    """

    table: Table
    frame: pl.DataFrame
    notepad: Notepad
    lines: list[Line] = field(default_factory=list)

    def lay(self, entries: Iterable[Entry]) -> pl.DataFrame:
        """Every entry over what the earlier ones left; the rows that came of it, as text, with the numbers as rows."""
        for entry in entries:
            if entry.draft.new:
                self._enter(entry)
            else:
                self._change(entry)
        made = {one.number: one.now for one in self.lines if one.now is not None}
        rows = [[*(row.get(name) for name in self.table.names), number] for number, row in sorted(made.items())]
        return pl.DataFrame(rows, schema=dict.fromkeys(self.table.names, pl.String) | {ROW: pl.UInt32}, orient="row")

    def _enter(self, entry: Entry) -> None:
        record = entry.draft.record
        if self._now(record) or matching(self.frame, record, self.table).height:
            self._wrong(entry, "登记为新增，而数据里已有这一条")
        row: Row = dict(entry.draft.values)
        self.lines.append(Line(row, entry.number, row, entry.number))

    def _change(self, entry: Entry) -> None:
        draft, meant = entry.draft, self._meant(entry)
        line = meant[0] if len(meant) == 1 else None
        if not draft.values and (not meant or (line and line.now is None)):
            self.notepad.notice(
                f"第 {entry.number} 条说的 {spoken(draft.record, self.table)} 已经不在数据里，没有什么可改"
            )
        elif line is None or line.now is None:
            self._wrong(entry, f"有 {len(meant)} 行符合，应只有一行" if meant else "数据里已经没有这一条")
        elif draft.values or STATUS in self.table.names:
            line.now, line.number = line.now | (dict(draft.values) or {STATUS: draft.state}), entry.number
        elif draft.state == WITHDRAWN:
            line.now = None

    def _wrong(self, entry: Entry, wanted: str) -> None:
        self.notepad.line(entry.number, spoken(entry.draft.record, self.table), f"{wanted}；{SETTLE}")

    def _meant(self, entry: Entry) -> list[Line]:
        """The rows that an entry speaks of: by what they were at first, else (earlier versions) by what they are.

        A row out of a file stands among the lines from then on.
        """
        record = entry.draft.record
        if entry.draft.entered:
            return [one for one in self.lines if one.entered == entry.draft.entered]
        known = [one for one in self.lines if not one.entered and _has(one.origin, record)]
        return known + self._taken(record) or self._now(record)

    def _now(self, record: Mapping[str, str]) -> list[Line]:
        """The lines that have these values."""
        return [one for one in self.lines if one.now is not None and _has(one.now, record)]

    def _taken(self, record: Mapping[str, str]) -> list[Line]:
        """Lines for the rows of this record, which are no longer among the others."""
        found = matching(self.frame, record, self.table)
        if found.height > 1:
            return [Line({}, 0, None, 0)] * found.height
        taken = [Line(row, 0, row, 0) for row in written(found, self.table).iter_rows(named=True)]
        self.lines += taken
        self.frame = self.frame.with_row_index("at").filter(~pl.col("at").is_in(found["at"].implode())).drop("at")
        return taken


def _has(row: Row, record: Mapping[str, str]) -> bool:
    return all((row.get(name) or "") == value for name, value in record.items())


def matching(frame: pl.DataFrame, record: Mapping[str, str], table: Table) -> pl.DataFrame:
    """The rows of a typed frame that have these values, with their place among the others as `at`.

    record: columns of the table → values as `written` gives them; empty text stands for an empty cell.
    """
    rows = frame.with_row_index("at")
    if any(name not in table.names for name in record):
        return rows.clear()
    narrow = replace(table, columns=tuple(table.column(name) for name in record))
    texts = written(frame.select(*record), narrow)
    same = [pl.col(name).fill_null("") == value for name, value in record.items()]
    return rows.filter(texts.select(pl.all_horizontal(same)).to_series())


def spoken(record: Mapping[str, str], table: Table) -> str:
    """A record as people write it: 单位=0101；指标=client."""
    heads = {column.name: column.head for column in table.columns}
    return "；".join(f"{heads.get(name, name)}={value}" for name, value in record.items())
