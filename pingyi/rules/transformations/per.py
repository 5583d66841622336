"""per: value ÷ the number in a roster column (a headcount)."""

from dataclasses import dataclass

from pingyi.rules.formulas import Formula
from pingyi.rules.spans import FREE, ZERO, Span
from pingyi.rules.transformation import Surroundings, Transformation


@dataclass(frozen=True)
class Per(Transformation):
    """value ÷ the number in a roster column."""

    written = str
    parameters = {"trait": "text"}
    divides = True

    trait: str

    @property
    def column(self) -> str:
        """The column that the plan names."""
        return self.trait

    def span_after(self, span: Span) -> Span:
        """A size is above zero, so that the sign stays."""
        low, high = ZERO if span.low >= 0 else -FREE, ZERO if span.high <= 0 else FREE
        return Span(low, high, span.of_unknown_size().least)

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """value÷column."""
        return Formula("÷", (value, around.column(self.trait)))


KIND = Per
