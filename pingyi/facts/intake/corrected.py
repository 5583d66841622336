"""What the ledger says of rows that files brought: it is one more source, whose rows stand for the earlier ones.

A corrected row leaves its file and comes back as a row of the ledger, read and checked like any other: its source is
the ledger, its row the number of the entry. What was withdrawn is gone; of events only the status changes. An entry
means a row by what it was when it came, so entries on one row do not lose it through each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from pingyi.common.codebook import Column, Table
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.sheet_grid import ROW
from pingyi.facts.ledger import Entry

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
class Line:
    """A row that entries brought or speak of.

    entered: number of the entry that brought it, 0 for a file. now: as the entries made it; nothing once it is
    withdrawn. number: of the last entry that made it, 0 while it is as it was delivered.
    """

    entered: int
    now: Row | None
    number: int


@dataclass
class Corrected:
    """The rows of a table while entries are laid over them.

    frame: rows of files; those that no entry changed, in the end. log: takes what is wrong with entries. entered:
    rows by the number of the entry that brought them. delivered: rows by their place in the frame.
    """

    table: Table
    frame: pl.DataFrame
    log: IssueLog
    entered: dict[int, Line] = field(default_factory=dict)
    delivered: dict[int, Line] = field(default_factory=dict)

    def lay_entries(self, entries: Iterable[Entry]) -> pl.DataFrame:
        """Every entry over what the earlier ones left; the rows that came of it, as text, with the numbers as rows."""
        for entry in entries:
            if entry.draft.new:
                self._add_row(entry)
            else:
                self._change_row(entry)
        changed = [at for at, line in self.delivered.items() if line.number]
        self.frame = self.frame.with_row_index("at").filter(~pl.col("at").is_in(changed)).drop("at")
        rows = sorted((line.number, *map(line.now.get, self.table.names)) for line in self._lines if line.now)
        schema = {ROW: pl.UInt32} | dict.fromkeys(self.table.names, pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def _lines(self) -> list[Line]:
        """The rows that entries made."""
        return [line for line in (*self.entered.values(), *self.delivered.values()) if line.number]

    def _add_row(self, entry: Entry) -> None:
        if self._lines_now(entry.draft.record) or any(
            not line.number for line in self._lines_that_came(entry.draft.record)
        ):
            self._note_wrong(entry, "登记为新增，而数据里已有这一条")
        self.entered[entry.number] = Line(entry.number, dict(entry.draft.values), entry.number)

    def _change_row(self, entry: Entry) -> None:
        draft, meant = entry.draft, self._meant_lines(entry)
        line = meant[0] if len(meant) == 1 else None
        if gives_another_code(self.table, draft.record, draft.values):
            self._note_wrong(entry, NO_NEW_CODES)
        elif not draft.values and (not meant or (line and line.now is None)):
            self.log.list_notice(
                f"第 {entry.number} 条说的 {describe_record(draft.record, self.table)} 已经不在数据里，没有什么可改"
            )
        elif line is None or line.now is None:
            self._note_wrong(entry, f"有 {len(meant)} 行符合，应只有一行" if meant else "数据里已经没有这一条")
        elif draft.values or STATUS in self.table.names:
            line.now, line.number = line.now | (dict(draft.values) or {STATUS: draft.state}), entry.number
        elif draft.state == WITHDRAWN:
            line.now, line.number = None, entry.number

    def _note_wrong(self, entry: Entry, wanted: str) -> None:
        self.log.note_row(entry.number, describe_record(entry.draft.record, self.table), f"{wanted}；{SETTLE}")

    def _meant_lines(self, entry: Entry) -> list[Line]:
        """The rows that an entry speaks of: by what they were when they came, else by what they are.

        Entries of earlier versions name a row by what it was when they were put down.
        """
        if entry.draft.entered:
            return [line for number, line in self.entered.items() if number == entry.draft.entered]
        return self._lines_that_came(entry.draft.record) or self._lines_now(entry.draft.record)

    def _lines_that_came(self, record: Mapping[str, str]) -> list[Line]:
        found = matching_rows(self.frame, record, self.table)
        texts = rows_as_text(found, self.table).iter_rows(named=True)
        return [self.delivered.setdefault(at, Line(0, row, 0)) for at, row in zip(found["at"], texts, strict=True)]

    def _lines_now(self, record: Mapping[str, str]) -> list[Line]:
        """The rows that entries gave these values."""
        return [
            line
            for line in self._lines
            if line.now is not None and all((line.now.get(name) or "") == value for name, value in record.items())
        ]


def gives_another_code(table: Table, record: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Whether a change of the roster would give a unit another code."""
    return table.name == "units" and "unit" in values and values["unit"] != record.get("unit", "")


def matching_rows(frame: pl.DataFrame, record: Mapping[str, str], table: Table) -> pl.DataFrame:
    """The rows of a typed frame that have these values, with their place among the others as `at`.

    record: columns of the table → values as `rows_as_text` gives them; empty text stands for an empty cell.
    """
    rows = frame.with_row_index("at")
    if any(name not in table.names for name in record):
        return rows.clear()
    narrow = replace(table, columns=tuple(table.column(name) for name in record))
    texts = rows_as_text(frame.select(*record), narrow)
    same = [pl.col(name).fill_null("") == value for name, value in record.items()]
    return rows.filter(texts.select(pl.all_horizontal(same)).to_series())


def describe_record(record: Mapping[str, str], table: Table) -> str:
    """A record as people write it: 单位=0101；指标=client."""
    heads = {column.name: column.head for column in table.columns}
    return "；".join(f"{heads.get(name, name)}={value}" for name, value in record.items())


# ---------------------------------------------------------------- how the ledger names rows and values


def rows_as_text(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The columns of the table as plain text that intake reads back as the same values; what is empty stays null."""
    return frame.select(_cell_as_text(one, frame.schema[one.name]).alias(one.name) for one in table.columns)


def _cell_as_text(column: Column, kind: pl.DataType) -> pl.Expr:
    """A moment as a day alone where it is its midnight; a number without zeros at its end."""
    cell = pl.col(column.name)
    if column.kind == "moment":
        day, moment = cell.dt.strftime("%Y-%m-%d"), cell.dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
        return pl.when(cell.dt.truncate("1d") == cell).then(day).otherwise(moment)
    if column.kind == "decimal":
        # points of some events are only understood with a sign (`pingyi.facts.intake.row_rules`)
        plus = pl.lit("+" if column.name == "points" else "")
        text = cell.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
        return pl.when(cell > 0).then(plus + text).when(cell == 0).then(pl.lit("0")).otherwise(text)
    if column.kind == "yes_no":
        return pl.when(cell).then(pl.lit("是")).when(~cell).then(pl.lit("否"))
    return cell.list.join("+") if isinstance(kind, pl.List) else cell.cast(pl.String)
