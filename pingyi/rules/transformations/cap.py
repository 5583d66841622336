"""cap: at most so much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, at_most
from pingyi.rules.spans import Span, exceeds
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


@dataclass(frozen=True)
class Cap(Transformation):
    """At most so much."""

    written = Number
    parameters = {"most": "decimal"}
    keeps_rate = True
    swallows = True

    most: Decimal

    def full_after(self, full: Decimal) -> Decimal | None:
        """Full marks are capped as every value is."""
        return min(full, self.most)

    def span_after(self, span: Span) -> Span:
        """The values with an upper bound."""
        return span.at_most(self.most)

    def misfits_with(self, span: Span) -> Iterator[Misfit]:
        """A cap below every value makes one number of them all."""
        if exceeds(span.low, self.most):
            yield Misfit(self.most, f"换算前的值都在 {span}，全部会封顶为同一个数")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """The value, or the cap where it is above."""
        over = around.show(abs(value.value - Fraction(self.most)))
        return at_most(value, self.most, f"多出的 {over} 不计，按最高限计")


KIND = Cap
