"""scale: value × to ÷ from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from pingyi.rules.base import Frozen, Number
from pingyi.rules.formulas import Formula, plan_number, product
from pingyi.rules.spans import ANY, Span
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


class Scale(Frozen, Transformation):
    """value × to ÷ from."""

    parameters: ClassVar = {"start": "decimal", "to": "decimal"}
    is_linear: ClassVar = True

    start: Annotated[Number, Field(alias="from")]
    to: Number

    @property
    def full_before(self) -> Decimal:
        """What it scales from."""
        return self.start

    def full_after(self, full: Decimal) -> Decimal | None:
        """Full marks are scaled as every value is."""
        return full * self.to / self.start if self.start else None

    def span_after(self, span: Span) -> Span:
        """Every value times one number."""
        return span.scaled_by(self.to / self.start) if self.start else ANY

    def misfits(self) -> Iterator[Misfit]:
        """Nothing can be scaled from zero."""
        if self.start == 0:
            yield Misfit("0", "不能从 0 折算", "from")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """value×to÷from."""
        return Formula("÷", (product(value, plan_number(self.to)), plan_number(self.start)))


Scale.written = Scale
KIND = Scale
