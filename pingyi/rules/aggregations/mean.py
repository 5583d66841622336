"""mean: the mean of the cycles."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, number, quotient, total


class Mean(Aggregation):
    """Every cycle counts alike."""

    title = "各周期平均"
    why_no_full = "取平均"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """Their sum ÷ how many they are."""
        return quotient(total(marks for marks, _ in cycles), number(len(cycles), str(len(cycles))))


KIND = Mean
