"""last: the last cycle."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, chosen


class Last(Aggregation):
    """Where somebody stands in the end."""

    title = "取最后一个周期"
    why_no_full = "取最后一期"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """The last."""
        return chosen(cycles[-1][0], [marks for marks, _ in cycles])


KIND = Last
