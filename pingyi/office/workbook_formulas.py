"""Formulas as a spreadsheet writes them, each beside the exact number that it comes to, and those of inner nodes.

Text and number grow together, so that a formula is written only where its number is known to be ours. Quotes are those
of a formula: `""` is an empty cell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.common import wording
from pingyi.common.wording import Numeric
from pingyi.plan import Component
from pingyi.results.result_tables import ResultTables, Row
from pingyi.rules.formulas import NotInOneRow, from_atoms, in_cell, write_number
from pingyi.rules.transformation import OneRow, Transformation

PLACES = 10
"""Decimal places of marks."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula. value: None where the cell is empty. loose: it needs brackets before it is multiplied."""

    text: str
    value: Fraction | None
    loose: bool = False

    @property
    def tight(self) -> str:
        """The text as a factor."""
        return f"({self.text})" if self.loose else self.text

    @property
    def number(self) -> Fraction:
        """The value as arithmetic takes it: an empty cell is zero."""
        return self.value or Fraction(0)


def cell_term(at: str, value: Decimal | None) -> Term:
    """A cell and what stands in it."""
    return Term(at, None if value is None else Fraction(value))


def constant_term(value: Numeric) -> Term:
    """A number of the plan."""
    return Term(write_number(value), Fraction(value), loose=value < 0)


def sum_cells(parts: Iterable[Term]) -> Term:
    """The sum of cells; empty ones count nothing."""
    parts = list(parts)
    return Term(f"SUM({','.join(one.text for one in parts)})", sum((one.number for one in parts), Fraction(0)))


def weighed_sum(parts: Iterable[tuple[Term, Numeric]]) -> Term:
    """Each cell times its weight, added; empty ones count nothing."""
    parts = list(parts)
    text = "+".join(f"N({one.text})*{constant_term(weight).tight}" for one, weight in parts)
    return Term(text, sum((one.number * Fraction(weight) for one, weight in parts), Fraction(0)), loose=True)


def present_weights(parts: Iterable[tuple[Term, Numeric]]) -> Term:
    """The weights of the cells that are not empty, added."""
    parts = list(parts)
    text = "+".join(f"{write_number(weight)}*ISNUMBER({one.text})" for one, weight in parts)
    there = (Fraction(weight) for one, weight in parts if one.value is not None)
    return Term(text, sum(there, Fraction(0)), loose=True)


def add_terms(*parts: Term) -> Term:
    """The parts added."""
    return Term("+".join(one.text for one in parts), sum((one.number for one in parts), Fraction(0)), loose=True)


def multiply_terms(one: Term, other: Term) -> Term:
    """one × other."""
    return Term(f"{one.tight}*{other.tight}", one.number * other.number)


def divide_terms(above: Term, below: Term) -> Term:
    """above ÷ below; nothing where below is zero."""
    value = above.number / below.number if below.number else None
    return Term(f"{above.tight}/({below.text})", value)


def round_term(one: Term, places: int = PLACES) -> Term:
    """Half away from zero (四舍五入)."""
    return Term(f"ROUND({one.text},{places})", Fraction(wording.rounded(one.number, places)))


def empty_if(nothing: str, is_nothing: bool, one: Term) -> Term:
    """The part, or an empty cell where the condition holds."""
    return Term(f'IF({nothing},"",{one.text})', None if is_nothing else one.value)


def missing_cells(parts: Sequence[Term]) -> tuple[str, bool]:
    """The condition that one of the cells is empty, and whether it holds."""
    missing = any(one.value is None for one in parts)
    return f"COUNT({','.join(one.text for one in parts)})<{len(parts)}", missing


def convert_term(one: Term, rule: Transformation, column: Callable[[str], Decimal]) -> Term | None:
    """What a conversion makes of a part; None where a formula of the same row cannot say it.

    column: the number in a roster column of the unit.
    """
    try:
        made = rule.formula(in_cell(one.tight, one.number), OneRow(column))
        return Term(made.cell_text, None if made.is_nothing else made.value, loose=made.sign in ("＋", "−"))
    except NotInOneRow:
        return None


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

    tables: ResultTables
    component: Component
    unit: str
    at: Callable[[str], str]

    @property
    def children(self) -> list[Component]:
        """Children that exist for the unit."""
        plan = self.tables.plan
        return [plan.component(id) for id in self.component.of if (id, self.unit) in self.tables.scope]

    def marks_cell(self, child: Component) -> Term:
        """The cell of a child with its marks."""
        row = self.tables.marks.get((child.id, self.unit))
        return cell_term(self.at(child.id), stored_marks(row) if row else None)

    def full_marks(self, child: Component) -> Decimal:
        """Full marks of a child for this unit."""
        return self.tables.scope[child.id, self.unit]["full_marks"] or Decimal(0)

    def child_weight(self, child: Component) -> Decimal:
        """The child's share among its siblings for this unit."""
        weight: Decimal | None = self.tables.scope[child.id, self.unit]["weight"]
        return Decimal(1) if weight is None else weight

    def roster_number(self, name: str) -> Decimal:
        """The number in a roster column of the unit."""
        return Decimal(self.tables.traits[self.unit, name])


def stored_marks(row: Row) -> Decimal | None:
    """Marks as a cell stores them: as finely as a spreadsheet can, not as they are published."""
    exact = from_atoms(row["exact"])
    return None if exact is None else wording.rounded(exact, STORED)


def node_formula(node: Node) -> Term | str:
    """The formula of the node's marks, or why they cannot be said as one."""
    if reason := _why_no_formula(node):
        return reason
    if not node.children:
        return NOTHING
    made = _converted_sum(node)
    if made is None:
        return COMPARED
    marks = node.tables.marks[node.component.id, node.unit]["marks"]
    theirs = None if made.value is None else wording.rounded(made.value, PLACES)
    return made if theirs == marks else LAST_PLACE


def _why_no_formula(node: Node) -> str:
    tables, one, key = node.tables, node.component, (node.component.id, node.unit)
    if tables.scope[key]["imported"]:
        return IMPORTED
    if tables.marks[key]["flag"] == "unmeasured":
        return UNMEASURED
    if len(tables.plan.cycles[one.per]) > 1 and any(child.per == one.per for child in node.children):
        return BY_CYCLE
    missing = any(node.marks_cell(child).value is None for child in node.children)
    return MEAN if one.missing == "mean_of_group" and missing else ""


def _converted_sum(node: Node) -> Term | None:
    """The children together, converted, and empty where the node has no marks."""
    (nothing, is_nothing), summed = _combine_children(node)
    rules = [convert.rule for convert in (*node.component.each_cycle, *node.component.convert)]
    for place, rule in enumerate(rules, start=1):
        may_be_empty = rule is not None and any(True for _ in rule.table())  # and nothing counts on with an empty cell
        made = convert_term(summed, rule, node.roster_number) if rule else None
        if made is None or (may_be_empty and place < len(rules)):
            return None
        summed = made
    return empty_if(nothing, is_nothing, summed) if nothing else summed


def _combine_children(node: Node) -> tuple[tuple[str, bool], Term]:
    """When the node is empty, and else the children added or weighed."""
    weighs = any(node.tables.plan.component(id).weight is not None for id in node.component.of)
    cells = [node.marks_cell(child) for child in node.children]
    if node.component.missing == "spread":
        return _spread_weights(node) if weighs else _spread_full_marks(node)
    nothing = ("", False) if node.component.missing == "zero" else missing_cells(cells)
    if not weighs:
        return nothing, sum_cells(cells)
    parts = [(node.marks_cell(child), node.child_weight(child)) for child in node.children]
    return nothing, _weighted_mean(weighed_sum(parts), constant_term(sum((weight for _, weight in parts), Decimal(0))))


def _weighted_mean(above: Term, below: Term) -> Term:
    return above if below.value == 1 else divide_terms(above, below)


def _spread_weights(node: Node) -> tuple[tuple[str, bool], Term]:
    """Weighed children; the weights of those that are missing are spread over the others."""
    parts = [(node.marks_cell(child), node.child_weight(child)) for child in node.children]
    there = present_weights(parts)
    return (f"{there.text}=0", not there.value), divide_terms(weighed_sum(parts), there)


def _spread_full_marks(node: Node) -> tuple[tuple[str, bool], Term]:
    """Added children; the full marks of those that are missing are spread over the others, outside ones aside."""
    inside = [(node.marks_cell(child), node.full_marks(child)) for child in node.children if not child.outside]
    outside = [node.marks_cell(child) for child in node.children if child.outside]
    expected = sum((full for _, full in inside), Decimal(0))
    cells = [one for one, _ in inside]
    if not expected:
        return missing_cells([*cells, *outside]), sum_cells([*cells, *outside])
    there = present_weights(inside)
    nothing = f"{there.text}=0", not there.value
    spread = divide_terms(multiply_terms(sum_cells(cells), constant_term(expected)), there)
    return nothing, add_terms(spread, sum_cells(outside)) if outside else spread


def describe_manner(tables: ResultTables, one: Component) -> str:
    """How a component comes about, in a few words: of a leaf its facts, of a node how its children are put together."""
    if not one.of:
        return wording.METHODS[one.method]
    weighs = any(tables.plan.component(child).weight is not None for child in one.of)
    more = "，再换算" if one.each_cycle or one.convert else ""
    return ("下级加权" if weighs else "下级相加") + more
