"""floor: at least so much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, at_least
from pingyi.rules.spans import Span, exceeds
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


@dataclass(frozen=True)
class Floor(Transformation):
    """At least so much."""

    written = Number
    parameters = {"least": "decimal"}
    keeps_rate = True
    swallows = True

    least: Decimal

    def full_after(self, full: Decimal) -> Decimal | None:
        """Full marks stay what they are."""
        return full

    def span_after(self, span: Span) -> Span:
        """The values with a lower bound."""
        return span.at_least(self.least)

    def misfits_with(self, span: Span) -> Iterator[Misfit]:
        """A floor above every value makes one number of them all."""
        if exceeds(self.least, span.high):
            yield Misfit(self.least, f"换算前的值都在 {span}，全部会保底为同一个数")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """The value, or the floor where it is below."""
        short = around.show(abs(value.value - Fraction(self.least)))
        return at_least(value, self.least, f"不足的 {short} 补足，按最低限计")


KIND = Floor
