"""last: the last cycle."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula


class Last(Aggregation):
    """Where somebody stands in the end."""

    title = "取最后一个周期"
    why_no_full = "取最后一期"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """The last."""
        return cycles[-1][0]

    def slope(self, number: Decimal, cycles: int) -> Fraction | None:
        """Which cycle is the last one that counts, is not fixed."""
        return Fraction(1) if cycles == 1 else None


KIND = Last
