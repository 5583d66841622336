"""What the ledger says of rows that files brought: it is one more source, whose rows stand for the earlier ones.

A corrected row leaves its file and comes back as a row of the ledger, read and checked like any other: its source is
the ledger, its row the number of the entry. What was withdrawn is gone; of events only the status changes.
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

NO_NEW_CODES = (
    "单位编号不能用更正来改：各表都用它指这个单位，只改名录一处，各表的数据都会对不上。编号变了的，在名录和各表的"
    "文件里都写新编号，并在名录这一行的“前身”写原来的编号，往年名单就跟着这个单位；只是写错的，改原来的文件"
)
"""Why a unit keeps its code, and what to do instead."""

WITHDRAWN = "withdrawn"
STATUS = "status"
"""Events carry their state themselves, and the plan says which count; other rows count until they are withdrawn."""

Row = dict[str, str | None]


@dataclass
class Corrected:
    """The rows of a table while entries are laid over them.

    frame: rows that came with files. rows: number of the entry → the row as it made it, as text. notepad: takes what
    is wrong with entries.
    """

    table: Table
    frame: pl.DataFrame
    notepad: Notepad
    rows: dict[int, Row] = field(default_factory=dict)

    def lay(self, entries: Iterable[Entry]) -> pl.DataFrame:
        """Every entry over what the earlier ones left; the rows that came of it, as text, with the numbers as rows."""
        for entry in entries:
            if entry.draft.new:
                self._enter(entry)
            else:
                self._change(entry)
        names = self.table.names
        rows = [[*(row.get(name) for name in names), number] for number, row in sorted(self.rows.items())]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {ROW: pl.UInt32}, orient="row")

    def _enter(self, entry: Entry) -> None:
        if self._many(entry.draft.record):
            self._wrong(entry, "登记为新增，而数据里已有这一条")
        self.rows[entry.number] = dict(entry.draft.values)

    def _change(self, entry: Entry) -> None:
        draft, many = entry.draft, self._many(entry.draft.record)
        if gives_another_code(self.table, draft.record, draft.values):
            self._wrong(entry, NO_NEW_CODES)
        elif not many and not draft.values:
            self.notepad.notice(
                f"第 {entry.number} 条说的 {spoken(draft.record, self.table)} 已经不在数据里，没有什么可改"
            )
        elif many != 1:
            self._wrong(entry, f"有 {many} 行符合，应只有一行" if many else "数据里已经没有这一条")
        elif draft.values or STATUS in self.table.names:
            self.rows[entry.number] = self._taken(draft.record) | (dict(draft.values) or {STATUS: draft.state})
        elif draft.state == WITHDRAWN:
            self._taken(draft.record)

    def _wrong(self, entry: Entry, wanted: str) -> None:
        self.notepad.line(entry.number, spoken(entry.draft.record, self.table), f"{wanted}；{SETTLE}")

    def _many(self, record: Mapping[str, str]) -> int:
        return len(self._made(record)) + matching(self.frame, record, self.table).height

    def _made(self, record: Mapping[str, str]) -> list[int]:
        """The entries whose rows have these values."""
        wanted = record.items()
        return [
            number for number, row in self.rows.items() if all((row.get(name) or "") == value for name, value in wanted)
        ]

    def _taken(self, record: Mapping[str, str]) -> Row:
        """The one row of this record, which is no longer among the others."""
        if made := self._made(record):
            return self.rows.pop(made[0])
        found = matching(self.frame, record, self.table)
        rest = self.frame.with_row_index("at").filter(pl.col("at") != found["at"][0])
        self.frame = rest.drop("at")
        return written(found, self.table).row(0, named=True)


def gives_another_code(table: Table, record: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Whether a change of the roster would give a unit another code."""
    return table.name == "units" and "unit" in values and values["unit"] != record.get("unit", "")


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
