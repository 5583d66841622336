"""share_of_best: full × value ÷ the best value of all units."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, looked_up, number, plan_number, product, quotient
from pingyi.rules.spans import FREE, ZERO, Span
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


@dataclass(frozen=True)
class ShareOfBest(Transformation):
    """full × value ÷ best value."""

    written = Number
    parameters = {"full": "decimal"}
    compares_units = True

    full: Decimal

    def span_after(self, span: Span) -> Span:
        """The best has full marks; below zero there is no bound."""
        return Span(ZERO if span.low >= 0 else -FREE, self.full, span.of_unknown_size().least)

    def misfits(self) -> Iterator[Misfit]:
        """A share of nothing is nothing."""
        if self.full <= 0:
            yield Misfit(self.full, "应大于 0")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """value÷best×full."""
        best = max(around.others(), default=value.value)
        if best == 0:
            return looked_up(value, 0, "最高值为 0")
        named = number(best, f"最高 {around.show(best)}", places=4 if around.is_rate else 2)
        return product(quotient(value, named), plan_number(self.full))


KIND = ShareOfBest
