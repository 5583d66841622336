"""What every way of putting the cycles of a component together answers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from pingyi.rules.formulas import Formula
from pingyi.rules.spans import Span


class Aggregation:
    """One kind.

    title: what it does, as the line of an explanation begins. why_no_full: why cycles have no number of their own in a
    plan; empty where they do. needs_all: without one cycle there are no marks of the year. adds_up: the cycles' full
    marks make those of the year. weighs: the cycles' numbers are weights, one together.
    """

    title: ClassVar[str]
    why_no_full: ClassVar[str] = ""
    needs_all: ClassVar[bool] = False
    adds_up: ClassVar[bool] = False
    weighs: ClassVar[bool] = False

    def span_after(self, span: Span, cycles: int, fulls: Sequence[Decimal]) -> Span:
        """What so many cycles come to, of which each lies in an interval. fulls: of each cycle, where they differ."""
        return span

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """How the marks of the cycles, each with its number in the plan, make those of the year."""
        raise NotImplementedError
