"""How marks of a node come about from those of its children."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.explanation_parts import Cycle, Step
from pingyi.explain.review_tables import Tables
from pingyi.plan import Component
from pingyi.plan.components import Joining, has_cycles, weighs_children
from pingyi.rules.formulas import Formula, NotInOneRow, from_atoms, marks, nothing, total_there
from pingyi.rules.nodes import Child, Node
from pingyi.rules.transformation import OneRow, convert_in_row

Show = Callable[[Component, Fraction | None], Formula]
"""How a child stands in a formula: by name, or in the cell that holds its marks; nothing where it is missing."""

MISSING = {
    "spread": "由其余各项按比例补足",
    "zero": "计 0 分",
    "mean_of_group": "按同类别平均分计",
    "not_ranked": "不计分",
}


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A node of one unit."""

    tables: Tables
    component: Component
    unit: str

    @property
    def rule(self) -> Node:
        """How it puts its children together."""
        full = self.tables.scope[self.component.id, self.unit]["full_marks"]
        return Node(full, weighs_children(self.tables.plan, self.component), self.component.missing)

    def children(self, how: Joining) -> list[Component]:
        """The children that exist for the unit and come into the node in one way."""
        of = self.tables.plan.children_of(self.component)
        return [child for child, joins in of if joins == how and (child.id, self.unit) in self.tables.marks]

    def own_marks(self, child: Component, cycle: str = "") -> Fraction | None:
        """What a child gives, in a cycle of the node or the year; None where it is missing."""
        row = (self.tables.part_marks if cycle else self.tables.marks).get(_key(child.id, self.unit, cycle))
        return from_atoms(row["exact"]) if row else None

    def count_child(self, child: Component, counted: Formula) -> Child:
        """The child with what is counted for it, and what that is worth for the unit."""
        scope = self.tables.scope[child.id, self.unit]
        return Child(counted, scope["full_marks"], Decimal(1) if scope["weight"] is None else scope["weight"])

    def roster_number(self, column: str) -> Fraction:
        """The number in a roster column of the unit."""
        return Fraction(self.tables.traits[self.unit, column])

    # ------------------------------------------------------------ as it is explained

    def counted_marks(self, child: Component, cycle: str = "") -> Formula:
        """A child by name with what is counted for it: its own marks, or what stands in for them."""
        found = self.own_marks(child, cycle)
        if found is None and self.component.missing == "zero":
            found = Fraction(0)
        elif found is None:
            category = self.tables.roster[self.unit]["category"] or ""
            found = from_atoms(self.tables.group_means.get((self.component.id, child.id, cycle, category)))
        return nothing() if found is None else marks(found, child.title)

    def outside(self) -> list[Formula]:
        """Children outside the full marks that have marks; the others count nothing."""
        found = ((child, self.own_marks(child)) for child in self.children("outside"))
        return [marks(own, child.title) for child, own in found if own is not None]

    @property
    def adds_at_once(self) -> bool:
        """Whether nothing stands between the sum of the children and what is added outside it."""
        one = self.component
        return not (has_cycles(self.tables.plan, one) or one.each_cycle or one.convert or self.rule.weighs)

    def missing_titles(self, how: Joining, cycle: str = "") -> tuple[str, str]:
        """Which children are missing, and what that does to the node; both empty where none is."""
        titles = (child.title for child in self.children(how) if self.own_marks(child, cycle) is None)
        missing = "、".join(titles)
        return missing, f"缺 {missing}，{MISSING[self.component.missing]}" if missing else ""


def _key(child: str, unit: str, cycle: str) -> tuple[str, ...]:
    return (child, unit, cycle) if cycle else (child, unit)


def explain_cycles(tables: Tables, component: Component, unit: str) -> list[Cycle]:
    """The node's marks: once, or for each cycle that it shares with its children."""
    node, cycles = UnitNode(tables, component, unit), [cycle.id for cycle in tables.plan.cycles[component.per]]
    how: Joining = "cycle" if len(cycles) > 1 else "year"
    if not node.children(how):
        return []
    return [Cycle(name, (_join_cycle(node, how, name),)) for name in (cycles if len(cycles) > 1 else [""])]


def _join_cycle(node: UnitNode, how: Joining, cycle: str) -> Step:
    counted = [node.count_child(child, node.counted_marks(child, cycle)) for child in node.children(how)]
    missing, note = node.missing_titles(how, cycle)
    joined = node.rule.join(counted)
    if joined.is_nothing:
        return Step(cycle, None, _why_nothing(node, counted, missing))
    outside = node.outside() if node.adds_at_once else []
    return Step(cycle, joined.within(lambda inside: total_there([inside, *outside])).settled, note)


def _why_nothing(node: UnitNode, counted: list[Child], missing: str) -> str:
    """Why the children come to no marks."""
    if not missing:
        return "下级指标都没有权重，不计分"
    there = any(not child.marks.is_nothing and (child.weight or not node.rule.weighs) for child in counted)
    if there and node.component.missing == "mean_of_group":
        return f"缺 {missing}，同类别也没有可取平均的，不计分"
    return f"缺 {missing}，不计分"


def add_once(tables: Tables, component: Component, unit: str, reached: Step | None) -> list[Step]:
    """The line of children that are scored once in a node of several cycles, after what the cycles come to."""
    node = UnitNode(tables, component, unit)
    children = node.children("once")
    if not children or (reached and reached.formula is None):
        return []
    missing, note = node.missing_titles("once")
    together = node.rule.join_once([node.count_child(child, node.counted_marks(child)) for child in children])
    if together.is_nothing:
        return [Step("", None, f"缺 {missing}，不计分")]
    added = together.within(lambda once: total_there([*_begin_sum(reached), once]))
    return [Step("全年一次的计入", added.settled, note)]


def add_outside(tables: Tables, component: Component, unit: str, reached: Step | None) -> list[Step]:
    """The line of children outside the full marks, added after all else, where the sum does not hold them already."""
    node = UnitNode(tables, component, unit)
    if reached is None or reached.formula is None or node.adds_at_once:
        return []
    outside = node.outside()
    return [Step("另计", total_there([*_begin_sum(reached), *outside]).settled)] if outside else []


def _begin_sum(reached: Step | None) -> list[Formula]:
    """What the steps come to so far, as the beginning of a sum."""
    return [] if reached is None or reached.value is None else [marks(reached.value)]


# ---------------------------------------------------------------- as one formula


def year_formula(node: UnitNode, show: Show, cycles: Formula | None = None) -> Formula:
    """The marks of a node that follow from those of its children, all in one.

    cycles: what stands for children that come in cycle by cycle. Raises: NotInOneRow where those, or a conversion,
    hang on more than the marks of the year of one unit.
    """
    inside, once, outside = (
        [node.count_child(child, show(child, node.own_marks(child))) for child in node.children(how)]
        for how in ("year", "once", "outside")
    )
    bonus, rules = [child.marks for child in outside], [*node.component.conversions("year")]
    if node.children("cycle"):
        if cycles is None:
            raise NotInOneRow
        joined = node.rule.join_once(once).within(lambda added: total_there([cycles, added]))
    elif once:
        joined = node.rule.join_once(once)
    else:
        joined = node.rule.join(inside) if inside else nothing()
        rules = [*node.component.conversions("cycle"), *rules]
    if joined.is_number:
        return joined

    def finish(value: Formula) -> Formula:
        value = convert_in_row(value, (one.rule for one in rules), OneRow(node.roster_number))
        if bonus and value.may_be_nothing:
            raise NotInOneRow
        return total_there([value, *bonus]) if bonus else value

    return joined.within(finish)
