"""Which row of the facts somebody means: by its id, by file and row, or by columns and values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from pingyi.common.codebook import Table
from pingyi.common.faults import nearest
from pingyi.facts.intake.cell_values import type_columns
from pingyi.facts.intake.corrected import NAME, matching_rows, rows_as_text
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.layout import known_heads, plain_head
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW
from pingyi.facts.ledger import Entry

PLACED = re.compile(r"(?P<file>.+?)(?:[“\"](?P<sheet>.+)[”\"])?\s*(?:[:：]|第)\s*(?P<row>\d+)\s*[行条]?")
PARTS = re.compile(r"[；;\n]+")

Record = dict[str, str]


class Unclear(Exception):
    """What was written names no row, or several. wanted: what to say; near: what is like it."""

    def __init__(self, wanted: str, near: str = "") -> None:
        super().__init__(wanted)
        self.wanted, self.near = wanted, near


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the facts.

    record: what told it from all others when it came. entered: number of the entry that brought it, 0 where a file did.
    place: its file and row, or its entry. values: as they are now, as text. status: of an event.
    """

    record: Record
    entered: int
    place: str
    values: Record
    status: str | None


@dataclass(frozen=True)
class Rows:
    """The rows of a table as they stand, for somebody who names one. entries: the ledger that was laid over them."""

    table: Table
    frame: pl.DataFrame
    setting: Setting
    entries: Sequence[Entry] = field(default=(), repr=False)

    def named(self, text: str) -> tuple[Record, Row | None]:
        """Columns and values that a text names, and the row that has them, where there is one. Raises: Unclear."""
        placed = PLACED.fullmatch(text)
        found = self._at_place(placed) if placed else self.frame.clear()
        record = {} if found.height else self._pairs(text)
        found = found if found.height else matching_rows(self.frame, record, self.table)
        if found.height > 1:
            more = "、".join(self.table.column(name).head for name in self.table.key if found[name].n_unique() > 1)
            raise Unclear(f"有 {found.height} 行符合，应只有一行" + (f"；请再写明 {more}" if more else ""))
        return record, self._row(found) if found.height else None

    def _at_place(self, placed: re.Match[str]) -> pl.DataFrame:
        """The row that stands there, or stood there until an entry changed it."""
        file, sheet, row = placed["file"].strip(), placed["sheet"] or "", int(placed["row"])
        here = (pl.col("source").cast(pl.String) == file) & (pl.col(ROW) == row)
        if sheet:
            here &= pl.col("sheet").cast(pl.String) == sheet
        found = self.frame.filter(here)
        stood = [one.number for one in self.entries if one.draft.place == _place(file, sheet, row)]
        return found if found.height else self.frame.filter(_from_ledger & pl.col(ROW).is_in(stood))

    def _pairs(self, text: str) -> Record:
        """Columns and values of a text, spelled as `written` does. Raises: Unclear."""
        if "=" not in text and "＝" not in text:
            return canonical({_only_key(self.table): text}, self.table, self.setting)
        known = known_heads(self.table)
        pairs: Record = {}
        for part in filter(None, (one.strip() for one in PARTS.split(text))):
            head, sign, value = part.replace("＝", "=").partition("=")
            column = known.get(plain_head(head))
            if not sign or column is None:
                raise Unclear(f"“{part}”读不懂，应为 列=值", nearest(plain_head(head), known))
            pairs[column.name] = value.strip()
        return canonical(pairs, self.table, self.setting)

    def _row(self, found: pl.DataFrame) -> Row:
        """A row that an entry made is named as that entry names it: by what it was when it came."""
        row = found.row(0, named=True)
        values = {name: value or "" for name, value in rows_as_text(found, self.table).row(0, named=True).items()}
        if row["source"] != NAME:
            place = _place(row["source"], row["sheet"], row[ROW])
            return Row(self._identity(values), 0, place, values, row.get("status"))
        entry = self.entries[row[ROW] - 1]
        entered = entry.number if entry.draft.new else entry.draft.entered
        place = entry.draft.place or f"{NAME} 第 {entered or entry.number} 条"
        return Row(dict(entry.draft.record), entered, place, values, row.get("status"))

    def _identity(self, values: Record) -> Record:
        """What tells a row from all others: its key where that does, else all its columns."""
        short = {name: values[name] for name in self.table.key}
        return short if short and matching_rows(self.frame, short, self.table).height == 1 else values


_from_ledger = pl.col("source").cast(pl.String) == NAME


def _place(file: Any, sheet: Any, row: int) -> str:
    return f"{file}{f'“{sheet}”' if sheet else ''} 第 {row} 行"


def _only_key(table: Table) -> str:
    keys = [one.name for one in table.columns if one.key]
    if len(keys) != 1:
        heads = "；".join(f"{table.column(name).head}=…" for name in keys)
        raise Unclear(f"应写明是哪一条：{heads}，或“文件 第几行”")
    return keys[0]


def canonical(pairs: Mapping[str, str], table: Table, setting: Setting) -> Record:
    """Values spelled as `written` does. Raises: Unclear for the first that the column cannot hold."""
    notepad = IssueLog("", "")
    raw = pl.DataFrame({**{name: [value] for name, value in pairs.items()}, ROW: [1]})
    frame = type_columns(raw, table, setting, notepad)
    if notepad.findings:
        fault = notepad.findings[0].fault
        raise Unclear(fault.wanted, fault.near)
    narrow = replace(table, columns=tuple(table.column(name) for name in pairs))
    texts = rows_as_text(frame.select(*pairs), narrow).row(0, named=True)
    for name, value in texts.items():
        choice = setting.choice(table.name, name)
        if choice and value is not None and table.column(name).kind == "choice" and value not in choice.valid:
            raise Unclear(choice.wanted, choice.near(value))
    return {name: value or "" for name, value in texts.items()}
