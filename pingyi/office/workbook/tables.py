"""Sheets of what came out: places, events, lists, consequences, open questions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.spreadsheet_safe import sheet_name
from pingyi.office.workbook.known import known, unit_columns
from pingyi.office.workbook.parts import Column, Here, Row, Sheet, plain
from pingyi.plan import Component
from pingyi.plan.results import Standing
from pingyi.report.book import Book
from pingyi.results import redrawn

PLACES, EVENTS, LISTS, OUTCOMES, SUMS, OPEN = "排名", "事项", "名单", "结果运用", "结果合计", "存疑"
"""Names of sheets."""


def standings(book: Book) -> Iterator[Sheet]:
    """A sheet for each standing, the last one first."""
    several = len(book.plan.standings) > 1
    for one in reversed(book.plan.standings):
        wanted = f"{PLACES}·{one.title.removesuffix('名次')}" if several else PLACES
        yield _standing(book, one, sheet_name(wanted, []))


def _standing(book: Book, one: Standing, name: str) -> Sheet:
    frame = _placed(book, one)
    grouped, tied = frame["group"].fill_null("").n_unique() > 1, frame["decided_by"].is_not_null().any()
    parts = [book.plan.component(child) for child in book.plan.component(one.of).of]
    columns = (
        known("totals", "place", kind="place"),
        *unit_columns(book),
        *([known("totals", "group", book.groups), known("totals", "overall", kind="place")] if grouped else []),
        known("totals", "total", most=_full(book.plan.component(one.of))),
        *(Column(f"of {part.id}", part.title, "marks", plain(f"of {part.id}"), part.says) for part in parts),
        *([known("place_ranges", side, _or_held, kind="place") for side in ("low", "high")] if book.draws else []),
        *([known("totals", "decided_by", wording.DECIDED, kind="long")] if tied else []),
    )
    sure = f"范围起、范围止：{redrawn.MIDDLE.format(draws=book.draws)}。" if book.draws else ""
    notes = tuple(text for text in (one.says, sure) if text)
    return Sheet(name, one.title, "名次、得分和它的组成", columns, frame.to_dicts(), notes, frozen=3)


def _or_held(value: Any) -> Any:
    """A number, or that nothing was drawn anew."""
    return redrawn.NOT_REDRAWN if value is None else value


def _full(one: Component) -> Decimal | None:
    """Where bars of a component end."""
    return max(one.full.values()) if one.full else None


def _placed(book: Book, one: Standing) -> pl.DataFrame:
    """The units of a standing by place, the largest group first, with the marks of what it is made of."""
    frame = book.frame("totals").filter(pl.col("standing") == one.id)
    for child in book.plan.component(one.of).of:
        marks = book.frame("component_marks").filter(pl.col("component") == child)
        part = marks.select("unit", pl.col("marks").alias(f"of {child}"))
        frame = frame.join(part, on="unit", how="left", maintain_order="left")
    ranges = book.frame("place_ranges") if book.draws else None
    if ranges is not None:
        own = ranges.filter(pl.col("standing") == one.id).select("unit", "low", "high")
        frame = frame.join(own, on="unit", how="left", maintain_order="left")
    return frame.sort(-pl.len().over("group").cast(pl.Int64), "group", "place", "unit")


def events(book: Book) -> Sheet | None:
    """Every event and what it costs or earns, or why it does not count; nothing where the plan has none."""
    if not any(one.events for one in book.plan.components):
        return None
    frame = book.frame("event_points").join(_dates(book), on="event", how="left", maintain_order="left")
    frame = frame.sort("happened_on", "event")
    dated = [name for name in DATES if frame[name].is_not_null().any()]
    columns = (
        known("event_points", "event"),
        known("event_points", "happened_on"),
        *unit_columns(book),
        known("event_points", "component", book.components),
        known("event_points", "item", book.items),
        known("event_points", "cycle"),
        known("event_points", "points", kind="points"),
        known("event_points", "not_counted", _counts, head="是否计分", kind="text"),
        *(Column(name, DATES[name], "date", plain(name)) for name in dated),
        known("event_points", "document"),
        known("event_points", "source", head="数据文件"),
        known("event_points", "row", kind="number"),
    )
    return Sheet(EVENTS, "事项台账", EVENT_SAYS, columns, frame.to_dicts(), EVENT_NOTES, frozen=2)


EVENT_SAYS = "每一件事项的分值，计或不计及原因"
EVENT_NOTES = ("分值：负的从得分中减去，正的加上，已乘件数和情节；不计的也列出。行号是在数据文件中的行。",)
DATES = {"opened_on": "交办日期", "due": "办理期限", "closed_on": "办结日期", "signed_on": "签字日期"}


def _counts(why: str | None) -> str:
    return wording.named(why, wording.NOT_COUNTED) if why else "计"


def _dates(book: Book) -> pl.DataFrame:
    facts = book.counted("events").select("event", "opened_on", "closed_on", "signed_on")
    return facts.join(book.counted("event_points").select("event", "due"), on="event", how="left")


def lists(book: Book) -> Sheet | None:
    """Every entry of every list, final lists first; nothing where the plan has none."""
    if not book.plan.every_list:
        return None
    order = {rule.id: place for place, rule in enumerate([*book.plan.lists, *book.plan.shortlists])}
    chances = book.frame("list_chances").select("list", "unit", "share") if book.draws else None
    frame = book.frame("list_entries")
    if chances is not None:
        frame = frame.join(chances, on=["list", "unit"], how="left", maintain_order="left")
    grouped, tied = frame["group"].fill_null("").n_unique() > 1, frame["decided_by"].is_not_null().any()
    columns = (
        known("list_entries", "list", book.lists),
        known("list_entries", "place", kind="place"),
        *unit_columns(book),
        known("list_entries", "total", most=_highest(frame["total"])),
        Column("full", "满分（分）", "number", _full_of_list(book), "名单所依的排名的满分"),
        *([replace(known("list_entries", "group"), cell=_share_of_quota(book))] if grouped else []),
        *([known("list_entries", "direct")] if frame["direct"].any() else []),
        *([known("list_chances", "share", _or_held, head="重抽时列入的比例", kind="share")] if book.draws else []),
        *([known("list_entries", "decided_by", wording.DECIDED, kind="long")] if tied else []),
        Column("state", "名单状态", "long", lambda row, here: book.states[row["list"]].told, widest=36),
    )
    rows = frame.sort(pl.col("list").replace_strict(order, return_dtype=pl.Int64), "place", "unit").to_dicts()
    return Sheet(LISTS, "名单", "每份名单上的单位", columns, rows, frozen=4)


def _full_of_list(book: Book) -> Callable[[Row, Here], Decimal | None]:
    """The full marks of the standing that a list goes by: totals of several lists stand in one column."""
    by = {rule.id: rule.by for rule in book.plan.every_list}
    return lambda row, here: book.fulls.get((by[row["list"]], row["unit"]))


def _share_of_quota(book: Book) -> Callable[[Row, Here], str]:
    """Which part of a list's places an entry takes; nothing where the list has no quota."""
    parted = {rule.id for rule in book.plan.every_list if rule.quota}
    return lambda row, here: wording.named(row["group"] or "", book.groups) if row["list"] in parted else ""


def _highest(totals: pl.Series) -> Decimal | None:
    return max(totals.drop_nulls(), default=None)


def outcomes(book: Book) -> Sheet | None:
    """Every consequence with the unit and list that caused it; nothing where the plan has none."""
    if not book.plan.outcomes:
        return None
    frame = book.frame("outcomes")
    order = {id: place for place, id in enumerate(book.lists)}
    rows = frame.sort(pl.col("list").replace_strict(order, default=99), "place", "unit", "outcome").to_dicts()
    columns = (
        *unit_columns(book),
        known("outcomes", "list", book.stated),
        known("outcomes", "place", kind="place"),
        known("outcomes", "subject_kind", wording.SUBJECTS),
        replace(known("outcomes", "subject"), cell=_whom(book)),
        known("outcomes", "effect_name", kind="long"),
        *([known("outcomes", "amount", kind="points")] if frame["amount"].is_not_null().any() else []),
        *([known("outcomes", "until")] if (frame["until"].fill_null("") != "").any() else []),
        known("outcomes", "clause"),
    )
    return Sheet(OUTCOMES, "结果运用", "因名单而产生的每一条后果", columns, rows, frozen=2)


def _whom(book: Book) -> Callable[[Row, Here], str]:
    """Whom a consequence is for by name; persons of the unit are its own."""
    return lambda row, here: book.subject(row["subject_kind"], row["subject"])


def sums(book: Book) -> Sheet | None:
    """What amounts come to for each subject; nothing where no consequence has an amount."""
    frame = book.frame("outcome_sums").sort("amount", "subject", "effect")
    if frame.is_empty():
        return None
    columns = (
        known("outcome_sums", "subject_kind", wording.SUBJECTS),
        replace(known("outcome_sums", "subject"), cell=_whom(book)),
        known("outcome_sums", "effect_name", kind="long"),
        known("outcome_sums", "amount", kind="points"),
        known("outcome_sums", "unit_of_measure"),
        known("outcome_sums", "entries"),
    )
    return Sheet(SUMS, "结果合计", "各对象有数额的后果合计", columns, frame.to_dicts(), frozen=2)


def readings(book: Book) -> Sheet | None:
    """What the plan leaves open, with what each other answer would change where that was tried."""
    if not book.plan.readings:
        return None
    frame = book.frame("reading_effects") if book.knows("reading_effects") else None
    tried = frame is not None and frame.height > 0
    says = "方案没有写明之处：公布的理解、其他理解" + ("和换成它们的变化" if tried else "")
    rows = frame.to_dicts() if frame is not None and tried else _asked(book)
    return Sheet(OPEN, "存疑", says, tuple(_questions(tried)), rows, frozen=1)


def _questions(tried: bool) -> Iterator[Column]:
    """Question and answers; what each other answer would change, where that was tried."""
    for name, room in (("question", 36), ("clause", 14), ("official", 30), ("answer", 30)):
        yield known("reading_effects", name, kind="long", widest=room)
    for name in ("memberships", "units_touched", "places_moved") if tried else ():
        yield known("reading_effects", name)
    for name, room in (("told", 90), ("why", 30)) if tried else ():
        yield known("reading_effects", name, kind="long", widest=room)


def _asked(book: Book) -> list[dict[str, str]]:
    """Each open question with each other answer."""
    return [
        {"question": one.question, "clause": one.clause, "official": one.official, "answer": answer}
        for one in book.plan.readings
        for answer in ([other.answer for other in one.otherwise] or [""])
    ]
