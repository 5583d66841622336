"""How the marks of an inner node come about from its children."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.cycles import Cycle
from pingyi.explain.formula import Formula, fraction, marks, product, quotient, rule, total
from pingyi.explain.parts import Step
from pingyi.explain.tables import Tables
from pingyi.plan import Component


@dataclass(frozen=True, slots=True)
class Child:
    """A child as its parent counts it. own: its marks, None if missing; used: what stands for them."""

    component: Component
    full: Decimal
    weight: Decimal
    own: Fraction | None
    used: Fraction | None

    @property
    def said(self) -> Formula:
        """The child by name, with what is counted for it."""
        assert self.used is not None
        return marks(self.used, self.component.title)


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The node's marks: once, or for each cycle that it shares with its children."""
    several = len(tables.plan.cycles[one.per]) > 1
    children = [tables.plan.component(child) for child in one.of if (child, unit) in tables.scope]
    apart = [child for child in children if several and child.per == one.per]
    begun = [_cycle(tables, one, unit, apart, cycle.id) for cycle in tables.plan.cycles[one.per] if apart]
    once = [child for child in children if child not in apart]
    return [*([_cycle(tables, one, unit, once, "")] if once else []), *begun]


def _cycle(tables: Tables, one: Component, unit: str, children: list[Component], cycle: str) -> Cycle:
    found = [_child(tables, one, unit, child, cycle) for child in children]
    missing = [child for child in found if child.own is None]
    said = "、".join(child.component.title for child in missing)
    if missing and (one.missing == "not_ranked" or all(child.used is None for child in found)):
        return Cycle(cycle, (Step(cycle, None, f"缺 {said}，不计分"),))
    if any(child.used is None for child in missing) and one.missing == "mean_of_group":
        return Cycle(cycle, (Step(cycle, None, f"缺 {said}，同类别也没有可取平均的，不计分"),))
    note = f"缺 {said}，{MISSING[one.missing]}" if missing else ""
    formula = _weighed(found) if _weighs(tables, one) else _added(found)
    return Cycle(cycle, (Step(cycle, formula, note),))


MISSING = {
    "spread": "由其余各项按比例补足",
    "zero": "计 0 分",
    "mean_of_group": "按同类别平均分计",
    "not_ranked": "不计分",
}


def _weighs(tables: Tables, one: Component) -> bool:
    return any(tables.plan.component(child).weight is not None for child in one.of)


def _child(tables: Tables, one: Component, unit: str, child: Component, cycle: str) -> Child:
    scope = tables.scope[child.id, unit]
    own = _value(tables, child.id, unit, cycle)
    used = own if own is not None else _stand_in(tables, one, unit, child, cycle)
    weight = Decimal(1) if scope["weight"] is None else scope["weight"]
    return Child(child, scope["full_marks"] or Decimal(0), weight, own, used)


def _value(tables: Tables, child: str, unit: str, cycle: str) -> Fraction | None:
    if cycle:
        row = tables.cycle_marks.get((child, unit, cycle))
        return fraction(row["exact"]) if row else None
    row = tables.marks.get((child, unit))
    return Fraction(row["marks"]) if row and row["marks"] is not None else None


def _stand_in(tables: Tables, one: Component, unit: str, child: Component, cycle: str) -> Fraction | None:
    if one.missing == "zero":
        return Fraction(0)
    if one.missing != "mean_of_group":
        return None
    category = tables.roster[unit]["category"]
    play = [str(other) for component, other in tables.marks if component == one.id]
    alike = [other for other in play if tables.roster[other]["category"] == category]
    expected = [other for other in alike if _expects(tables, one, child, other)]
    values = [value for other in expected if (value := _value(tables, child.id, other, cycle)) is not None]
    return sum(values, Fraction(0)) / len(values) if values else None


def _expects(tables: Tables, one: Component, child: Component, unit: str) -> bool:
    return (child.id, unit) in tables.scope and not tables.scope[one.id, unit]["imported"]


def _added(children: list[Child]) -> Formula:
    """The sum; where a child is missing and its full marks are spread, the rest in proportion."""
    present = [child for child in children if child.used is not None]
    inside = [child for child in children if not child.component.outside]
    expected = sum((child.full for child in inside), Decimal(0))
    there = sum((child.full for child in inside if child.used is not None), Decimal(0))
    if len(present) == len(children) or expected == there:
        return total(child.said for child in present)
    earned = total(child.said for child in present if not child.component.outside)
    spread = quotient(product(earned, rule(expected)), rule(there))
    return total([spread, *(child.said for child in present if child.component.outside)])


def _weighed(children: list[Child]) -> Formula:
    present = [child for child in children if child.used is not None]
    whole = sum((child.weight for child in present), Decimal(0))
    return quotient(total(product(child.said, rule(child.weight)) for child in present), rule(whole))
