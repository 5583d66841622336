"""For which units a component exists: by category, where full marks or weights name some, and by columns (`for`).

Units are taken by kind: one kind is one combination of the values that tell the components in question apart.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, Traits
from pingyi.plan.columns import closed_columns

CATEGORY, MANAGEMENT, SYSTEM = "category", "management", "system"
OTHER = ""
"""Any other value of a column whose values the plan does not name, the empty cell among them."""

MANY = 4096
"""Kinds that are looked at one by one; a plan of more is left to its run."""

Kind = dict[str, str]
"""Column → value."""


def kinds(plan: Plan, components: Iterable[Component]) -> Iterator[Kind]:
    """Every kind of unit that these components tell apart."""
    columns = _columns(plan, list(components))
    if prod(len(values) for values in columns.values()) <= MANY:
        for combination in product(*columns.values()):
            kind = dict(zip(columns, combination, strict=True))
            if not _of_nothing(kind):
                yield kind


def _columns(plan: Plan, components: list[Component]) -> dict[str, list[str]]:
    """The columns that tell them apart, with the values that matter."""
    closed, columns = closed_columns(plan), dict[str, list[str]]()
    if any(_by_category(one) for one in components):
        columns[CATEGORY] = closed[CATEGORY]
    for traits in (traits for one in components for traits in (one.units, one.imported)):
        for column, values in traits.items():
            known = columns.get(column, closed.get(column, [OTHER]))
            columns[column] = list(dict.fromkeys([*known, *values]))
    if {CATEGORY, MANAGEMENT} & set(columns):
        columns.setdefault(SYSTEM, closed[SYSTEM])
    return columns


def _of_nothing(kind: Kind) -> bool:
    """Only units of a system may lack category and management."""
    return kind.get(SYSTEM, "") == "" and OTHER in (kind.get(CATEGORY), kind.get(MANAGEMENT))


def _by_category(one: Component) -> bool:
    return any(isinstance(value, dict) and set(value) != {ELSE} for value in (one.full, one.weight))


def exists(one: Component, kind: Kind) -> bool:
    """Whether the component exists for units of this kind (lists apart)."""
    category = kind.get(CATEGORY, OTHER)
    named = all(category in value or ELSE in value for value in (one.full, one.weight) if isinstance(value, dict))
    return named and fits(one.units, kind)


def brings(one: Component, kind: Kind) -> bool:
    """Whether units of this kind bring the component's marks with them."""
    return bool(one.imported) and fits(one.imported, kind)


def fits(traits: Traits, kind: Kind) -> bool:
    """Whether the kind has one of the values wanted in each column."""
    return all(kind.get(column, OTHER) in values for column, values in traits.items())


def spoken(kind: Kind) -> str:
    """A kind as a message names it: empty where nothing tells units apart."""
    said = "、".join(f"{column} {value or '空'}" for column, value in kind.items())
    return f"（{said}）" if said else ""
