"""Aggregations: how the cycles of a component make one year, kind by kind.

A kind is one module of this folder and the statement of the same name beside it, as with transformations.
"""

from importlib import import_module
from pathlib import Path

from pingyi.rules.aggregation import Aggregation

AGGREGATIONS: dict[str, Aggregation] = {
    name: import_module(f"{__name__}.{name}").KIND()
    for name in sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    if name != "__init__"
}
"""Every kind by its name in a plan: that of its module and of its statement."""
