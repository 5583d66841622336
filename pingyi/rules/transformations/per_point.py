"""per_point: full marks less points for each unit below a target, plus points for each above."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from pingyi.rules.base import Frozen, Number
from pingyi.rules.formulas import Formula, either, less, looked_up, plan_number, product, quotient, share, total
from pingyi.rules.spans import ANY, Span, hull, multiply
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


class PerPoint(Frozen, Transformation):
    """full − points for every percentage point (or unit, with `of`) by which the value misses the target.

    Part points count in proportion. over: what is gained for each above the target.
    """

    parameters: ClassVar = dict.fromkeys(("full", "target", "points", "of", "over"), "decimal")

    full: Number
    target: Number
    points: Number
    of: Number = Field(default="0.01", validate_default=True)
    over: Number = Field(default=0, validate_default=True)

    @property
    def aim(self) -> Decimal:
        """The target."""
        return self.target

    @property
    def lower_is_better(self) -> bool:
        """Whether missing the target earns points."""
        return self.points < 0

    def span_after(self, span: Span) -> Span:
        """Straight lines that meet at the target: the ends of the interval, and the target within it, decide."""
        if not self.of:
            return ANY

        def marks_at(value: Decimal) -> Decimal:
            away = value - self.target
            return self.full + multiply(away, (self.points if away < 0 else self.over) / self.of)

        corners = [span.low, span.high, *([self.target] if span.holds_value(self.target) else [])]
        found = [marks_at(value) for value in corners]
        least = marks_at(span.least) if span.least is not None else None
        return hull([Span(value, value) for value in found] + [Span(max(found), max(found), least)])

    def misfits(self) -> Iterator[Misfit]:
        """Steps of no size are no steps."""
        if self.of <= 0:
            yield Misfit(self.of, "应大于 0", "of")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """full−(target−value)÷of×points below the target; above it full＋(value−target)÷of×over."""
        target, each = (share(one) if around.is_rate else plan_number(one) for one in (self.target, self.of))
        full = plan_number(self.full)
        below = less(full, product(quotient(less(target, value), each), plan_number(self.points)))
        above = total([full, product(quotient(less(value, target), each), plan_number(self.over))])
        reached = looked_up(value, self.full, f"{value.text} 达到目标 {target.text}")
        plain = not self.over or value.value == self.target
        return either(value, self.target, below, above, said=reached if plain else None)


PerPoint.written = PerPoint
KIND = PerPoint
