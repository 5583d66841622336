"""How the marks of an inner node come about from its children."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.cycles import Cycle, label
from pingyi.explain.parts import Step
from pingyi.explain.tables import Tables
from pingyi.plan import Component
from pingyi.plan.components import Joining, joining_of
from pingyi.rules.formulas import Formula, from_atoms, marks, plan_number, product, quotient, total


@dataclass(frozen=True, slots=True)
class Child:
    """A child as its parent counts it. own: its marks, None if missing; used: what stands for them."""

    component: Component
    full: Decimal | None
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
    inside = _joining(tables, one, unit, "cycle" if several else "year")
    if not inside:
        return []
    if several:
        return [_cycle(tables, one, unit, inside, cycle.id) for cycle in tables.plan.cycles[one.per]]
    return [_cycle(tables, one, unit, inside, "")]


def _joining(tables: Tables, one: Component, unit: str, how: Joining) -> list[Component]:
    """The children that exist for the unit and come in one way into the node."""
    children = [tables.plan.component(child) for child in one.of if (child, unit) in tables.marks]
    return [child for child in children if joining_of(tables.plan, one, child) == how]


def once(tables: Tables, one: Component, unit: str, steps: list[Step]) -> list[Step]:
    """The line of children that are scored once in a node of several cycles, after what the cycles come to."""
    children = [_child(tables, one, unit, child, "") for child in _joining(tables, one, unit, "once")]
    if not children or (steps and steps[-1].formula is None):
        return []
    missing = [child for child in children if child.own is None]
    said = "、".join(child.component.title for child in missing)
    if any(child.used is None for child in children):
        return [Step("", None, f"缺 {said}，不计分")]
    note = f"缺 {said}，{MISSING[one.missing]}" if missing else ""
    return [Step("全年一次的计入", total([*_reached(steps), *(child.said for child in children)]), note)]


def outside(tables: Tables, one: Component, unit: str, steps: list[Step]) -> list[Step]:
    """The line of children outside the full marks, added after all else, where the sum does not hold them already."""
    if not steps or steps[-1].formula is None or _adds_at_once(tables, one):
        return []
    beside = _beside(tables, one, unit)
    return [Step("另计", total([*_reached(steps), *beside]))] if beside else []


def _reached(steps: list[Step]) -> list[Formula]:
    return [marks(step.value) for step in steps[-1:] if step.value is not None]


def _beside(tables: Tables, one: Component, unit: str) -> list[Formula]:
    """Children outside the full marks that have marks; the others count nothing."""
    children = [_child(tables, one, unit, child, "") for child in _joining(tables, one, unit, "outside")]
    return [marks(child.own, child.component.title) for child in children if child.own is not None]


def _adds_at_once(tables: Tables, one: Component) -> bool:
    """Whether nothing stands between the sum of the children and what is added outside it."""
    return len(tables.plan.cycles[one.per]) == 1 and not (one.each_cycle or one.convert or _weighs(tables, one))


def _cycle(tables: Tables, one: Component, unit: str, children: list[Component], cycle: str) -> Cycle:
    found = [_child(tables, one, unit, child, cycle) for child in children]
    missing = [child for child in found if child.own is None]
    said = "、".join(child.component.title for child in missing)
    weighs = _weighs(tables, one)
    there = [child for child in found if child.used is not None and (child.weight or not weighs)]
    if missing and (one.missing == "not_ranked" or not there):
        return Cycle(cycle, (Step(cycle, None, f"缺 {said}，不计分"),))
    if any(child.used is None for child in missing) and one.missing == "mean_of_group":
        return Cycle(cycle, (Step(cycle, None, f"缺 {said}，同类别也没有可取平均的，不计分"),))
    note = f"缺 {said}，{MISSING[one.missing]}" if missing else ""
    if not there:
        return Cycle(cycle, (Step(cycle, None, "下级指标都没有权重，不计分"),))
    formula = _weighed(tables.scope[one.id, unit]["full_marks"], found) if weighs else _added(found)
    if _adds_at_once(tables, one):
        formula = total([formula, *_beside(tables, one, unit)])
    return Cycle(cycle, (Step(label(cycle), formula, note),))


MISSING = {
    "spread": "由其余各项按比例补足",
    "zero": "计 0 分",
    "mean_of_group": "按同类别平均分计",
    "not_ranked": "不计分",
}


def _weighs(tables: Tables, one: Component) -> bool:
    children = [tables.plan.component(child) for child in one.of]
    return any(child.weight is not None and not child.outside for child in children)


def _child(tables: Tables, one: Component, unit: str, child: Component, cycle: str) -> Child:
    scope = tables.scope[child.id, unit]
    rows = tables.part_marks.get((child.id, unit, cycle)) if cycle else tables.marks.get((child.id, unit))
    own = from_atoms(rows["exact"]) if rows else None
    used = own if own is not None else _stand_in(tables, one, unit, child, cycle)
    weight = Decimal(1) if scope["weight"] is None else scope["weight"]
    return Child(child, scope["full_marks"], weight, own, used)


def _stand_in(tables: Tables, one: Component, unit: str, child: Component, cycle: str) -> Fraction | None:
    if one.missing == "zero":
        return Fraction(0)
    category = tables.roster[unit]["category"] or ""
    return from_atoms(tables.group_means.get((one.id, child.id, cycle, category)))


def _added(children: list[Child]) -> Formula:
    """The sum; where a child is missing and its full marks are spread, the rest in proportion."""
    present = [child for child in children if child.used is not None]
    earned = total(child.said for child in present)
    expected = sum((child.full or Decimal(0) for child in children), Decimal(0))
    there = sum((child.full or Decimal(0) for child in present), Decimal(0))
    if len(present) == len(children) or not there:
        return earned
    return quotient(product(earned, plan_number(expected)), plan_number(there))


def _weighed(full: Decimal | None, children: list[Child]) -> Formula:
    """The children's marks, as shares of their full marks where these differ from the node's, by their weights."""
    present = [child for child in children if child.used is not None]
    whole = sum((child.weight for child in present), Decimal(0))
    return quotient(
        total(product(_of_full(full, child), plan_number(child.weight)) for child in present), plan_number(whole)
    )


def _of_full(full: Decimal | None, child: Child) -> Formula:
    if full is None or child.full is None or child.full == full:
        return child.said
    return product(quotient(child.said, plan_number(child.full)), plan_number(full))
