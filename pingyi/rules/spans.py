"""Intervals of values that marks can take, and what arithmetic makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

FREE = Decimal("Infinity")
"""An end that nothing bounds."""

ZERO = Decimal(0)

WIDE = Context(prec=80)
"""Room for the greatest numbers of a plan with 18 decimals."""


@dataclass(frozen=True)
class Span:
    """Every value lies from low to high. least: a low value that units may well have; None where nobody knows one."""

    low: Decimal
    high: Decimal
    least: Decimal | None = None

    def at_most(self, bound: Decimal) -> Span:
        """The values with an upper bound."""
        return Span(min(self.low, bound), min(self.high, bound), None if self.least is None else min(self.least, bound))

    def at_least(self, bound: Decimal) -> Span:
        """The values with a lower bound."""
        return Span(max(self.low, bound), max(self.high, bound), None if self.least is None else max(self.least, bound))

    def of_unknown_size(self) -> Span:
        """What becomes of the values where it hangs on numbers of the roster or on other units: any size."""
        least = None if self.least is None else ZERO if self.least >= 0 else -FREE
        return Span(-FREE, FREE, least)

    def or_zero(self) -> Span:
        """The values, and zero."""
        return Span(min(self.low, ZERO), max(self.high, ZERO), self.least)

    def scaled_by(self, factor: Decimal) -> Span:
        """Every value times a number."""
        ends = sorted([multiply(self.low, factor), multiply(self.high, factor)])
        least = multiply(self.least, factor) if self.least is not None and factor > 0 else None
        return Span(ends[0], ends[1], least)

    def holds_value(self, value: Decimal) -> bool:
        """Whether the value lies within."""
        return not exceeds(self.low, value) and not exceeds(value, self.high)

    def __str__(self) -> str:
        """The interval as a message names it."""
        low = plain_number(self.low) if self.low.is_finite() else "负无穷"
        high = plain_number(self.high) if self.high.is_finite() else "正无穷"
        return f"{low} 到 {high} 之间"


ANY = Span(-FREE, FREE)


def multiply(value: Decimal, factor: Decimal) -> Decimal:
    """Their product; nothing times infinity is nothing here."""
    return ZERO if not value or not factor else value * factor


def hull(spans: Iterable[Span]) -> Span:
    """The narrowest interval that holds them all, with the lowest value that units of one of them may have."""
    chosen = list(spans)
    least = min((span.least for span in chosen if span.least is not None), default=None)
    return Span(min(span.low for span in chosen), max(span.high for span in chosen), least)


def sum_of_spans(spans: Iterable[Span]) -> Span:
    """Sums of one value from each."""
    total = Span(ZERO, ZERO, ZERO)
    for span in spans:
        least = None if total.least is None or span.least is None else total.least + span.least
        total = Span(total.low + span.low, total.high + span.high, least)
    return total


def exceeds(value: Decimal, bound: Decimal) -> bool:
    """Whether a value is greater, both rounded as every comparison of marks rounds them."""
    return _rounded_to_compare(value) > _rounded_to_compare(bound)


def _rounded_to_compare(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-18), ROUND_HALF_UP, WIDE) if value.is_finite() else value


def plain_number(number: Decimal) -> str:
    """A number as people write it."""
    return format(round(number, 6).normalize() + 0, "f") if number.is_finite() else "不限"


def bounds_out_of_reach(
    bounds: list[Decimal], span: Span, *, open_below: bool = False
) -> Iterator[tuple[Decimal, str]]:
    """Lower bounds in their order that no value reaches, or that every value passes, so that what is below is empty.

    Each with what is wrong with it.
    """
    for place, bound in enumerate(bounds):
        if exceeds(bound, span.high):
            yield bound, f"永远达不到：值都在 {span}"
        elif (place or open_below) and not exceeds(bound, span.low):
            yield bound, f"下面一档永远用不上：值都在 {span}"
