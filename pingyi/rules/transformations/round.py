"""round: rounding that the plan itself orders."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pingyi.rules.base import Frozen
from pingyi.rules.formulas import Formula, rounded_to
from pingyi.rules.spans import Span
from pingyi.rules.transformation import Surroundings, Transformation


class Round(Frozen, Transformation):
    """Rounding that the plan itself orders: half up (四舍五入), or down."""

    parameters: ClassVar = {"places": "integer", "mode": "text"}
    keeps_rate: ClassVar = True

    places: Annotated[int, Field(ge=0, le=6)]
    mode: Literal["half_up", "down"] = "half_up"

    def full_after(self, full: Decimal) -> Decimal | None:
        """Full marks stay what they are."""
        return full

    def span_after(self, span: Span) -> Span:
        """The ends, rounded."""
        mode = ROUND_HALF_UP if self.mode == "half_up" else ROUND_DOWN

        def round_value(value: Decimal) -> Decimal:
            return value.quantize(Decimal(1).scaleb(-self.places), rounding=mode) if value.is_finite() else value

        least = None if span.least is None else round_value(span.least)
        return Span(round_value(span.low), round_value(span.high), least)

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """The value as every comparison sees it, rounded once more."""
        manner = "舍去尾数" if self.mode == "down" else "四舍五入"
        said = f"{value.text} {manner}到 {self.places} 位小数"
        return rounded_to(value, self.places, down=self.mode == "down", said=said)


Round.written = Round
KIND = Round
