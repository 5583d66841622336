"""Every unit's own part of the page: its explanation with a profile beside the marks."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation, Part
from pingyi.report.book import Book


@dataclass(frozen=True, slots=True)
class Bar:
    """Marks as a share of the full marks (%), with the middle of all units as a tick; None: nothing to draw."""

    own: str
    middle: str


@dataclass(frozen=True, slots=True)
class Line:
    """A component of the unit's score tree as the page shows it."""

    part: Part
    marks: str
    exact: str
    full: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit. lists: titles of the lists it is on, with whether they are good. key: what the search looks in."""

    told: Explanation
    name: str
    organ: str
    key: str
    lists: tuple[tuple[str, bool], ...]
    total: str
    lines: tuple[Line, ...]


def unit_views(book: Book) -> list[UnitView]:
    """All units, in the order of their ids."""
    middles = _middles(book)
    return [_view(book, book.withheld.explanation(told), middles) for told in book.explanations]


def _middles(book: Book) -> dict[str, Decimal]:
    """The middle marks of each component over all units that have them."""
    frame = book.frame("component_marks").drop_nulls("marks").sort("component", "marks")
    halves = frame.group_by("component").agg(pl.col("marks").get(pl.len() // 2).alias("middle"))
    return dict(halves.select("component", "middle").rows())


def _view(book: Book, told: Explanation, middles: dict[str, Decimal]) -> UnitView:
    organ, good = book.organs[told.unit], {rule.id: rule.good for rule in book.plan.every_list}
    listed = tuple((one.titled, good[one.list]) for one in told.verdicts if one.listed)
    name = book.names[told.unit]
    return UnitView(
        told=told,
        name=name,
        organ=organ if book.organs_tell else "",
        key=" ".join([told.unit, name, organ, *(title for title, _ in listed)]).lower(),
        lists=listed,
        total=_total(book, told),
        lines=tuple(_line(part, middles) for part in told.parts),
    )


def _total(book: Book, told: Explanation) -> str:
    """What the closed section says: the last standing that ranks the unit, or its places where nothing is summed."""
    if told.absent:
        return told.absent
    ranked = [one for one in told.placings if one.place is not None]
    if not ranked:
        return "没有名次"
    finals = [one for one in ranked if one.standing in {final.id for final in book.finals}]
    if len(finals) > 1:
        return "；".join(f"{one.name.replace('名次', '')}第 {one.place}" for one in finals)
    last = ranked[-1]
    return f"{last.marks} 分，{last.name}第 {last.place}"


def _line(part: Part, middles: dict[str, Decimal]) -> Line:
    full = wording.NOTHING if part.full is None else wording.plain(part.full)
    exact = "" if part.marks is None else wording.exact(part.marks)
    return Line(part, wording.shown(part.marks), exact, full, _bar(part, middles.get(part.component)))


def _bar(part: Part, middle: Decimal | None) -> Bar | None:
    if part.marks is None or not part.full or middle is None or part.flag == wording.FLAGS["unmeasured"]:
        return None
    own, tick = (min(max(value / part.full * 100, Decimal(0)), Decimal(100)) for value in (part.marks, middle))
    return Bar(f"{own:.1f}", f"{tick:.1f}")
