"""sum: the marks of the cycles are added."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, total
from pingyi.rules.spans import ZERO, Span


class Sum(Aggregation):
    """Each cycle has a part of the year's full marks."""

    title = "各周期相加"
    needs_all = True
    adds_up = True

    def span_after(self, span: Span, cycles: int, fulls: Sequence[Decimal]) -> Span:
        """As many as there are; where cycles have full marks of their own, in proportion to the widest."""
        if fulls and max(fulls) > 0:
            return span.scaled_by(sum(fulls, ZERO) / max(fulls))
        return span.scaled_by(Decimal(cycles))

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """Their sum."""
        return total(marks for marks, _ in cycles)


KIND = Sum
