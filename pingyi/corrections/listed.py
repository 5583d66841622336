"""The ledger as people read it: what each entry says, and what came of it."""

from collections.abc import Sequence

import polars as pl

from pingyi.codebook import codebook
from pingyi.intake.corrected import spoken
from pingyi.ledger import DIGITS, LEDGER, Draft, Entry, Ledger, own_states, taken_back

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


def corrections_frame(ledger: Ledger) -> pl.DataFrame:
    """One row an entry. state: as put down, state_now: what it has come to since; both in words, as all texts here."""
    back = taken_back(ledger.entries)
    states = own_states(ledger.entries) | dict.fromkeys(back, "withdrawn")
    settled, waiting = _settled(ledger.entries), {one.number for one in open_entries(ledger)}
    rows = [
        (
            one.number,
            one.at.date(),
            title(one.draft),
            record(one.draft),
            one.draft.place,
            changed(one.draft),
            word(one.draft.state),
            word(states.get(one.number, settled.get(_about(one.draft), one.draft.state))),
            one.number in waiting,
            one.draft.why,
            one.draft.document,
            one.hash[:DIGITS],
        )
        for one in ledger.entries
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _about(draft: Draft) -> tuple[str, str]:
    return draft.table, repr(sorted(draft.record.items()))


def _settled(entries: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """Row of the facts → the last state that was put down for it, and was not taken back."""
    back = taken_back(entries)
    return {_about(one.draft): one.draft.state for one in entries if one.number not in back}


def open_entries(ledger: Ledger) -> list[Entry]:
    """Objections and proposals that nobody has settled yet."""
    states, settled, back = own_states(ledger.entries), _settled(ledger.entries), taken_back(ledger.entries)
    waiting = ("proposed", "objected")
    return [
        one
        for one in ledger.entries
        if one.draft.table != LEDGER
        and one.number not in back
        and one.draft.state in waiting
        and (states[one.number] if one.draft.values else settled[_about(one.draft)]) in waiting
    ]


def title(draft: Draft) -> str:
    """The table as people call it."""
    return "登记簿" if draft.table == LEDGER else codebook().facts[draft.table].title


def record(draft: Draft) -> str:
    """The row that an entry speaks of."""
    if draft.table == LEDGER:
        return f"第 {draft.record['number']} 条"
    table = codebook().facts[draft.table]
    order = {name: nth for nth, name in enumerate(table.names)}
    told = {
        name: draft.record[name]
        for name in sorted(draft.record, key=lambda one: order.get(one, 99))
        if draft.record[name]
    }
    return next(iter(told.values())) if len(told) == 1 else spoken(told, table)


def changed(draft: Draft) -> str:
    """What an entry changes: 票数改为 25; or 新增."""
    if draft.new:
        return "新增一条"
    if not draft.values:
        return ""
    heads = {one.name: one.head for one in codebook().facts[draft.table].columns}
    return "；".join(
        f"{heads.get(name, name)}改为 {value.removeprefix('+') or '空'}" for name, value in draft.values.items()
    )


def word(state: str) -> str:
    """A state in words."""
    words = codebook().facts["events"].column("status").values
    return {code: said for said, code in words.items()}[state]


def line(entry: Entry) -> str:
    """An entry in one line."""
    draft = entry.draft
    what = "，".join(one for one in (changed(draft), word(draft.state)) if one)
    place = f"（{draft.place}）" if draft.place else ""
    start = f"第 {entry.number} 条 {entry.at:%Y-%m-%d} {title(draft)} {record(draft)}{place}"
    return f"{start}：{what}。{draft.why}（{draft.document}）"
