"""Aggregations: how the cycles of a component make one year, kind by kind.

A kind is one module of this folder and the statement of the same name beside it, as with transformations.
"""

from pathlib import Path

from pingyi.rules import kinds_of
from pingyi.rules.aggregation import Aggregation

AGGREGATIONS: dict[str, Aggregation] = {
    name: kind() for name, kind in kinds_of(__name__, Path(__file__).parent).items()
}
"""Every kind by its name in a plan: that of its module and of its statement."""
