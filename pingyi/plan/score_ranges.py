"""What marks a component can take: an interval that no unit leaves, and a low value that some unit may well have.

Nothing is computed from facts: levels, ranges, catalogues and conversions alone say what can come out. What a kind of
leaf or a conversion makes of it is said beside its words (`possible_values`, `span_after`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pingyi.rules.base import ELSE, of_category
from pingyi.rules.spans import ANY, FREE, ZERO, Span, hull, sum_of_spans

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan
    from pingyi.plan.converts import Convert


def convert_span(span: Span, steps: Iterable[Convert]) -> Span:
    """The values after all conversions, in their order."""
    for step in steps:
        span = step.span_after(span)
    return span


@dataclass(frozen=True)
class Ranges:
    """Intervals of the components of a plan, for units of one category (`else`: where no category is told apart)."""

    plan: Plan
    category: str = ELSE

    @classmethod
    def of_every_category(cls, plan: Plan) -> list[Ranges]:
        """One for each category, and for units without one."""
        return [cls(plan, category) for category in [*plan.units.categories, ELSE]]

    def possible_marks(self, id: str) -> Span | None:
        """Marks of the year; None where the component does not exist in the category."""
        one = self.plan.component(id)
        if not self.knows(one):
            return None
        own = self._with_bonus(one, self._with_states(one, convert_span(self._combined_span(one), one.convert)))
        full = self.full_marks(one)
        return hull([own, Span(ZERO, FREE if full is None else full)]) if one.imported else own

    def knows(self, one: Component) -> bool:
        """Whether the component exists for units of the category."""
        return one.names_category(self.category) and (self.category == ELSE or one.is_for_category(self.category))

    def full_marks(self, one: Component) -> Decimal | None:
        """Full marks in the category."""
        full: Decimal | None = of_category(one.full, self.category)
        return full

    def cycle_marks(self, one: Component) -> Span:
        """Marks of one cycle, after the conversions of each cycle; the widest of all its cycles."""
        return convert_span(self._scored_span(one), one.each_cycle)

    def span_before(self, one: Component, key: str) -> Span:
        """The values that `each_cycle` or `convert` begins with."""
        return self._combined_span(one) if key == "convert" else self._scored_span(one)

    def _combined_span(self, one: Component) -> Span:
        """The year's values before its conversions."""
        cycles, span = len(self.plan.cycles[one.per]), self.cycle_marks(one)
        if cycles == 1 or one.pools_votes:
            return span
        # children that are scored once in a node of several cycles are added when these are together
        once = [child for child, joins in self.plan.children_of(one) if joins == "once" and self.knows(child)]
        span = _over_cycles(one, span, cycles)
        return sum_of_spans([span, self._added(one, once, list(map(self._year_of, once)))]) if once else span

    def _year_of(self, one: Component) -> Span:
        return self.possible_marks(one.id) or ANY

    def _scored_span(self, one: Component) -> Span:
        """What the method gives before any conversion."""
        return one.rule.possible_values(one, self.full_marks(one)) if one.rule else self._span_of_children(one)

    def _span_of_children(self, one: Component) -> Span:
        joined = [child for child, joins in self.plan.children_of(one) if joins in ("year", "cycle")]
        inside = [child for child in joined if self.knows(child)]
        if not inside:
            return Span(ZERO, ZERO)
        parts = [self._seen_by(one, child) for child in inside]
        shared = one.missing == "spread" or any(child.weight is not None for child in inside)
        return self._shared(one, inside, parts) if shared else self._added(one, inside, parts)

    def _seen_by(self, node: Component, child: Component) -> Span:
        """What a node sees of a child: its year, or what the child comes to in one of the node's cycles (M7, E11)."""
        cycles = len(self.plan.cycles[node.per])
        if cycles == 1:
            return self._year_of(child)
        span, most = self.cycle_marks(child), math.ceil(len(self.plan.cycles[child.per]) / cycles)
        if most > 1 and child.cycle_missing == "zero":
            span = span.or_zero()
        span = convert_span(child.aggregation.span_after(span, most, []), child.convert)
        return span.or_zero() if child.may_be_emptied else span

    def _added(self, one: Component, inside: list[Component], parts: list[Span]) -> Span:
        """Children one beside the other; those that may be absent may give nothing."""
        absent = [bool(child.units or child.listed) or one.missing == "zero" for child in inside]
        return sum_of_spans(part.or_zero() if gone else part for part, gone in zip(parts, absent, strict=True))

    def _shared(self, one: Component, inside: list[Component], parts: list[Span]) -> Span:
        """Full marks × a mean of the children's shares of theirs; a mean of their marks where it has no full marks."""
        fulls = [self.full_marks(child) for child in inside]
        weighs = any(child.weight is not None for child in inside)
        total = self.full_marks(one) if weighs else sum((full for full in fulls if full), ZERO)
        if total is None or any(full is None or full <= 0 for full in fulls):
            span = hull(parts)
        else:
            shares = hull(part.scaled_by(1 / full) for part, full in zip(parts, fulls, strict=True) if full)
            span = shares.scaled_by(total)
        span = replace(span, least=None)
        return span.or_zero() if one.missing == "zero" else span

    def _with_states(self, one: Component, span: Span) -> Span:
        """What vetoes and components not measured so far give."""
        full = self.full_marks(one)
        if one.unmeasured == "full" and full is not None:
            span = hull([span, Span(full, full, span.least)])
        return replace(span, low=min(span.low, ZERO)) if one.may_be_emptied else span

    def _with_bonus(self, one: Component, span: Span) -> Span:
        """Children outside the full marks are added last; without them the node is what it is."""
        outside = [child for child, joins in self.plan.children_of(one) if joins == "outside" and self.knows(child)]
        bonus = [hull([self._year_of(child), Span(ZERO, ZERO, ZERO)]) for child in outside]
        return sum_of_spans([span, *bonus]) if bonus else span


def _over_cycles(one: Component, span: Span, cycles: int) -> Span:
    """Cycles put together: a sum of as many, a mean of them, or one of them; zero where a missing one counts so."""
    together = one.aggregation.span_after(span, cycles, [*one.cycle_full.values()] if one.ratings else [])
    return together.or_zero() if not one.aggregation.needs_all and one.cycle_missing == "zero" else together


def possible_marks(plan: Plan, id: str) -> Span:
    """What marks a component can take in any category."""
    spans = [span for ranges in Ranges.of_every_category(plan) if (span := ranges.possible_marks(id)) is not None]
    return hull(spans) if spans else ANY
