"""best: the best cycle."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula


class Best(Aggregation):
    """What somebody can do at best."""

    title = "取最高的周期"
    why_no_full = "取最好一期"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """The best."""
        return max((marks for marks, _ in cycles), key=lambda formula: formula.value)

    def slope(self, number: Decimal, cycles: int) -> Fraction | None:
        """Which cycle is the best one, is not fixed."""
        return Fraction(1) if cycles == 1 else None


KIND = Best
