"""The sheet of corrections that the office fills in: its lines → entries of the ledger, or every fault at once.

A line is one decision on one row of the facts, which somebody names by its id, by file and row, or by columns and
values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import Faults, nearest
from pingyi.facts.intake.cell_values import type_columns
from pingyi.facts.intake.corrected import NAME, NO_NEW_CODES, gives_another_code, matching_rows, rows_as_text
from pingyi.facts.intake.file_formats import read_sheets
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.layout import is_of_table, known_heads, name_columns, plain_head, start_at_head, without_strays
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW, Sheet
from pingyi.facts.intake.stored_rows import StoredRows
from pingyi.facts.ledger import LEDGER, Draft, Entry, own_states, row_changes, row_states, taken_back

FORM = Table(
    "corrections",
    "更正登记表",
    "一行是对一条数据的一项更正、异议或决定。",
    (
        Column("table", "表", "text", required=True, says="数据表的名字；对以前登记的某一条作决定，写“登记簿”"),
        Column("record", "记录", "text", required=True, says="编号，或“文件 第几行”，或 列=值；列=值；登记簿写第几条"),
        Column("column", "列", "text", says="要改的列；只改状态（异议、维持、撤销、确认）时不填"),
        Column("value", "改为", "text", says="改成什么"),
        Column("state", "状态", "text", required=True, says="提出、确认、异议、维持、撤销之一"),
        Column("who", "登记人", "text", required=True, says="谁作的登记"),
        Column("why", "理由", "text", required=True, says="为什么"),
        Column("document", "依据文件", "text", required=True, also=("依据",), says="凭哪个文件"),
    ),
)
"""What the sheet looks like."""

BOOK = "登记簿"
NEXT = {
    "proposed": ("confirmed", "objected", "withdrawn"),
    "confirmed": ("objected", "withdrawn"),
    "objected": ("upheld", "withdrawn"),
    "upheld": ("objected", "withdrawn"),
    "withdrawn": (),
}
"""State → the states that may follow it; what was withdrawn is over."""

PLACED = re.compile(r"(?P<file>.+?)(?:[“\"](?P<sheet>.+)[”\"])?\s*(?:[:：]|第)\s*(?P<row>\d+)\s*[行条]?")
PARTS = re.compile(r"[；;\n]+")

Line = dict[str, str | None]
Record = dict[str, str]


class CorrectionFaults(Faults):
    """A form of corrections cannot be taken; nothing was put down."""

    exit_code = 13
    ending = "一条也没有登记"


class _WrongCell(Exception):
    """A cell of a line is wrong. wanted: what to say; near: what is like it."""

    def __init__(self, column: str, wanted: str, near: str = "") -> None:
        super().__init__(wanted)
        self.column, self.wanted, self.near = column, wanted, near


@dataclass
class Form:
    """A form as it was read. lines: with `row` and a column for each of `FORM`. notepad: takes what is wrong."""

    notepad: IssueLog
    lines: list[Line] = field(default_factory=list)


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


def read_form(path: Path, setting: Setting) -> list[Form]:
    """The sheets of a form; what cannot be read is noted on their notepads."""
    notepad = IssueLog(path.name, path.as_posix())
    sheets = [sheet for sheet in read_sheets(path, notepad) if is_of_table(sheet, FORM)]
    if not sheets and not notepad.findings:
        notepad.note_whole(f"没有一张工作表是{FORM.title}，表头应有 {'、'.join(one.head for one in FORM.columns)}")
    forms = [_read_sheet(sheet, setting) for sheet in sheets]
    apart = [] if any(form.notepad is notepad for form in forms) else [Form(notepad)]
    return [*apart, *forms]


def _read_sheet(sheet: Sheet, setting: Setting) -> Form:
    below = start_at_head(sheet, FORM)
    if below is None:
        return Form(sheet.log)
    raw = without_strays(name_columns(below, FORM), FORM, sheet.log)
    frame = type_columns(raw, FORM, setting, sheet.log)
    return Form(sheet.log, frame.with_columns(pl.col(ROW).cast(pl.Int64)).to_dicts())


@dataclass
class Drafting:
    """Forms on their way into the ledger.

    facts: as they stand, corrections included. entries: those put down so far. stored: reads ratings of a store. rows:
    nth draft → its lines, for faults that only show when all is read.
    """

    setting: Setting
    facts: Mapping[str, pl.DataFrame]
    entries: Sequence[Entry]
    stored: StoredRows | None = None
    drafts: list[Draft] = field(default_factory=list)
    rows: list[tuple[Form, int]] = field(default_factory=list)

    def take_form(self, form: Form) -> None:
        """The lines of a form; what is wrong goes to its notepad."""
        for line in form.lines:
            row = int(line[ROW] or 0)
            try:
                draft = self._draft_line(line)
            except _WrongCell as wrong:
                form.notepad.note_cell(row, wrong.column, line[wrong.column] or "", wrong.wanted, wrong.near)
                continue
            if self._continues_last(draft):
                last = self.drafts[-1]
                values, before = {**last.values, **draft.values}, {**last.before, **draft.before}
                self.drafts[-1] = replace(draft, values=values, before=before)
            else:
                self.drafts.append(draft)
                self.rows.append((form, row))

    def _continues_last(self, draft: Draft) -> bool:
        """Whether the line before began the same correction: several columns of one row."""
        last = self.drafts[-1] if self.drafts else None
        same = last and replace(last, values=draft.values, before=draft.before)
        return bool(last and last.values and draft.values and same == draft)

    def _draft_line(self, line: Line) -> Draft:
        if any(line[column.name] is None for column in FORM.columns if column.required):
            raise _WrongCell("record", "这一行没有填全")
        text = {column.name: line[column.name] or "" for column in FORM.columns}
        state = _state_named(text["state"])
        draft = Draft(LEDGER, {}, {}, state, text["who"], text["why"], text["document"])
        if text["table"] == BOOK:
            return replace(draft, record={"number": self._entry_number(text, state)})
        table = self._table_named(text["table"])
        stored = self.stored if table.name == "ratings" else None
        rows = TableRows(table, self.facts[table.name], self.setting, self.entries, stored)
        record, row = rows.find_row(text["record"])
        values = self._read_values(text, table)
        if row is not None:
            return self._draft_on_row(draft, table, row, values)
        _refuse_state(values, state)
        if not values:
            raise _WrongCell("record", "数据里没有这一条", rows.nearest_keys(text["record"]))
        return replace(draft, table=table.name, record=record, values=record | values, new=True)

    def _draft_on_row(self, draft: Draft, table: Table, row: Row, values: Record) -> Draft:
        """The draft with the row of the facts that it speaks of. Raises: _WrongCell where it changes nothing."""
        if gives_another_code(table, row.values, values):
            raise _WrongCell("value", NO_NEW_CODES)
        draft = replace(draft, table=table.name, record=row.record, values=values, place=row.place, entered=row.entered)
        _refuse_state(values, draft.state)
        if not values:
            _refuse_sequence(row.status or row_states(self.entries).get(draft.subject, "confirmed"), draft.state)
            return draft
        before = {name: row.values[name] for name in values}
        if before == values:
            raise _WrongCell("value", "和现在的数据相同，不用改")
        return replace(draft, before=before)

    def _table_named(self, text: str) -> Table:
        named = {title: name for name, one in codebook().facts.items() for title in (name, one.title)}
        if text not in named:
            titles = [*(one.title for one in codebook().facts.values()), BOOK]
            raise _WrongCell("table", "没有这张表", nearest(text, titles))
        return self.setting.table(named[text])

    def _entry_number(self, text: Record, state: str) -> str:
        """The number of an earlier entry that the line speaks of."""
        number = text["record"].removeprefix("第").removesuffix("条").strip()
        changes, back = row_changes(self.entries), taken_back(self.entries)
        states = own_states(self.entries) | {one: "withdrawn" if one in back else "confirmed" for one in changes}
        if not number.isdecimal() or int(number) not in states:
            raise _WrongCell("record", "应为登记簿中一条更正的序号", "、".join(str(one) for one in states))
        if text["column"] or text["value"]:
            raise _WrongCell("column", "对登记簿作决定时不填")
        if int(number) in changes and state != "withdrawn":
            raise _WrongCell("state", "这一条只改了状态，对它只能填 撤销；要再改状态，写明那一行数据")
        _refuse_sequence(states[int(number)], state)
        return str(int(number))

    def _read_values(self, text: Record, table: Table) -> Record:
        if not text["column"]:
            if text["value"]:
                raise _WrongCell("column", "写了“改为”，就要写明是哪一列")
            return {}
        column = known_heads(table).get(plain_head(text["column"]))
        if column is None:
            near = nearest(text["column"], [one.head for one in table.columns])
            raise _WrongCell("column", f"{table.title}没有这一列", near)
        return _spell_values({column.name: text["value"]}, table, self.setting, "value")


def _state_named(text: str) -> str:
    words = codebook().facts["events"].column("status").values
    state = words.get(text) or (text if text in words.values() else None)
    if state is None:
        raise _WrongCell("state", f"应为 {'、'.join(words)} 之一")
    return state


def _refuse_state(values: Record, state: str) -> None:
    """Values may be proposed or confirmed."""
    if values and state not in ("proposed", "confirmed"):
        raise _WrongCell("state", "更正只能是 提出 或 确认；异议、维持、撤销时不填“列”和“改为”")


def _refuse_sequence(before: str, state: str) -> None:
    """A state must follow from the one before it."""
    if state not in NEXT[before]:
        words = wording.STATES
        after = "、".join(words[one] for one in NEXT[before])
        raise _WrongCell("state", f"现在是“{words[before]}”，只能改为 {after}" if after else "已经撤销，不能再改")


# Which row of the facts somebody means.


@dataclass(frozen=True)
class TableRows:
    """The rows of a table as they stand, for somebody who names one.

    frame: those in memory. entries: the ledger that was laid over them. stored: reads those of a store.
    """

    table: Table
    frame: pl.DataFrame
    setting: Setting
    entries: Sequence[Entry] = field(repr=False)
    stored: StoredRows | None = None

    @cached_property
    def in_memory(self) -> pl.DataFrame:
        """The rows of files that were read at once, and of the ledger."""
        return pl.concat([self.frame, self.stored.beside], how="vertical_relaxed") if self.stored else self.frame

    def find_row(self, text: str) -> tuple[Record, Row | None]:
        """Columns and values that a text names, and the row that has them, where there is one. Raises: _WrongCell."""
        placed = PLACED.fullmatch(text)
        found = self._rows_at(placed) if placed else self.frame.clear()
        record = {} if found.height else self._read_pairs(text)
        found = found if found.height else self._rows_like(record)
        if found.height > 1:
            more = "、".join(self.table.column(name).head for name in self.table.key if found[name].n_unique() > 1)
            many = self._count_like(record) if record else found.height
            raise _WrongCell("record", f"有 {many} 行符合，应只有一行" + (f"；请再写明 {more}" if more else ""))
        return record, self._describe_row(found) if found.height else None

    def nearest_keys(self, text: str) -> str:
        """Keys that look like the text."""
        keys = [name for name in self.table.key if self.table.column(name).kind == "id"][:1]
        return nearest(text, [str(one) for name in keys for one in self.frame[name].unique().to_list()])

    def _rows_at(self, placed: re.Match[str]) -> pl.DataFrame:
        """The row that stands there, or stood there until an entry changed it."""
        file, sheet, row = placed["file"].strip(), placed["sheet"] or "", int(placed["row"])
        source = pl.col("source").cast(pl.String)
        here = (source == file) & (pl.col(ROW) == row)
        if sheet:
            here &= pl.col("sheet").cast(pl.String) == sheet
        found = self.in_memory.filter(here)
        if self.stored and not found.height and not sheet:
            found = self.stored.at(file, row)
        stood = [one.number for one in self.entries if one.draft.place == _place_in_file(file, sheet, row)]
        return found if found.height else self.in_memory.filter((source == NAME) & pl.col(ROW).is_in(stood))

    def _rows_like(self, record: Record) -> pl.DataFrame:
        """The rows that have these values; of very many in a store, some."""
        found = matching_rows(self.in_memory, record, self.table).drop("at")
        return pl.concat([found, self.stored.like(record)], how="vertical_relaxed") if self.stored else found

    def _count_like(self, record: Record) -> int:
        stored = self.stored.count_like(record) if self.stored else 0
        return stored + matching_rows(self.frame, record, self.table).height

    def _read_pairs(self, text: str) -> Record:
        """Columns and values of a text, spelled as `rows_as_text` does. Raises: _WrongCell."""
        if "=" not in text and "＝" not in text:
            return _spell_values({self._only_key(): text}, self.table, self.setting, "record")
        known = known_heads(self.table)
        pairs: Record = {}
        for part in filter(None, (one.strip() for one in PARTS.split(text))):
            head, sign, value = part.replace("＝", "=").partition("=")
            column = known.get(plain_head(head))
            if not sign or column is None:
                raise _WrongCell("record", f"“{part}”读不懂，应为 列=值", nearest(plain_head(head), known))
            pairs[column.name] = value.strip()
        return _spell_values(pairs, self.table, self.setting, "record")

    def _only_key(self) -> str:
        keys = [one for one in self.table.columns if one.key]
        if len(keys) != 1:
            heads = "；".join(f"{one.head}=…" for one in keys)
            raise _WrongCell("record", f"应写明是哪一条：{heads}，或“文件 第几行”")
        return keys[0].name

    def _describe_row(self, found: pl.DataFrame) -> Row:
        """A row that an entry made is named as that entry names it: by what it was when it came."""
        row = found.row(0, named=True)
        values = {name: value or "" for name, value in rows_as_text(found, self.table).row(0, named=True).items()}
        if row["source"] != NAME:
            place = _place_in_file(row["source"], row["sheet"], row[ROW])
            return Row(self._identity_of(values), 0, place, values, row.get("status"))
        entry = self.entries[row[ROW] - 1]
        entered = entry.number if entry.draft.new else entry.draft.entered
        place = entry.draft.place or f"{NAME} 第 {entered or entry.number} 条"
        return Row(dict(entry.draft.record), entered, place, values, row.get("status"))

    def _identity_of(self, values: Record) -> Record:
        """What tells a row from all others: its key where that does, else all its columns."""
        short = {name: values[name] for name in self.table.key}
        return short if short and self._count_like(short) == 1 else values


def _place_in_file(file: Any, sheet: Any, row: int) -> str:
    return f"{file}{f'“{sheet}”' if sheet else ''} 第 {row} 行"


def _spell_values(pairs: Record, table: Table, setting: Setting, cell: str) -> Record:
    """Values spelled as `rows_as_text` does. Raises: _WrongCell of `cell` for the first that its column cannot hold."""
    notepad = IssueLog("", "")
    raw = pl.DataFrame({**{name: [value] for name, value in pairs.items()}, ROW: [1]})
    frame = type_columns(raw, table, setting, notepad)
    if notepad.findings:
        fault = notepad.findings[0].fault
        raise _WrongCell(cell, fault.wanted, fault.near)
    narrow = replace(table, columns=tuple(table.column(name) for name in pairs))
    texts = rows_as_text(frame.select(*pairs), narrow).row(0, named=True)
    for name, value in texts.items():
        choice = setting.choice(table.name, name)
        if choice and value is not None and table.column(name).kind == "choice" and value not in choice.valid:
            raise _WrongCell(cell, choice.wanted, choice.near(value))
    return {name: value or "" for name, value in texts.items()}
