"""Lists and decisions: what is proposed still, what was decided otherwise, and what later facts would have changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pingyi.common import wording
from pingyi.plan import ListRule
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Clause, Section
from pingyi.report.table import Table, head

NAMED = 12
"""Units that a sentence names; the table has all."""


@dataclass(frozen=True, slots=True)
class Told:
    """A decided list. proposed, decided: units then; now: those that the facts would propose today."""

    rule: ListRule
    proposed: frozenset[str]
    decided: frozenset[str]
    now: frozenset[str]


def decided(book: Book) -> Section | None:
    """How every list stands; None where the plan has no list."""
    if not book.plan.every_list:
        return None
    found = [_told(book, rule) for rule in book.plan.every_list if book.states[rule.id].decided]
    return Section(
        id="decided",
        title="名单的决定",
        question="名单由谁、在哪天决定？与提出的有什么不同？",
        clauses=tuple(_clauses(book)),
        found=(*_proposed(book), *(_said(book, one) for one in found), *_later(book, found)),
        tables=(_states(book), *_otherwise(book, found), *_moved(book, found)),
    )


def _told(book: Book, rule: ListRule) -> Told:
    rows = book.counted("decisions").filter(pl.col("list") == rule.id)
    now = book.counted("list_proposals").filter(pl.col("list") == rule.id)
    sides = (rows.filter("proposed"), rows.filter("decided"), now)
    return Told(rule, *(frozenset(one["unit"].to_list()) for one in sides))


def _clauses(book: Book) -> Iterator[Clause]:
    for rule in book.plan.every_list:
        if rule.decided:
            due = f"，应在 {rule.decided.due} 前决定" if rule.decided.due else ""
            yield Clause(rule.decided.clause or rule.clause, rule.title, f"由{rule.decided.by}决定{due}")


def _proposed(book: Book) -> list[str]:
    titles = [rule.title for rule in book.proposed(book.plan.every_list)]
    if not titles:
        return []
    return [f"{'、'.join(titles)}：拟定，还没有登记决定；登记以前，数据有变，名单随着变。"]


def _said(book: Book, one: Told) -> str:
    """How many were proposed and decided, and how many otherwise."""
    start = f"{book.titled(one.rule)}：提出 {len(one.proposed)} 个单位，决定 {len(one.decided)} 个"
    added, removed = len(one.decided - one.proposed), len(one.proposed - one.decided)
    moved = [f"{what} {number} 个" for what, number in (("调入", added), ("调出", removed)) if number]
    return f"{start}，其中{'、'.join(moved)}，理由见表。" if moved else f"{start}，与提出的相同。"


def _later(book: Book, found: list[Told]) -> Iterator[str]:
    """What facts that came to be known after a decision would have changed: the decided list stands."""
    for one in found:
        sides = (("会提出", one.now - one.proposed), ("不再提出", one.proposed - one.now))
        told = [f"{what}{wording.joined(_names(book, units), NAMED)}" for what, units in sides if units]
        if told:
            start = f"{one.rule.title}作出决定以后才知道的数据，会使提出的名单不同"
            yield f"{start}：{'，'.join(told)}；名单按决定，不改变。"


def _names(book: Book, units: frozenset[str]) -> list[str]:
    return [book.names.get(unit, unit) for unit in sorted(units)]


def _states(book: Book) -> Table:
    rows = [_state(book, rule) for rule in book.plan.every_list]
    frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"decided_on": pl.Date})
    columns = [
        cells.text("list", head("list_states", "list"), book.lists),
        cells.text("state", head("list_states", "state")),
        cells.day("decided_on", head("list_states", "decided_on")),
        cells.text("decided_by", head("list_states", "decided_by"), wide=True),
        cells.text("document", head("list_states", "document"), wide=True),
        cells.count("units", "单位（个）"),
    ]
    return cells.table("t-decided", "各名单的状态", frame, columns)


def _state(book: Book, rule: ListRule) -> dict[str, object]:
    state = book.states[rule.id]
    by = state.decided_by or (f"待{rule.decided.by}决定" if rule.decided else "")
    known = {"decided_on": state.decided_on, "decided_by": by, "document": state.document}
    return {"list": rule.id, "state": state.word, "units": book.entries(rule).height} | known


def _otherwise(book: Book, found: list[Told]) -> list[Table]:
    """Who was added or removed by a decision, and why."""
    differ = pl.col("proposed") != pl.col("decided")
    frame = book.counted("decisions").filter(differ & pl.col("list").is_in([one.rule.id for one in found]))
    columns = [
        cells.text("list", head("list_states", "list"), book.lists),
        cells.unit(book.names),
        cells.yes("decided", "调入", "调入"),
        cells.yes("proposed", "调出", "调出"),
        cells.text("why", "理由", wide=True),
        cells.text("document", "依据文件", wide=True),
    ]
    return [cells.table("t-decided-otherwise", "决定与提出不同的单位", frame, columns)] if frame.height else []


def _moved(book: Book, found: list[Told]) -> list[Table]:
    """Whom later facts would have put on a decided list or left off it."""
    rows = [
        {"list": one.rule.id, "unit": unit, "would": unit in one.now, "listed": unit in one.decided}
        for one in found
        for unit in sorted(one.now ^ one.proposed)
    ]
    columns = [
        cells.text("list", head("list_states", "list"), book.lists),
        cells.unit(book.names),
        cells.text("would", "按现在的数据", lambda would: "会提出" if would else "不再提出"),
        cells.text("listed", "决定的名单", lambda listed: "列入" if listed else "未列入"),
    ]
    note = "这些单位因决定以后才知道的数据而不同；名单按决定，不改变。"
    frame = pl.DataFrame(rows)
    return [cells.table("t-decided-later", "决定以后的数据", frame, columns, note=note)] if rows else []
