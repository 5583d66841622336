"""Whether the parts of a plan fit together: names that exist, then an order and numbers, then what can come out.

Each check yields every place where its sentence does not hold; `inconsistencies` asks them all, in rounds, since
each round presumes that the one before found nothing.
"""

from collections.abc import Callable

from pingyi.plan import Plan
from pingyi.plan.convert_checks import CONVERTS, REACHES
from pingyi.plan.cycle_checks import CYCLES
from pingyi.plan.inconsistency import Found, Inconsistency
from pingyi.plan.leaf_checks import LEAVES
from pingyi.plan.list_checks import RESULT_REACHES, RESULTS
from pingyi.plan.names import NAMES
from pingyi.plan.order import Order
from pingyi.plan.result_names import RESULT_NAMES
from pingyi.plan.sums import SUMS
from pingyi.plan.work_checks import WORK_CHECKS

__all__ = ["Inconsistency", "inconsistencies"]


def inconsistencies(plan: Plan) -> list[Inconsistency]:
    """Everything in the plan that does not fit together."""
    for checks in ROUNDS:
        if found := [one for check in checks for one in check(plan)]:
            return found
    return []


def nothing_waits_for_itself(plan: Plan) -> Found:
    circle = Order(plan).circle
    if circle:
        wanted = "互相等待，无法先后计算：" + " → ".join(id for _, id in circle)
        yield Inconsistency("components", circle[0][1], wanted)


ROUNDS: list[list[Callable[[Plan], Found]]] = [
    [*NAMES, *RESULT_NAMES, *WORK_CHECKS],
    [nothing_waits_for_itself],
    [*SUMS, *CYCLES, *LEAVES, *CONVERTS, *RESULTS],
    [*REACHES, *RESULT_REACHES],
]
