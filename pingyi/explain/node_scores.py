"""How marks of a node come about from those of its children."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.explanation_parts import Cycle, Step
from pingyi.plan import Component
from pingyi.plan.components import Joining, has_cycles, weighs_children
from pingyi.results.result_tables import ResultTables
from pingyi.rules.formulas import Formula, NotInOneRow, from_atoms, marks, nothing, total, total_there
from pingyi.rules.nodes import Child, Node
from pingyi.rules.transformation import OneRow, convert_in_row

MISSING = {
    "spread": "由其余各项按比例补足",
    "zero": "计 0 分",
    "mean_of_group": "按同类别平均分计",
    "not_ranked": "不计分",
}


Children = list[tuple[Component, Fraction | None]]
"""Children with what each gives; None where it is missing."""


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A node of one unit."""

    tables: ResultTables
    component: Component
    unit: str

    @property
    def rule(self) -> Node:
        """How it puts its children together."""
        full = self.tables.scope[self.component.id, self.unit]["full_marks"]
        return Node(full, weighs_children(self.tables.plan, self.component), self.component.missing)

    def children(self, how: Joining, cycle: str = "") -> Children:
        """The children that exist for the unit and come into the node in one way; cycle: of the node, else the year."""
        rows, named = (self.tables.part_marks, (cycle,)) if cycle else (self.tables.marks, ())
        every = (child for child, joins in self.tables.plan.children_of(self.component) if joins == how)
        there = [child for child in every if (child.id, self.unit) in self.tables.marks]
        found = [rows.get((child.id, self.unit, *named)) for child in there]
        return [(child, from_atoms(row["exact"]) if row else None) for child, row in zip(there, found, strict=True)]

    def count(self, child: Component, counted: Formula) -> Child:
        """A child with what is counted for it, and what that is worth for the unit."""
        scope = self.tables.scope[child.id, self.unit]
        return Child(counted, scope["full_marks"], Decimal(1) if scope["weight"] is None else scope["weight"])

    def roster_number(self, column: str) -> Fraction:
        """The number in a roster column of the unit."""
        return Fraction(self.tables.traits[self.unit, column])

    @property
    def adds_at_once(self) -> bool:
        """Whether nothing stands between the sum of the children and what is added outside it."""
        one = self.component
        return not (has_cycles(self.tables.plan, one) or one.each_cycle or one.convert or self.rule.weighs)


# ---------------------------------------------------------------- as it is explained


def explain_cycles(tables: ResultTables, component: Component, unit: str) -> list[Cycle]:
    """The node's marks: once, or for each cycle that it shares with its children."""
    node, cycles = UnitNode(tables, component, unit), [cycle.id for cycle in tables.plan.cycles[component.per]]
    if len(cycles) > 1:
        children = {cycle: node.children("cycle", cycle) for cycle in cycles}
    else:
        children = {"": node.children("year")}
    return [Cycle(cycle, (_join_cycle(node, inside, cycle),)) for cycle, inside in children.items() if inside]


def _join_cycle(node: UnitNode, inside: Children, cycle: str) -> Step:
    counted, (missing, note) = _count_children(node, inside, cycle), _note_missing(node, inside)
    joined = node.rule.join(counted)
    if joined.is_nothing:
        return Step(cycle, None, _why_nothing(node, counted, missing))
    outside = _name_outside(node) if node.adds_at_once else []
    return Step(cycle, joined.within(lambda inner: total_there([inner, *outside])).settled, note)


def _count_children(node: UnitNode, children: Children, cycle: str = "") -> list[Child]:
    """Children by name with what is counted for them: their own marks, or what stands in for those."""
    category, found = node.tables.roster[node.unit]["category"] or "", []
    for child, own in children:
        used = own
        if own is None and node.component.missing == "zero":
            used = Fraction(0)
        elif own is None:
            used = from_atoms(node.tables.group_means.get((node.component.id, child.id, cycle, category)))
        found.append(node.count(child, nothing() if used is None else marks(used, child.title)))
    return found


def _note_missing(node: UnitNode, children: Children) -> tuple[str, str]:
    """Which children are missing, and what that does to the node; both empty where none is."""
    missing = "、".join(child.title for child, own in children if own is None)
    return missing, f"缺 {missing}，{MISSING[node.component.missing]}" if missing else ""


def _why_nothing(node: UnitNode, counted: list[Child], missing: str) -> str:
    """Why the children come to no marks."""
    if not missing:
        return "下级指标都没有权重，不计分"
    there = any(not child.marks.is_nothing and (child.weight or not node.rule.weighs) for child in counted)
    alone = "，同类别也没有可取平均的" if there and node.component.missing == "mean_of_group" else ""
    return f"缺 {missing}{alone}，不计分"


def _name_outside(node: UnitNode) -> list[Formula]:
    """Children outside the full marks that have marks; the others count nothing."""
    return [marks(own, child.title) for child, own in node.children("outside") if own is not None]


def add_once(tables: ResultTables, component: Component, unit: str, reached: Step | None) -> list[Step]:
    """The line of children that are scored once in a node of several cycles, after what the cycles come to."""
    node = UnitNode(tables, component, unit)
    children = node.children("once")
    if not children or (reached and reached.formula is None):
        return []
    missing, note = _note_missing(node, children)
    once = node.rule.join_once(_count_children(node, children))
    if once.is_nothing:
        return [Step("", None, f"缺 {missing}，不计分")]
    return [Step("全年一次的计入", total_there([*_begin_sum(reached), once.settled]).settled, note)]


def add_outside(tables: ResultTables, component: Component, unit: str, reached: Step | None) -> list[Step]:
    """The line of children outside the full marks, added after all else, where the sum does not hold them already."""
    node = UnitNode(tables, component, unit)
    outside = _name_outside(node)
    if not outside or reached is None or reached.formula is None or node.adds_at_once:
        return []
    return [Step("另计", total([*_begin_sum(reached), *outside]))]


def _begin_sum(reached: Step | None) -> list[Formula]:
    """What the steps come to so far, as the beginning of a sum."""
    return [] if reached is None or reached.value is None else [marks(reached.value)]


# ---------------------------------------------------------------- as one formula

Show = Callable[[Component, Fraction | None], Formula]
"""How a child stands in a formula: by name, or in the cell that holds its marks; nothing where it is missing."""


def year_formula(node: UnitNode, show: Show, cycles: Formula | None = None) -> Formula:
    """The marks of a node that follow from those of its children, all in one.

    cycles: what stands for children that come in cycle by cycle. Raises: NotInOneRow where those, or a conversion,
    hang on more than the marks of the year of one unit.
    """
    inside, once, outside = (
        [node.count(child, show(child, own)) for child, own in node.children(how)]
        for how in ("year", "once", "outside")
    )
    rules = [*node.component.conversions("year")]
    if node.children("cycle"):
        if cycles is None:
            raise NotInOneRow
        joined = node.rule.join_once(once).within(lambda added: total_there([cycles, added]))
    elif once:
        joined = node.rule.join_once(once)
    elif inside:
        joined, rules = node.rule.join(inside), [*node.component.conversions("cycle"), *rules]
    else:
        joined = nothing()

    def finish(value: Formula) -> Formula:
        value = convert_in_row(value, (one.rule for one in rules), OneRow(node.roster_number))
        if outside and value.may_be_nothing:
            raise NotInOneRow
        return total_there([value, *(child.marks for child in outside)]) if outside else value

    return joined if joined.is_number else joined.within(finish)
