"""What marks a component can take: an interval that no unit leaves, and a low value that some unit may well have.

Nothing is computed from facts: levels, ranges, catalogues and conversions alone say what can come out.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, of_category
from pingyi.plan.convert_ranges import converted
from pingyi.plan.events import Item
from pingyi.plan.existing import CATEGORY
from pingyi.plan.intervals import ANY, FREE, Span, hull, plus, scaled
from pingyi.plan.joining import joins
from pingyi.plan.marks import Marks
from pingyi.plan.ratings import Ratings

__all__ = ["Ranges"]


@dataclass(frozen=True)
class Ranges:
    """Intervals of the components of a plan, for units of one category (`else`: where no category is told apart)."""

    plan: Plan
    category: str = ELSE

    @classmethod
    def all_of(cls, plan: Plan) -> "list[Ranges]":
        """One for each category, and for units without one."""
        return [cls(plan, category) for category in [*plan.units.categories, ELSE]]

    def of(self, id: str) -> Span | None:
        """Marks of the year; None where the component does not exist in the category."""
        one = self.plan.component(id)
        if not self.exists(one):
            return None
        own = self._years(one)
        if one.imported:
            own = hull([own, Span(Decimal(0), self.full(one))])
        return own

    def exists(self, one: Component) -> bool:
        """Whether it exists for units of the category."""
        wanted = one.units.get(CATEGORY)
        named = all(
            not isinstance(value, dict) or self.category in value or ELSE in value for value in (one.full, one.weight)
        )
        return named and (wanted is None or self.category == ELSE or self.category in wanted)

    def full(self, one: Component) -> Decimal | None:
        """Full marks in the category."""
        full: Decimal | None = of_category(one.full, self.category)
        return full

    def cycle(self, one: Component) -> Span:
        """Marks of one cycle, after the conversions of each cycle; the widest of all its cycles."""
        return converted(self._scored(one), one.each_cycle)

    def before(self, one: Component, key: str) -> Span:
        """The values that `each_cycle` or `convert` begins with."""
        return self._combined(one) if key == "convert" else self._scored(one)

    def _years(self, one: Component) -> Span:
        span = converted(self._combined(one), one.convert)
        return self._with_bonus(one, self._with_states(one, span))

    def _combined(self, one: Component) -> Span:
        """The year's values before its conversions."""
        cycles, span = len(self.plan.cycles[one.per]), self.cycle(one)
        several = cycles > 1 and not (one.ratings and one.ratings.score_per == "year")
        return self._with_once(one, _over_cycles(one, span, cycles)) if several else span

    def _with_once(self, one: Component, span: Span) -> Span:
        """Children that are scored once in a node of several cycles are added when these are together."""
        once = [child for child in map(self.plan.component, one.of) if joins(self.plan, one, child) == "once"]
        there = [child for child in once if self.exists(child)]
        return plus([span, self._added(one, there, [self.of(child.id) or ANY for child in there])]) if there else span

    def _scored(self, one: Component) -> Span:
        """What the method gives before any conversion."""
        if one.ratings:
            return self._rated(one, one.ratings)
        if one.marks:
            return _given(one.marks)
        if one.events:
            return _happened(one)
        if one.measures:
            return replace(ANY, least=Decimal(0))
        return self._of_children(one)

    def _rated(self, one: Component, rule: Ratings) -> Span:
        full = self.full(one)
        if full is None:
            return ANY
        shares = [value / rule.out_of for value in rule.levels.values() if value is not None]
        sums = one.over_cycles == "sum" and one.cycle_full and rule.score_per == "cycle"
        top = max(one.cycle_full.values()) if sums else full
        span = Span(min(shares) * top, max(shares) * top, min(shares) * top)
        partly = rule.none.then == "zero" or rule.group_missing == "zero"
        return hull([span, Span(Decimal(0), Decimal(0), span.least)]) if partly else span

    def _of_children(self, one: Component) -> Span:
        children = [self.plan.component(child) for child in one.of]
        joined = [child for child in children if joins(self.plan, one, child) in ("year", "cycle")]
        inside = [child for child in joined if self.exists(child)]
        if not inside:
            return Span(Decimal(0), Decimal(0))
        parts = [self._seen(one, child) for child in inside]
        shared = one.missing == "spread" or any(child.weight is not None for child in inside)
        return self._shared(one, inside, parts) if shared else self._added(one, inside, parts)

    def _seen(self, node: Component, child: Component) -> Span:
        """What a node sees of a child: its year, or what the child comes to in one of the node's cycles (M7, E11)."""
        cycles = len(self.plan.cycles[node.per])
        if cycles == 1:
            return self.of(child.id) or ANY
        span, most = self.cycle(child), math.ceil(len(self.plan.cycles[child.per]) / cycles)
        if most > 1 and child.cycle_missing == "zero":
            span = hull([span, Span(Decimal(0), Decimal(0), span.least)])
        span = converted(scaled(span, Decimal(most)) if child.over_cycles == "sum" else span, child.convert)
        return hull([span, Span(Decimal(0), Decimal(0))]) if _emptied(child) else span

    def _added(self, one: Component, inside: list[Component], parts: list[Span]) -> Span:
        """Children one beside the other; those that may be absent may give nothing."""
        absent = [_may_be_absent(child) or one.missing == "zero" for child in inside]
        return plus(
            hull([part, Span(Decimal(0), Decimal(0), part.least)]) if gone else part
            for part, gone in zip(parts, absent, strict=True)
        )

    def _shared(self, one: Component, inside: list[Component], parts: list[Span]) -> Span:
        """Full marks × a mean of the children's shares of theirs; a mean of their marks where it has no full marks."""
        fulls = [self.full(child) for child in inside]
        weighs = any(child.weight is not None for child in inside)
        whole = self.full(one) if weighs else sum((full for full in fulls if full), Decimal(0))
        if whole is None or any(full is None or full <= 0 for full in fulls):
            span = hull(parts)
        else:
            shares = hull(scaled(part, 1 / full) for part, full in zip(parts, fulls, strict=True) if full)
            span = scaled(shares, whole)
        span = replace(span, least=None)
        return hull([span, Span(Decimal(0), Decimal(0))]) if one.missing == "zero" else span

    def _with_states(self, one: Component, span: Span) -> Span:
        """What vetoes and components not measured so far give."""
        full = self.full(one)
        if one.unmeasured == "full" and full is not None:
            span = hull([span, Span(full, full, span.least)])
        if _emptied(one):
            span = replace(span, low=min(span.low, Decimal(0)))
        return span

    def _with_bonus(self, one: Component, span: Span) -> Span:
        """Children outside the full marks are added last; without them the node is what it is."""
        outside = [child for child in map(self.plan.component, one.of) if child.outside and self.exists(child)]
        parts = [self.of(child.id) or ANY for child in outside]
        bonus = [hull([part, Span(Decimal(0), Decimal(0), Decimal(0))]) for part in parts]
        return plus([span, *bonus]) if bonus else span


def _may_be_absent(child: Component) -> bool:
    return bool(child.units or child.listed)


def _over_cycles(one: Component, span: Span, cycles: int) -> Span:
    """Cycles put together: a sum of as many, a mean of them, or one of them; zero where a missing one counts so."""
    if one.over_cycles == "sum":
        fulls = list(one.cycle_full.values())
        if one.ratings and fulls and max(fulls) > 0:
            return scaled(span, sum(fulls, Decimal(0)) / max(fulls))
        return scaled(span, Decimal(cycles))
    if one.over_cycles != "weights" and one.cycle_missing == "zero":
        return hull([span, Span(Decimal(0), Decimal(0), span.least)])
    return span


def _given(rule: Marks) -> Span:
    low, high = rule.range
    span = Span(low, high, low)
    return hull([span, Span(Decimal(0), Decimal(0), low)]) if rule.marker_missing == "zero" else span


def _happened(one: Component) -> Span:
    """Base and what the catalogue can add or take, any number of times, within floor and cap; zero where vetoed."""
    rule = one.events
    assert rule is not None
    low, high = rule.base, rule.base
    for item in rule.items.values():
        low = -FREE if _worst(item) < 0 else low
        high = FREE if _best(item) > 0 else high
    span = Span(low, high, low)
    if rule.cap is not None:
        span = span.at_most(rule.cap)
    if rule.floor is not None:
        span = span.at_least(rule.floor)
    zero = min(span.low, Decimal(0))
    return hull([span, Span(zero, Decimal(0), zero)]) if _emptied(one) else span


def _emptied(one: Component) -> bool:
    """Whether a veto may empty it."""
    return any(item.veto == "zero" for item in one.events.items.values()) if one.events else False


def _points(item: Item) -> Iterable[Decimal]:
    if item.ladder:
        return item.ladder
    if item.points is None:
        return [-FREE, FREE] if item.veto is None else [-FREE]
    low, high = item.points
    return [-FREE if low is None else low, FREE if high is None else high]


def _worst(item: Item) -> Decimal:
    return min(_points(item))


def _best(item: Item) -> Decimal:
    return max(_points(item))
