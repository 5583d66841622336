"""The columns of the roster that a plan may name, and what is known of their values beforehand."""

from pingyi.common.codebook import codebook
from pingyi.plan import Component, Plan

NO_TRAITS = ("unit", "name")
"""Columns by which nobody is grouped: they tell units apart."""


def roster_columns(plan: Plan) -> list[str]:
    """Columns that rules may name: the glossary's and the plan's own."""
    own = [name for name in codebook().facts["units"].names if name not in NO_TRAITS]
    return [*own, *plan.units.columns]


def closed_columns(plan: Plan) -> dict[str, list[str]]:
    """Columns whose values the plan names, with these values; a cell may be empty too."""
    units = plan.units
    known = {"category": units.categories, "management": units.management, "system": list(units.systems)}
    return {column: [*values, ""] for column, values in known.items()}


def number_columns(plan: Plan) -> dict[str, list[tuple[Component, bool]]]:
    """Columns that hold numbers → the components that count with them, and whether they divide by them."""
    found: dict[str, list[tuple[Component, bool]]] = {}
    for one in plan.components:
        for step in (*one.each_cycle, *one.convert):
            column = step.per or step.times_column
            if column is not None:
                found.setdefault(column, []).append((one, step.per is not None))
    return found
