"""times: value × a number."""

from dataclasses import dataclass
from decimal import Decimal

from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, plan_number, product
from pingyi.rules.spans import Span
from pingyi.rules.transformation import Surroundings, Transformation


@dataclass(frozen=True)
class Times(Transformation):
    """value × a number."""

    written = Number
    parameters = {"factor": "decimal"}
    is_linear = True

    factor: Decimal

    def full_after(self, full: Decimal) -> Decimal | None:
        """Full marks are multiplied as every value is."""
        return full * self.factor

    def span_after(self, span: Span) -> Span:
        """Every value times one number."""
        return span.scaled_by(self.factor)

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """value×factor."""
        return product(value, plan_number(self.factor))


KIND = Times
