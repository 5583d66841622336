"""How the marks of an inner node follow from the cells of its children: a formula, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pingyi.common import wording
from pingyi.explain.formula import fraction
from pingyi.explain.tables import Row, Tables
from pingyi.office.workbook import formula
from pingyi.office.workbook.formula import Term
from pingyi.plan import Component

IMPORTED = "由系统报送，不由下级指标合成"
BY_CYCLE = "各周期分别合成以后再合并，不能由全年得分写成公式"
MEAN = "缺下级指标，按同类别平均分计；平均分取自其他单位，不写成公式"
COMPARED = "换算不能只凭本行的数写成公式（如按名次给分）"
UNMEASURED = "尚未评价，不由下级指标合成"
NOTHING = "下级指标都不适用"
LAST_PLACE = "按未取舍的数合成，与本表公式的末位不同，写入算出的数"
"""Why a node's marks stand as a number."""

STORED = 15
"""Decimal places of a cell."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of one unit. at: the cell of a component in the unit's row."""

    tables: Tables
    component: Component
    unit: str
    at: Callable[[str], str]

    @property
    def children(self) -> list[Component]:
        """Children that exist for the unit."""
        plan = self.tables.plan
        return [plan.component(id) for id in self.component.of if (id, self.unit) in self.tables.scope]

    def cell(self, child: Component) -> Term:
        """The cell of a child with its marks."""
        row = self.tables.marks.get((child.id, self.unit))
        return formula.cell(self.at(child.id), stored(row) if row else None)

    def full(self, child: Component) -> Decimal:
        """Full marks of a child for this unit."""
        return self.tables.scope[child.id, self.unit]["full_marks"] or Decimal(0)

    def weight(self, child: Component) -> Decimal:
        """The child's share among its siblings for this unit."""
        weight: Decimal | None = self.tables.scope[child.id, self.unit]["weight"]
        return Decimal(1) if weight is None else weight

    def column(self, name: str) -> Decimal:
        """The number in a roster column of the unit."""
        return Decimal(self.tables.traits[self.unit, name])


def stored(row: Row) -> Decimal | None:
    """Marks as a cell stores them: as finely as a spreadsheet can, not as they are published."""
    exact = fraction(row["exact"])
    return None if exact is None else wording.rounded(exact, STORED)


def rolled(node: Node) -> Term | str:
    """The formula of the node's marks, or why they cannot be said as one."""
    if reason := _unsayable(node):
        return reason
    if not node.children:
        return NOTHING
    made = _whole(node)
    if made is None:
        return COMPARED
    marks = node.tables.marks[node.component.id, node.unit]["marks"]
    theirs = None if made.value is None else wording.rounded(made.value, formula.PLACES)
    return made if theirs == marks else LAST_PLACE


def _unsayable(node: Node) -> str:
    tables, one, key = node.tables, node.component, (node.component.id, node.unit)
    if tables.scope[key]["imported"]:
        return IMPORTED
    if tables.marks[key]["flag"] == "unmeasured":
        return UNMEASURED
    if len(tables.plan.cycles[one.per]) > 1 and any(child.per == one.per for child in node.children):
        return BY_CYCLE
    missing = any(node.cell(child).value is None for child in node.children)
    return MEAN if one.missing == "mean_of_group" and missing else ""


def _whole(node: Node) -> Term | None:
    """The children together, converted, and empty where the node has no marks."""
    (nothing, is_nothing), summed = _summed(node)
    converts = [*node.component.each_cycle, *node.component.convert]
    last = converts.pop().steps if converts and converts[-1].steps else None
    for convert in converts:
        made = formula.converted(summed, convert, node.column)
        if made is None:
            return None
        summed = made
    ended = formula.stepped(summed, last) if last else summed
    return formula.unless(nothing, is_nothing, ended) if nothing else ended


def _summed(node: Node) -> tuple[tuple[str, bool], Term]:
    """When the node is empty, and else the children added or weighed."""
    weighs = any(node.tables.plan.component(id).weight is not None for id in node.component.of)
    cells = [node.cell(child) for child in node.children]
    if node.component.missing == "spread":
        return _spread_weights(node) if weighs else _spread(node)
    nothing = ("", False) if node.component.missing == "zero" else formula.fewer(cells)
    if not weighs:
        return nothing, formula.total(cells)
    parts = [(node.cell(child), node.weight(child)) for child in node.children]
    return nothing, _mean(formula.weighed(parts), formula.constant(sum((weight for _, weight in parts), Decimal(0))))


def _mean(above: Term, below: Term) -> Term:
    return above if below.value == 1 else formula.quotient(above, below)


def _spread_weights(node: Node) -> tuple[tuple[str, bool], Term]:
    """Weighed children; the weights of those that are missing are spread over the others."""
    parts = [(node.cell(child), node.weight(child)) for child in node.children]
    there = formula.present(parts)
    return (f"{there.text}=0", not there.value), formula.quotient(formula.weighed(parts), there)


def _spread(node: Node) -> tuple[tuple[str, bool], Term]:
    """Added children; the full marks of those that are missing are spread over the others, outside ones aside."""
    inside = [(node.cell(child), node.full(child)) for child in node.children if not child.outside]
    outside = [node.cell(child) for child in node.children if child.outside]
    expected = sum((full for _, full in inside), Decimal(0))
    cells = [one for one, _ in inside]
    if not expected:
        return formula.fewer([*cells, *outside]), formula.total([*cells, *outside])
    there = formula.present(inside)
    nothing = f"{there.text}=0", not there.value
    spread = formula.quotient(formula.product(formula.total(cells), formula.constant(expected)), there)
    return nothing, formula.added(spread, formula.total(outside)) if outside else spread


def manner(tables: Tables, one: Component) -> str:
    """How a component comes about, in a few words: of a leaf its facts, of a node how its children are put together."""
    if not one.of:
        return wording.METHODS[one.method]
    weighs = any(tables.plan.component(child).weight is not None for child in one.of)
    more = "，再换算" if one.each_cycle or one.convert else ""
    return ("下级加权" if weighs else "下级相加") + more
