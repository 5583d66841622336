"""Cells that a spreadsheet works out again: marks of nodes from those of their children, of ratings from the votes.

A formula is written only where its number is ours; elsewhere the number stands, with the reason.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pingyi.common import wording
from pingyi.explain.node_scores import UnitNode, year_formula
from pingyi.office.sheet_writer import Live, Noted
from pingyi.plan import Component
from pingyi.plan.components import weighs_children
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables, Row
from pingyi.rules.formulas import Formula, NotInOneRow, from_atoms, in_cell, product, rounded_to, unless_zero
from pingyi.rules.leaves import AS_THEY_ARE, count_valued, rate_levels, share_with_mean

PLACES = 10
"""Decimal places of marks."""

STORED = 15
"""Decimal places of a cell."""

At = Callable[[str], str]
"""The cell of a column in the row of a unit."""

# ---------------------------------------------------------------- nodes

IMPORTED = "由系统报送，不由下级指标合成"
BY_CYCLE = "各周期分别合成以后再合并，不能由全年得分写成公式"
MEAN = "缺下级指标，按同类别平均分计；平均分取自其他单位，不写成公式"
COMPARED = "换算不能只凭本行的数写成公式（如按名次给分）"
UNMEASURED = "尚未评价，不由下级指标合成"
NOTHING = "下级指标都不适用"
UNWEIGHED = "下级指标都没有权重"
LAST_PLACE = "按未取舍的数合成，与本表公式的末位不同，写入算出的数"
"""Why a node's marks stand as a number."""


def stored_marks(row: Row) -> Decimal | None:
    """Marks as a cell stores them: as finely as a spreadsheet can, not as they are published."""
    return _store(from_atoms(row["exact"]))


def _store(exact: Fraction | None) -> Decimal | None:
    return None if exact is None else wording.rounded(exact, STORED)


def node_cell(node: UnitNode, at: At) -> Live | Noted:
    """A node's marks as the formula that leads to them from the cells of its children, or why there is none."""
    row = node.tables.marks[node.component.id, node.unit]
    marks = stored_marks(row)
    if reason := _why_no_formula(node, row):
        return Noted(marks, reason)
    try:
        made = year_formula(node, lambda child, own: in_cell(at(child.id), _store(own)))
        text = made.cell_text
    except NotInOneRow:
        return Noted(marks, COMPARED)
    if made.is_number:
        return Noted(marks, UNWEIGHED)
    if _comes_to(made, row["marks"]):
        return Live(text, marks)
    return Noted(marks, wording.flags(row["flag"]) if marks is None else LAST_PLACE)


def _comes_to(made: Formula, published: Decimal | None) -> bool:
    """Whether a formula gives the marks that are published, or none where none are."""
    return (None if made.is_nothing else wording.rounded(made.value, PLACES)) == published


def _why_no_formula(node: UnitNode, row: Row) -> str:
    inside = [*node.children("year"), *node.children("once")]
    if node.tables.scope[node.component.id, node.unit]["imported"]:
        return IMPORTED
    if row["flag"] == "unmeasured":
        return UNMEASURED
    if node.children("cycle"):
        return BY_CYCLE
    if not inside:
        return NOTHING
    missing = any(own is None for _, own in inside)
    return MEAN if node.component.missing == "mean_of_group" and missing else ""


def describe_manner(tables: ResultTables, one: Component) -> str:
    """How a component comes about, in a few words: of a leaf its facts, of a node how its children are put together."""
    if not one.of:
        return wording.METHODS[one.method]
    more = "，再换算" if one.each_cycle or one.convert else ""
    return ("下级加权" if weighs_children(tables.plan, one) else "下级相加") + more


# ---------------------------------------------------------------- votes

WEIGHED = "方案对评价人类别或内容加权，或先按评价人平均，不能由本行票数写成公式"
FROM_EXACT = "由未取舍的数折算，末位与本行的公式不同，写入算出的数"
"""Why a row's marks stand as a number."""


def own_cell(rule: Ratings, row: Mapping[str, Any], at: At) -> Live | Noted | None:
    """The unit's own marks as a formula, where the plan weighs nothing and takes no means of means.

    row: of `rating_marks`, with the votes of each level; empty without votes.
    """
    own: Decimal | None = row["own"]
    weights = [*rule.groups.values(), *rule.items.values()]
    if rule.mean_first is not None or any(weight is not None for weight in weights):
        return own if own is None else Noted(own, WEIGHED)
    votes = {level: in_cell(at(f"level {level}"), row["levels"].get(level, 0)) for level in rule.levels}
    rate, full = rate_levels(rule.levels, rule.out_of, votes), in_cell(at("full_marks"), row["full_marks"] or 0)
    made = unless_zero(rounded_to(product(rate, full), PLACES), count_valued(rule.levels, votes))
    return Live(made.cell_text, own) if _comes_to(made, own) else Noted(own, FROM_EXACT)


def ruled_cell(row: Mapping[str, Any], at: At) -> Live | Noted | Decimal | None:
    """What the rule for few votes makes of the unit's own marks."""
    ours: Decimal | None = row["marks"]
    own, mean = (in_cell(at(name), row[name]) for name in ("own", "mean"))
    if row["rule"] in AS_THEY_ARE:
        return Live(own.cell, ours)
    if row["rule"] == "none_mean" and not mean.is_nothing:
        return Live(mean.cell, ours)
    if row["rule"] != "few" or own.is_nothing or mean.is_nothing:
        return ours
    made = rounded_to(share_with_mean(own, mean, in_cell(at("own_share"), row["own_share"])), PLACES)
    return Live(made.cell_text, ours) if _comes_to(made, ours) else Noted(ours, FROM_EXACT)
