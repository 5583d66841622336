"""Intervals of marks, their ends included or open to infinity."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

FREE = Decimal("Infinity")
"""An end that nothing bounds."""

WIDE = Context(prec=80)
"""Room for the greatest numbers of a plan with 18 decimals."""


@dataclass(frozen=True)
class Span:
    """Every value lies from low to high. least: a low value that units may well have; None where nobody knows one."""

    low: Decimal
    high: Decimal | None
    least: Decimal | None = None

    @property
    def top(self) -> Decimal:
        """The upper end, infinite where there is none."""
        return FREE if self.high is None else self.high

    def at_most(self, bound: Decimal) -> "Span":
        """The values with an upper bound."""
        return Span(min(self.low, bound), min(self.top, bound), None if self.least is None else min(self.least, bound))

    def at_least(self, bound: Decimal) -> "Span":
        """The values with a lower bound."""
        return Span(max(self.low, bound), max(self.top, bound), None if self.least is None else max(self.least, bound))

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies within."""
        return not exceeds(self.low, value) and not exceeds(value, self.top)


ANY = Span(-FREE, FREE)


def times(value: Decimal, factor: Decimal) -> Decimal:
    """Their product; nothing times infinity is nothing here."""
    return Decimal(0) if not value or not factor else value * factor


def scaled(span: Span, factor: Decimal) -> Span:
    """Every value times a number."""
    ends = sorted([times(span.low, factor), times(span.top, factor)])
    least = times(span.least, factor) if span.least is not None and factor > 0 else None
    return Span(ends[0], ends[1], least)


def hull(spans: Iterable[Span]) -> Span:
    """The narrowest interval that holds them all, with the lowest value that units of one of them may have."""
    chosen = list(spans)
    least = min((span.least for span in chosen if span.least is not None), default=None)
    return Span(min(span.low for span in chosen), max(span.top for span in chosen), least)


def plus(spans: Iterable[Span]) -> Span:
    """Sums of one value from each."""
    total = Span(Decimal(0), Decimal(0), Decimal(0))
    for span in spans:
        least = None if total.least is None or span.least is None else total.least + span.least
        total = Span(total.low + span.low, total.top + span.top, least)
    return total


def exceeds(value: Decimal, bound: Decimal) -> bool:
    """Whether a value is greater, both rounded as every comparison of marks rounds them."""
    return _key(value) > _key(bound)


def _key(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-18), ROUND_HALF_UP, WIDE) if value.is_finite() else value
