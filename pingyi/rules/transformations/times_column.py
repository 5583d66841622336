"""times_column: value × the number in a roster column (a coefficient)."""

from dataclasses import dataclass

from pingyi.rules.formulas import Formula, product
from pingyi.rules.spans import Span
from pingyi.rules.transformation import Surroundings, Transformation


@dataclass(frozen=True)
class TimesColumn(Transformation):
    """value × the number in a roster column."""

    written = str
    parameters = {"trait": "text"}

    trait: str

    @property
    def column(self) -> str:
        """The column that the plan names."""
        return self.trait

    def span_after(self, span: Span) -> Span:
        """What hangs on numbers of the roster may be of any size."""
        return span.of_unknown_size()

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """value×column."""
        return product(value, around.column(self.trait))


KIND = TimesColumn
