"""weights: the cycles by the weights that the plan gives them."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, plan_number, product, total


class Weights(Aggregation):
    """The numbers of the cycles are weights."""

    title = "各周期加权"
    needs_all = True
    weighs = True

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        """Each × its weight, added."""
        return total(product(marks, plan_number(weight)) for marks, weight in cycles)


KIND = Weights
