"""The ledger as people read it: what each entry says, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import DIGITS, LEDGER, Draft, Entry, Ledger, current_states

COLUMNS = {
    "number": pl.Int64,
    "day": pl.Date,
    "fact_table": pl.String,
    "record": pl.String,
    "place": pl.String,
    "changed": pl.String,
    "state": pl.String,
    "state_now": pl.String,
    "open": pl.Boolean,
    "why": pl.String,
    "document": pl.String,
    "hash": pl.String,
}
"""Columns of the published table; who put an entry down stands in the ledger alone."""

WAITING = ("proposed", "objected")
"""States in which somebody has to decide."""


@dataclass(frozen=True)
class Listing:
    """A ledger in words. setting: plan and roster, whose words stand for ids."""

    ledger: Ledger
    setting: Setting

    def frame(self) -> pl.DataFrame:
        """One row an entry. state: as put down, state_now: what it has come to since."""
        states, waiting = current_states(self.ledger.entries), {one.number for one in open_entries(self.ledger)}
        rows = [
            (
                one.number,
                one.at.date(),
                title(one.draft),
                self.record(one.draft),
                one.draft.place,
                self.changed(one.draft),
                word(one.draft.state),
                word(states[one.number]),
                one.number in waiting,
                one.draft.why,
                one.draft.document,
                one.hash[:DIGITS],
            )
            for one in self.ledger.entries
        ]
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")

    def line(self, entry: Entry) -> str:
        """An entry in one line."""
        draft = entry.draft
        what = "，".join(one for one in (self.changed(draft), word(draft.state)) if one)
        place = f"（{draft.place}）" if draft.place else ""
        start = f"第 {entry.number} 条 {entry.at:%Y-%m-%d} {title(draft)} {self.record(draft)}{place}"
        return f"{start}：{what}。{draft.why}（{draft.document}）"

    def record(self, draft: Draft) -> str:
        """The row that an entry speaks of; of an earlier entry, what that one says."""
        if draft.table == LEDGER:
            about = self.ledger.entries[int(draft.record["number"]) - 1].draft
            changed = self.changed(about)
            what = f"，{changed}" if changed else ""
            return f"第 {draft.record['number']} 条（{title(about)} {self.record(about)}{what}）"
        told = self._spoken(draft.table, draft.record)
        return next(iter(told.values())) if len(told) == 1 else _pairs(told)

    def changed(self, draft: Draft) -> str:
        """What an entry changes: 票数由 24 改为 25; or 新增 with every value."""
        if draft.new:
            return f"新增一条：{_pairs(self._spoken(draft.table, draft.values))}"
        if not draft.values:
            return ""
        values, before = (self._spoken(draft.table, one, empty="空") for one in (draft.values, draft.before))
        return "；".join(
            f"{head}由 {before[head]} 改为 {value}" if head in before else f"{head}改为 {value}"
            for head, value in values.items()
        )

    def _spoken(self, table: str, values: Mapping[str, str], empty: str = "") -> dict[str, str]:
        """Head → value as people write them, in the table's order."""
        known = self.setting.table(table)
        order = {name: nth for nth, name in enumerate(known.names)}
        named = sorted(values, key=lambda name: order.get(name, len(order)))
        heads = {column.name: column.head for column in known.columns}
        told = {heads.get(name, name): self._word(table, name, values[name]) or empty for name in named}
        return {head: value for head, value in told.items() if value}

    def _word(self, table: str, column: str, value: str) -> str:
        """A value as people write it: names stand for ids of the plan; a unit has its code before its name."""
        value = value.removeprefix("+")
        choice = self.setting.choice(table, column)
        name = choice.names.get(value, "") if choice else ""
        if column == "unit" and name not in ("", value):
            return f"{value} {name}"
        return self.setting.words(table, column).get(value) or name or value


def corrections_frame(ledger: Ledger, setting: Setting) -> pl.DataFrame:
    """The published table of the ledger's entries."""
    return Listing(ledger, setting).frame()


def open_entries(ledger: Ledger) -> list[Entry]:
    """Objections and proposals that nobody has settled yet.

    An objection to a row ends with a later decision on that row, never with a correction of its values.
    """
    states = current_states(ledger.entries)
    return [
        one
        for one in ledger.entries
        if one.draft.table != LEDGER and one.draft.state in WAITING and states[one.number] in WAITING
    ]


def title(draft: Draft) -> str:
    """The table as people call it."""
    return "登记簿" if draft.table == LEDGER else codebook().facts[draft.table].title


def word(state: str) -> str:
    """A state in words."""
    words = codebook().facts["events"].column("status").values
    return {code: said for said, code in words.items()}[state]


def _pairs(told: Mapping[str, str]) -> str:
    return "；".join(f"{head}={value}" for head, value in told.items())
