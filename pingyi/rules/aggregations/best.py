"""best: the best cycle."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, chosen


class Best(Aggregation):
    """What somebody can do at best."""

    title = "取最高的周期"
    why_no_full = "取最好一期"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """The best."""
        every = [marks for marks, _ in cycles]
        return chosen(max(every, key=lambda formula: formula.value), every)


KIND = Best
