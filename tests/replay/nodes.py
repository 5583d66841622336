"""An inner node worked out from the published marks of its children."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from pingyi.plan import Component
from pingyi.plan.base import of_category
from tests.replay.leaf import one_step, rounded

Marks = dict[tuple[str, str], Decimal | None]
"""Published marks by component and unit."""
Roster = dict[str, dict[str, Any]]


def exists(one: Component, row: dict[str, Any]) -> bool:
    """Whether the component exists for a unit."""
    return all((row.get(name) or "") in wanted for name, wanted in one.units.items())


def imported(one: Component, row: dict[str, Any]) -> bool:
    """Whether a unit brings its marks for the component along."""
    return bool(one.imported) and all((row.get(name) or "") in wanted for name, wanted in one.imported.items())


def marks(plan: Any, one: Component, roster: Roster, published: Marks) -> Marks:
    """The node's marks for every unit that the published marks know it for and that does not bring them along."""
    units = [unit for component, unit in published if component == one.id and not imported(one, roster[unit])]
    values = {unit: _value(plan, one, unit, roster, published) for unit in units}
    for step in one.convert:
        others = [value for value in values.values() if value is not None]
        values = {
            unit: None if value is None else one_step(step, value, others, roster[unit])
            for unit, value in values.items()
        }
    return {(one.id, unit): rounded(value) for unit, value in values.items()}


def _value(plan: Any, one: Component, unit: str, roster: Roster, published: Marks) -> Fraction | None:
    children = [plan.component(child) for child in one.of]
    assert not one.each_cycle
    assert all(len(plan.cycles[one.per]) == 1 or child.per != one.per for child in children)
    children = [child for child in children if exists(child, roster[unit])]
    used: dict[str, Fraction | None] = {}
    for child in children:
        found = published.get((child.id, unit))
        used[child.id] = _stand_in(one, child, unit, roster, published) if found is None else Fraction(found)
    category = roster[unit]["category"] or ""
    weighs = any(plan.component(child).weight is not None for child in one.of)
    weights = {c.id: Fraction(1 if (w := of_category(c.weight, category)) is None else w) for c in children}
    there = {child.id: value for child in children if (value := used[child.id]) is not None}
    if len(there) < len(children) and one.missing != "spread":
        return None
    if weighs:
        whole = sum(weights[child] for child in there)
        return sum(weights[child] * value for child, value in there.items()) / whole if whole else None
    if len(there) == len(children):
        return sum(there.values(), Fraction(0))
    return _spread(children, there, category)


def _spread(children: list[Component], there: dict[str, Fraction], category: str) -> Fraction | None:
    inside = {child.id: Fraction(of_category(child.full, category)) for child in children if not child.outside}
    present = sum((full for child, full in inside.items() if child in there), Fraction(0))
    earned = sum((there[child] for child in inside if child in there), Fraction(0))
    beside = sum((value for child, value in there.items() if child not in inside), Fraction(0))
    return earned * sum(inside.values()) / present + beside if present else None


def _stand_in(one: Component, child: Component, unit: str, roster: Roster, published: Marks) -> Fraction | None:
    if one.missing == "zero":
        return Fraction(0)
    if one.missing != "mean_of_group":
        return None
    category = roster[unit]["category"]
    alike = [other for component, other in published if component == one.id and not imported(one, roster[other])]
    found = [published.get((child.id, other)) for other in alike if roster[other]["category"] == category]
    values = [Fraction(value) for value in found if value is not None]
    return sum(values, Fraction(0)) / len(values) if values else None
