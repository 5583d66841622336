"""The lines of a form → entries of the ledger, or every fault of the form at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import polars as pl

from pingyi.amendments.corrections.form import Form
from pingyi.amendments.corrections.record import Record, Row, Rows, Unclear, canonical
from pingyi.common.codebook import Table, codebook
from pingyi.common.faults import Faults, nearest
from pingyi.facts.intake.corrected import NO_NEW_CODES, gives_another_code
from pingyi.facts.intake.layout import known_heads, plain_head
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW
from pingyi.facts.ledger import LEDGER, Draft, Entry, own_states, row_changes, row_states, taken_back

BOOK = "登记簿"
NEXT = {
    "proposed": ("confirmed", "objected", "withdrawn"),
    "confirmed": ("objected", "withdrawn"),
    "objected": ("upheld", "withdrawn"),
    "upheld": ("objected", "withdrawn"),
    "withdrawn": (),
}
"""State → the states that may follow it; what was withdrawn is over."""

Line = dict[str, str | None]


class CorrectionFaults(Faults):
    """A form of corrections cannot be taken; nothing was put down."""

    exit_code = 13
    ending = "一条也没有登记"


@dataclass
class Drafting:
    """Forms on their way into the ledger.

    facts: as they stand, corrections included. entries: those put down so far. rows: nth draft → its lines, for faults
    that only show when all is read.
    """

    setting: Setting
    facts: Mapping[str, pl.DataFrame]
    entries: Sequence[Entry]
    drafts: list[Draft] = field(default_factory=list)
    rows: list[tuple[Form, int]] = field(default_factory=list)

    def take(self, form: Form) -> None:
        """The lines of a form; what is wrong goes to its notepad."""
        for line in form.lines:
            row = int(line[ROW] or 0)
            try:
                draft = self._draft(line)
            except _Wrong as wrong:
                form.notepad.note_cell(row, wrong.column, line[wrong.column] or "", wrong.wanted, wrong.near)
                continue
            if self._goes_on(draft):
                last = self.drafts[-1]
                values, before = {**last.values, **draft.values}, {**last.before, **draft.before}
                self.drafts[-1] = replace(draft, values=values, before=before)
            else:
                self.drafts.append(draft)
                self.rows.append((form, row))

    def _goes_on(self, draft: Draft) -> bool:
        """Whether the line before began the same correction: several columns of one row."""
        last = self.drafts[-1] if self.drafts else None
        same = last and replace(last, values=draft.values, before=draft.before)
        return bool(last and last.values and draft.values and same == draft)

    def _draft(self, line: Line) -> Draft:
        if any(line[name] is None for name in ("table", "record", "state", "who", "why", "document")):
            raise _Wrong("record", "这一行没有填全")
        state = self._state(line)
        if line["table"] == BOOK:
            return _draft(line, LEDGER, {"number": self._number(line, state)}, {}, state)
        table = self._table(line)
        with _at("record"):
            rows = Rows(table, self._frame(table), self.setting, self.entries)
            record, row = rows.named(line["record"] or "")
        values = self._values(line, table)
        if row is None:
            self._allowed(line, table, None, state, "confirmed", bool(values))
            return replace(_draft(line, table.name, record, record | values, state), new=True)
        if gives_another_code(table, row.values, values):
            raise _Wrong("value", NO_NEW_CODES)
        draft = replace(_draft(line, table.name, row.record, values, state), place=row.place, entered=row.entered)
        before = row.status or row_states(self.entries).get(draft.subject, "confirmed")
        self._allowed(line, table, row, state, before, bool(values))
        return replace(draft, before=_replaced(row, values))

    def _frame(self, table: Table) -> pl.DataFrame:
        return self.facts[table.name]

    def _state(self, line: Line) -> str:
        words = codebook().facts["events"].column("status").values
        state = words.get(line["state"] or "") or (line["state"] if line["state"] in words.values() else None)
        if state is None:
            raise _Wrong("state", f"应为 {'、'.join(words)} 之一")
        return state

    def _table(self, line: Line) -> Table:
        named = {title: name for name, one in codebook().facts.items() for title in (name, one.title)}
        found = named.get(line["table"] or "")
        if found is None:
            titles = [*(one.title for one in codebook().facts.values()), BOOK]
            raise _Wrong("table", "没有这张表", nearest(line["table"] or "", titles))
        return self.setting.table(found)

    def _number(self, line: Line, state: str) -> str:
        """The number of an earlier entry that the line speaks of."""
        text = (line["record"] or "").removeprefix("第").removesuffix("条").strip()
        changes, back = row_changes(self.entries), taken_back(self.entries)
        states = own_states(self.entries) | {one: "withdrawn" if one in back else "confirmed" for one in changes}
        if not text.isdecimal() or int(text) not in states:
            raise _Wrong("record", "应为登记簿中一条更正的序号", "、".join(str(one) for one in states))
        if line["column"] or line["value"]:
            raise _Wrong("column", "对登记簿作决定时不填")
        if int(text) in changes and state != "withdrawn":
            raise _Wrong("state", "这一条只改了状态，对它只能填 撤销；要再改状态，写明那一行数据")
        _follows(states[int(text)], state)
        return str(int(text))

    def _values(self, line: Line, table: Table) -> Record:
        if not line["column"]:
            if line["value"]:
                raise _Wrong("column", "写了“改为”，就要写明是哪一列")
            return {}
        column = known_heads(table).get(plain_head(line["column"]))
        if column is None:
            raise _Wrong(
                "column", f"{table.title}没有这一列", nearest(line["column"], [one.head for one in table.columns])
            )
        with _at("value"):
            return canonical({column.name: line["value"] or ""}, table, self.setting)

    def _allowed(self, line: Line, table: Table, row: Row | None, state: str, before: str, changes: bool) -> None:
        """Values may be proposed or confirmed; a state must follow from the one before it, of a row that is there."""
        if changes and state not in ("proposed", "confirmed"):
            raise _Wrong("state", "更正只能是 提出 或 确认；异议、维持、撤销时不填“列”和“改为”")
        if not changes and row is None:
            raise _Wrong("record", "数据里没有这一条", self._near(line, table))
        if not changes and row is not None:
            _follows(before, state)

    def _near(self, line: Line, table: Table) -> str:
        keys = [name for name in table.key if table.column(name).kind == "id"][:1]
        texts = [str(one) for name in keys for one in self._frame(table)[name].unique().to_list()]
        return nearest(line["record"] or "", texts)


def _replaced(row: Row, values: Record) -> Record:
    """What stands now where the values shall stand. Raises: _Wrong where all of it is so already."""
    before = {name: row.values[name] for name in values}
    if values and before == values:
        raise _Wrong("value", "和现在的数据相同，不用改")
    return before


def _draft(line: Line, table: str, record: Record, values: Record, state: str) -> Draft:
    return Draft(table, record, values, state, line["who"] or "", line["why"] or "", line["document"] or "")


class _Wrong(Exception):
    """A cell of a line is wrong."""

    def __init__(self, column: str, wanted: str, near: str = "") -> None:
        super().__init__(wanted)
        self.column, self.wanted, self.near = column, wanted, near


@contextmanager
def _at(column: str) -> Iterator[None]:
    """Say of what is unclear in which cell it stands."""
    try:
        yield
    except Unclear as unclear:
        raise _Wrong(column, unclear.wanted, unclear.near) from None


def _follows(before: str, state: str) -> None:
    if state not in NEXT[before]:
        words = {code: word for word, code in codebook().facts["events"].column("status").values.items()}
        after = "、".join(words[one] for one in NEXT[before])
        raise _Wrong("state", f"现在是“{words[before]}”，只能改为 {after}" if after else "已经撤销，不能再改")
