"""Leaves scored from a measured rate or count."""

from typing import Literal

from pingyi.plan.base import Frozen


class Measures(Frozen):
    """A measured number: numerator ÷ denominator (`rate`), or the numerator alone (`count`).

    The number itself is the leaf's value; conversions (steps, per_point, points_by_rank …) make marks of it.
    """

    of: Literal["rate", "count"]
    numerator: str
    denominator: str = ""
