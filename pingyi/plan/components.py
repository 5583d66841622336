"""The tree of components: inner nodes add or weigh their children, over cycles; leaves are scored from facts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from pingyi.plan.converts import Convert
from pingyi.plan.events import Events
from pingyi.plan.marks import Marks, Measures
from pingyi.plan.order import Order
from pingyi.plan.ratings import Ratings
from pingyi.plan.score_ranges import Ranges
from pingyi.plan.tables import Rows, each_trait, fields_of, plan_table
from pingyi.plan.units import CATEGORY, Kind, brings_marks, describe_kind, exists_for_kind, unit_kinds, unknown_traits
from pingyi.rules.aggregation import Aggregation
from pingyi.rules.aggregations import AGGREGATIONS
from pingyi.rules.base import (
    ELSE,
    Day,
    Found,
    Frozen,
    Id,
    Inconsistency,
    Named,
    Number,
    PerCategory,
    Traits,
    Weight,
    of_category,
)
from pingyi.rules.spans import ZERO, exceeds, plain_number

if TYPE_CHECKING:
    from pingyi.plan import Plan

METHODS = ("ratings", "marks", "events", "measures")

Rule = Ratings | Marks | Events | Measures
"""How a leaf is scored."""


class Cycle(Frozen):
    """One window in which something is scored; both days included."""

    id: Id
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    clause: str = ""

    def lies_within(self, wider: Cycle) -> bool:
        """Whether all its days are days of the other."""
        return wider.start <= self.start and self.end <= wider.end


if TYPE_CHECKING:
    OverCycles = str
else:
    OverCycles = Literal[tuple(AGGREGATIONS)]


class Component(Named):
    """A node of the score tree.

    full: full marks (分), one number or one for each category. weight: share among siblings, if the parent weighs.
    outside: not part of the parent's full marks (bonus). of: the children; without it the node is a leaf of one method.
    per: the cycle set in which it is evaluated; cycle_full: full marks of each cycle; over_cycles: how cycles combine
        (`weights` uses cycle_full as weights).
    cycle_missing: what mean, best and last make of a cycle without marks: left out, zero, or no marks for the year;
        always flagged. A sum (or weights) of which one cycle has no marks has none.
    each_cycle, convert: conversions of each cycle's marks, and of the combined marks.
    missing: what a missing child does to this node: its weight is spread, it counts zero, the mean of the unit's
        category stands in, or the unit is not ranked. Every use is flagged in the result.
    unmeasured: what a leaf gives a unit for which no fact has come in so far: its full marks (flagged, so that it is
        told from full marks that were earned), or no marks. Absent: as the leaf's method says.
    units: roster columns and values for which the node exists; listed: only for units of these lists.
    imported: units of these columns and values bring this node's marks with them (facts `marks`, method = this id).
    """

    SECTION = "components"

    full: PerCategory | None = None
    weight: Annotated[dict[str, Weight] | Weight | None, Field()] = None
    outside: bool = False
    of: list[Id] = []
    ratings: Ratings | None = None
    marks: Marks | None = None
    events: Events | None = None
    measures: Measures | None = None
    per: Id = "year"
    cycle_full: dict[str, Number] = {}
    over_cycles: OverCycles = "sum"
    cycle_missing: Literal["left_out", "zero", "not_scored"] = "left_out"
    each_cycle: list[Convert] = []
    convert: list[Convert] = []
    missing: Literal["spread", "zero", "mean_of_group", "not_ranked"] = "not_ranked"
    unmeasured: Literal["full", "missing"] | None = None
    units: Annotated[Traits, Field(alias="for")] = {}
    listed: list[Id] = []
    imported: Traits = {}

    @model_validator(mode="after")
    def _leaf_or_node(self) -> Component:
        kinds = [method for method in METHODS if getattr(self, method) is not None]
        if len(kinds) + bool(self.of) != 1:
            raise ValueError("一个指标要么由下级组成（of），要么按 ratings、marks、events、measures 之一计分")
        return self

    @property
    def method(self) -> str:
        """How it is scored: ratings, marks, events or measures, or `node`."""
        return next((method for method in METHODS if getattr(self, method) is not None), "node")

    @property
    def rule(self) -> Rule | None:
        """What a leaf is scored by; None for a node."""
        return self.ratings or self.marks or self.events or self.measures

    def conversions(self, phase: str) -> list[Convert]:
        """What the marks of each `cycle`, or those of the `year`, go through."""
        return self.each_cycle if phase == "cycle" else self.convert

    @property
    def aggregation(self) -> Aggregation:
        """How its cycles make one year."""
        return AGGREGATIONS[self.over_cycles]

    @property
    def pools_votes(self) -> bool:
        """Whether the votes of all its cycles are scored together."""
        return self.ratings is not None and self.ratings.score_per == "year"

    @property
    def may_be_emptied(self) -> bool:
        """Whether a veto may take all its marks."""
        return self.events is not None and self.events.may_empty

    @property
    def values_by_category(self) -> list[dict[str, Decimal]]:
        """Full marks and weight, where they are written by category."""
        return [value for value in (self.full, self.weight) if isinstance(value, dict)]

    def names_category(self, category: str) -> bool:
        """Whether full marks and weight are said for a category, or for the rest; elsewhere the node does not exist."""
        return all(category in value or ELSE in value for value in self.values_by_category)

    def is_for_category(self, category: str) -> bool:
        """Whether `for` leaves it to units of a category."""
        return CATEGORY not in self.units or category in self.units[CATEGORY]


Joining = Literal["year", "cycle", "once", "outside"]
"""How a child comes into a node.

year: with its marks of the year, in a node that is evaluated once. cycle: in each of the node's cycles with what it
earned in it. once: with its marks of the year, added when the node's cycles are combined. outside: with its marks of
the year, added when the node is converted.
"""


def joining_of(plan: Plan, node: Component, child: Component) -> Joining:
    """How a child comes into a node."""
    if child.outside:
        return "outside"
    if len(plan.cycles[node.per]) == 1:
        return "year"
    return "once" if is_scored_once(plan, child) else "cycle"


def is_scored_once(plan: Plan, one: Component) -> bool:
    """Whether a component has one value for the year."""
    return len(scored_cycles(plan, one)) == 1


def scored_cycles(plan: Plan, one: Component) -> list[str]:
    """The cycles in which a component is scored; the empty name where it is scored once.

    A leaf of one cycle keeps its name; a node of one cycle, and votes that are pooled over the year, have none.
    """
    cycles = [cycle.id for cycle in plan.cycles[one.per]]
    return [""] if one.pools_votes or (one.of and len(cycles) == 1) else cycles


def has_cycles(plan: Plan, one: Component) -> bool:
    """Whether the component is evaluated in more than one cycle."""
    return len(plan.cycles[one.per]) > 1


def children_inside(plan: Plan, one: Component) -> list[Component]:
    """Children that count within the full marks."""
    return [child for child in map(plan.component, one.of) if not child.outside]


def weighs_children(plan: Plan, one: Component) -> bool:
    """Whether the node weighs its children: one inside its full marks has a weight."""
    return any(child.weight is not None for child in children_inside(plan, one))


@plan_table(
    "plan_components",
    "component, name, parent, joins, position integer, method, turn integer, outside yes_no, weighs yes_no, per, "
    "over_cycles, needs_all_cycles yes_no, cycles_add_up yes_no, cycle_missing, missing, unmeasured, limited yes_no, "
    "clause, says",
)
def _component_rows(plan: Plan) -> Rows:
    order, parents = Order(plan), plan.parents
    copied = ("method", "outside", "per", "over_cycles", "cycle_missing", "missing", "unmeasured", "clause", "says")
    for place, one in enumerate(plan.components):
        row = {"component": one.id, "name": one.title, "position": place, "turn": order.turns["component", one.id]}
        row |= {"limited": bool(one.listed), **fields_of(one, *copied)}
        row |= {"needs_all_cycles": one.aggregation.needs_all, "cycles_add_up": one.aggregation.adds_up}
        if parent := parents.get(one.id):
            row |= {"parent": parent.id, "joins": joining_of(plan, parent, one)}
        yield row | {"weighs": any(plan.component(child).weight is not None for child in one.of)}


@plan_table("plan_full", "component, category, full_marks decimal, weight decimal")
def _full_rows(plan: Plan) -> Rows:
    """One row for each component and category: full marks and weight there; nothing where it does not exist there."""
    for one in plan.components:
        for category in filter(one.names_category, [*plan.units.categories, ""]):
            yield one.id, category, of_category(one.full, category), of_category(one.weight, category)


@plan_table("plan_component_traits", "component, use, trait, value")
def _component_trait_rows(plan: Plan) -> Rows:
    for one in plan.components:
        for use, traits in (("for", one.units), ("imported", one.imported)):
            yield from ((one.id, use, *pair) for pair in each_trait(traits))


@plan_table("plan_component_lists", "component, list")
def _component_list_rows(plan: Plan) -> Rows:
    yield from ((one.id, name) for one in plan.components for name in one.listed)


@plan_table("plan_cycles", "component, cycle, position integer, starts date, ends date, full_marks decimal")
def _cycle_rows(plan: Plan) -> Rows:
    for one in plan.components:
        for place, cycle in enumerate(plan.cycles[one.per]):
            yield one.id, cycle.id, place, cycle.start, cycle.end, one.cycle_full.get(cycle.id)


@plan_table("plan_cycle_parts", "component, cycle, part, position integer, starts date, full_marks decimal")
def _cycle_part_rows(plan: Plan) -> Rows:
    """Which cycles of a component are combined: all of them for the year (part: empty), and those of each cycle of the
    node above it that looks at it by cycle.
    """
    parents = plan.parents
    for one in plan.components:
        above = parents.get(one.id)
        wider = plan.cycles[above.per] if above and joining_of(plan, above, one) == "cycle" else []
        for place, name in enumerate(scored_cycles(plan, one)):
            cycle = plan.cycles[one.per][place]
            for part in ["", *(outer.id for outer in wider if cycle.lies_within(outer))]:
                yield one.id, name, part, place, cycle.start, one.cycle_full.get(name)


@plan_table("plan_ancestors", "component, ancestor, depth integer")
def _ancestor_rows(plan: Plan) -> Rows:
    """A component, and every node above it; depth counts the steps up, from 0 for itself."""
    parents = plan.parents
    for one in plan.components:
        above, depth = one, 0
        yield one.id, one.id, 0
        while parent := parents.get(above.id):
            above, depth = parent, depth + 1
            yield one.id, above.id, depth


def components_name_what_exists(plan: Plan) -> Found:
    ids, lists = [one.id for one in plan.components], [one.id for one in plan.every_list]
    for one in plan.components:
        yield from one.unknown_names("of", one.of, ids, "指标")
        yield from one.unknown_names("listed", one.listed, lists, "名单")
        yield from one.unknown_names("per", [one.per], plan.cycles, "周期")
        if one.per in plan.cycles:
            known = [cycle.id for cycle in plan.cycles[one.per]]
            yield from one.unknown_names("cycle_full", one.cycle_full, known, "周期")
        for path, traits in _traits_named(one):
            yield from unknown_traits(plan, f"{one.path}.{path}", traits)
        for key, by_category in _values_named_by_category(one):
            yield from one.unknown_names(key, set(by_category) - {ELSE}, plan.units.categories, "类别")


def _traits_named(one: Component) -> Iterator[tuple[str, Traits]]:
    """Everything of a component that names units by columns of the roster."""
    yield "for", one.units
    yield "imported", one.imported
    for channel in one.ratings.channels if one.ratings else ():
        yield f"ratings.channels.{channel.id}.for", channel.units
    for name, marker in one.marks.markers.items() if one.marks else ():
        yield f"marks.markers.{name}.for", marker.units


def _values_named_by_category(one: Component) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything of a component that may differ by category."""
    groups = one.ratings.groups if one.ratings else {}
    values: dict[str, Any] = {"full": one.full, "weight": one.weight}
    values |= {f"ratings.groups.{name}": weight for name, weight in groups.items()}
    yield from ((key, value) for key, value in values.items() if isinstance(value, dict))


def each_component_has_one_parent(plan: Plan) -> Found:
    children = [child for one in plan.components for child in one.of]
    for child in sorted({child for child in children if children.count(child) > 1}):
        yield Inconsistency(f"components.{child}", child, "一个指标只能属于一个上级指标")


def unmeasured_is_said_of_leaves(plan: Plan) -> Found:
    """What no fact has come in for is a leaf; a node has what its children have."""
    for one in plan.components:
        wanted = ""
        if one.unmeasured and one.of:
            wanted = "尚未评价怎么计只写在末级指标上，由下级组成的指标不写"
        elif one.unmeasured == "full" and one.full is None:
            wanted = "没有满分 full，无法按满分计"
        if wanted:
            yield one.misfit("unmeasured", one.unmeasured or "", wanted)


def full_marks_are_not_negative(plan: Plan) -> Found:
    for one in plan.components:
        for category, full in (one.full or {}).items():
            if full < 0:
                where = "" if category == ELSE else f".{category}"
                yield one.misfit(f"full{where}", full, "满分不能为负")


def full_marks_add_up(plan: Plan) -> Found:
    """An inner node's full marks are those of its children, or what its conversions make of them."""
    for one in plan.components:
        if one.of and one.full is not None and not weighs_children(plan, one):
            yield from dict.fromkeys(_misfits_of_full(plan, one))


def _misfits_of_full(plan: Plan, one: Component) -> Found:
    # the marks of several cycles, each bounded on its own, have no full marks that could be computed
    linear = all(step.rule is not None and step.rule.is_linear for step in one.each_cycle)
    for kind, present in _present_children(plan, one) if linear or not has_cycles(plan, one) else ():
        for total in _totals(plan, one, present, kind):
            yield from _misfit_of_total(one, _full_for(one, kind), total, describe_kind(kind))


def _present_children(plan: Plan, one: Component) -> Iterator[tuple[Kind, list[Component]]]:
    """Each kind of unit for which the node is made of children, with those that exist for it."""
    children = children_inside(plan, one)
    for kind in unit_kinds(plan, [one, *children]):
        present = [child for child in children if exists_for_kind(child, kind)]
        if present and exists_for_kind(one, kind) and not brings_marks(one, kind):
            yield kind, present


def _full_for(one: Component, kind: Kind) -> Decimal | None:
    full: Decimal | None = of_category(one.full, kind.get(CATEGORY, ELSE))
    return full


def _totals(plan: Plan, one: Component, present: list[Component], kind: Kind) -> list[Decimal]:
    """Full marks of the children together: for the year, or for each cycle where the node combines otherwise."""
    fulls = {child.id: _full_for(child, kind) or ZERO for child in present}
    if not has_cycles(plan, one) or one.aggregation.adds_up:
        return [sum(fulls.values(), ZERO)]
    sums = [child for child in present if has_cycles(plan, child) and child.aggregation.adds_up]
    if any(cycle.id not in child.cycle_full for child in sums for cycle in plan.cycles[child.per]):
        return []  # what lacks a cycle is told as such
    always = sum((full for id, full in fulls.items() if id not in {child.id for child in sums}), ZERO)
    return [
        always
        + sum(
            child.cycle_full[cycle.id] for child in sums for cycle in plan.cycles[child.per] if cycle.lies_within(outer)
        )
        for outer in plan.cycles[one.per]
    ]


def _misfit_of_total(one: Component, full: Decimal | None, total: Decimal, where: str) -> Found:
    steps = one.convert if not one.each_cycle else []
    begun = steps[0].rule.full_before if steps and steps[0].rule else None
    if begun is not None and begun != total:
        yield one.misfit("full", begun, f"应等于各下级满分之和 {total}{where}")
        return
    converted = _converted_full(total, [*one.each_cycle, *one.convert])
    if full is not None and converted is not None and converted != full:
        wanted = f"应等于折算后的满分 {converted}{where}" if steps else f"应等于各下级满分之和 {total}{where}"
        yield one.misfit("full", full, wanted)


def _converted_full(total: Decimal, steps: list[Convert]) -> Decimal | None:
    """What conversions make of full marks; None where it hangs on more than the number."""
    for step in steps:
        after = step.rule.full_after(total) if step.rule else None
        if after is None:
            return None
        total = after
    return total


def weights_add_up(plan: Plan) -> Found:
    for one in plan.components:
        if not weighs_children(plan, one):
            continue
        for child in children_inside(plan, one):
            if child.weight is None:
                yield child.misfit("", "", f"{one.title} 按权重合成，每个下级都要写 weight", clause="")
        yield from dict.fromkeys(_misfits_of_weights(plan, one))
    for one in plan.components:
        if one.outside and one.weight is not None:
            yield one.misfit("weight", "", "满分以外的（outside）另外相加，不写权重", clause="")


def _misfits_of_weights(plan: Plan, one: Component) -> Found:
    """Weights are one together: of the children that exist, or as written where some exist for certain units only."""
    for kind, present in _present_children(plan, one):
        category = kind.get(CATEGORY, ELSE)
        written, total = (
            sum((of_category(child.weight, category) or ZERO for child in children), ZERO)
            for children in (children_inside(plan, one), present)
        )
        if total != 1 and (written != 1 or not total):
            yield one.misfit("", total, f"各下级权重之和应为 1{describe_kind(kind)}")


def weights_weigh_shares(plan: Plan) -> Found:
    """A weight weighs marks ÷ full marks: children have full marks, or all are of one scale where the node has none."""
    for one in plan.components:
        if not weighs_children(plan, one):
            continue
        for kind, present in _present_children(plan, one):
            fulls = {child.id: _full_for(child, kind) for child in present}
            lost = [id for id, full in fulls.items() if full is None or full <= 0]
            if one.full is not None and lost:
                wanted = f"{one.title} 按权重合成各下级得分占满分的比例，{'、'.join(lost)} 须写大于 0 的满分 full"
                yield plan.component(lost[0]).misfit("", "", wanted, clause=one.clause)
                break
            if one.full is None and len(set(fulls.values())) > 1:
                listed = "、".join(f"{id} {full}" for id, full in fulls.items())
                yield one.misfit("", "", f"各下级满分不同（{listed}），按权重合成须写 {one.title} 的满分 full")
                break


def spread_is_over_full_marks(plan: Plan) -> Found:
    """What is missing is spread in proportion to full marks, so the children must have them."""
    for one in plan.components:
        if one.missing == "spread" and one.of and not weighs_children(plan, one):
            for child in children_inside(plan, one):
                if child.full is None or any(full <= 0 for full in child.full.values()):
                    wanted = f"{one.title} 把缺少的得分按满分比例分摊（spread），下级须写大于 0 的满分 full"
                    yield child.misfit("", "", wanted, clause=one.clause)


def cycles_run_forward(plan: Plan) -> Found:
    for name, cycles in plan.cycles.items():
        for place, cycle in enumerate(cycles):
            if cycle.end < cycle.start:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.end), f"应不早于开始日 {cycle.start}")
            if place and cycle.start <= cycles[place - 1].end:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.start), "与前一个周期重叠")


def cycle_marks_add_up(plan: Plan) -> Found:
    """Full marks of cycles make the year's where cycles are added, weights of cycles make one."""
    for one in plan.components:
        if one.cycle_full and not (needless := _why_no_cycle_full(one)):
            yield from _misfits_of_cycle_full(plan, one)
        elif one.cycle_full:
            yield one.misfit("cycle_full", "", f"{needless}，没有各周期的满分可言，应去掉 cycle_full")
        elif one.aggregation.weighs and has_cycles(plan, one):
            yield one.misfit("", one.per, "各周期按权重合成，须在 cycle_full 写明各周期的权重")


def _why_no_cycle_full(one: Component) -> str:
    """Why cycles have no full marks of their own; empty where they do."""
    if one.pools_votes:
        return "全年的票合在一起计分（score_per: year）"
    return f"各周期{one.aggregation.why_no_full}" if one.aggregation.why_no_full else ""


def _misfits_of_cycle_full(plan: Plan, one: Component) -> Found:
    if missing := [cycle.id for cycle in plan.cycles[one.per] if cycle.id not in one.cycle_full]:
        yield one.misfit("cycle_full", "", f"缺少周期 {'、'.join(missing)}", clause="")
    if (least := min(one.cycle_full.values())) < 0:
        yield one.misfit("cycle_full", least, "应不小于 0", clause="")
    total = sum(one.cycle_full.values(), ZERO)
    wanted = set((one.full or {}).values()) if one.aggregation.adds_up else {Decimal(1)}
    for full in sorted(wanted - {total}):
        yield one.misfit("cycle_full", total, f"各周期之和应为 {full}")


def _adds_cycles_of_unknown_worth(plan: Plan, one: Component) -> bool:
    """Whether several cycles are added, and only full marks of the year are known."""
    return one.aggregation.adds_up and has_cycles(plan, one) and not one.cycle_full and one.full is not None


def ratings_know_the_full_marks_of_cycles(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings and not one.pools_votes and _adds_cycles_of_unknown_worth(plan, one):
            yield one.misfit("", one.per, "多个周期相加，须在 cycle_full 写明各周期满分", clause="")


def nodes_find_the_cycles_of_their_children(plan: Plan) -> Found:
    """Finer cycles lie each within one cycle of the node; what is scored once is added once, where that can be done."""
    for one in plan.components:
        for child in children_inside(plan, one) if has_cycles(plan, one) else ():
            misfits = _misfits_of_once if is_scored_once(plan, child) else _misfits_of_cycles
            yield from misfits(plan, one, child)
            yield from _misfits_of_years(plan, one, child)


def _misfits_of_cycles(plan: Plan, one: Component, child: Component) -> Found:
    wider, finer = plan.cycles[one.per], plan.cycles[child.per]
    for cycle in finer:
        if not any(cycle.lies_within(outer) for outer in wider):
            wanted = f"周期 {cycle.id} 不在 {one.title} 的任何一个周期（{one.per}）之内，无法归入"
            yield child.misfit("per", child.per, wanted, clause=one.clause)
    for outer in wider if one.missing in ("not_ranked", "mean_of_group") else ():
        if not any(cycle.lies_within(outer) for cycle in finer):
            wanted = f"没有一个周期在 {one.title} 的周期 {outer.id} 之内，那一期永远缺这项得分"
            yield child.misfit("per", child.per, wanted, clause=one.clause)


def _misfits_of_once(plan: Plan, one: Component, child: Component) -> Found:
    weighs = weighs_children(plan, one)
    if weighs or one.missing == "spread":
        how = "按权重合成" if weighs else "分摊缺少的得分（spread）"
        wanted = f"全年只计一次，而 {one.title} 每个周期（{one.per}）{how}；请写与它相合的周期，或另列一级"
        yield child.misfit("per", child.per, wanted, clause=one.clause)


def _misfits_of_years(plan: Plan, one: Component, child: Component) -> Found:
    """What is known for the year only cannot be told apart by cycles."""
    if child.imported:
        wanted = f"报送的成绩是全年一个数，不能放进每个周期（{one.per}）计算的 {one.title}"
        yield child.misfit("imported", "", wanted, clause=one.clause)
    for grandchild in map(plan.component, [] if is_scored_once(plan, child) else child.of):
        if grandchild.outside or is_scored_once(plan, grandchild):
            what = "不占满分" if grandchild.outside else "全年只计一次"
            wanted = f"下级 {grandchild.title} {what}，{child.title} 不能按周期放进 {one.title}（{one.per}）"
            yield child.misfit("of", grandchild.id, wanted, clause=one.clause)


def sums_of_weighing_nodes_are_of_cycles(plan: Plan) -> Found:
    """A node that weighs in each cycle and adds the cycles must know what each is worth."""
    for one in plan.components:
        if one.of and _adds_cycles_of_unknown_worth(plan, one) and weighs_children(plan, one):
            yield one.misfit("", one.per, "多个周期相加，须在 cycle_full 写明各周期满分")


def full_marks_of_categories_are_not_of_cycles(plan: Plan) -> Found:
    """Cycles added have one full mark each, so the year's cannot differ by category."""
    for one in plan.components:
        differ = one.full is not None and ELSE not in one.full and len(set(one.full.values())) > 1
        if one.ratings and not one.pools_votes and differ and one.aggregation.adds_up and has_cycles(plan, one):
            yield one.misfit("full", "", "多个周期相加时各类别的满分应相同；满分不同的，请分列指标")


def marks_stay_within_full_marks(plan: Plan) -> Found:
    """No leaf gives more than its full marks, of the year or of a cycle; facts bound what is measured."""
    for one in plan.components:
        if not one.of and not one.measures:
            excesses = (_excess(one, ranges) for ranges in Ranges.of_every_category(plan))
            if first := next(filter(None, excesses), None):
                yield first


def _excess(one: Component, ranges: Ranges) -> Inconsistency | None:
    """Where marks of a category of units may exceed the full marks."""
    full, span = ranges.full_marks(one), ranges.possible_marks(one.id)
    if full is None or span is None:
        return None
    if exceeds(span.high, full):
        return _beyond(one, span.high, f"满分 {plain_number(full)}")
    top = min(one.cycle_full.values(), default=None) if one.aggregation.adds_up else None
    if top is not None and one.ratings is None and exceeds(ranges.cycle_marks(one).high, top):
        return _beyond(one, ranges.cycle_marks(one).high, f"一个周期的满分 {plain_number(top)}")
    return None


def _beyond(one: Component, top: Decimal, what: str) -> Inconsistency:
    """Where to mend it: the range of marks, the cap or base of events, or the conversions."""
    if one.marks:
        return one.misfit("marks.range", one.marks.range[1], f"打分范围会使得分达到 {plain_number(top)}，超过{what}")
    if one.events and one.events.cap is None and not top.is_finite():
        return one.misfit("events.cap", "", f"有加分事项（或分值不定的事项）而没有封顶，得分会超过{what}；请写明 cap")
    if one.events:
        key, word = ("base", "基础分") if one.events.cap is None else ("cap", "封顶")
        return one.misfit(f"events.{key}", getattr(one.events, key), f"{word}超过{what}：得分可达 {plain_number(top)}")
    return one.misfit("", plain_number(top), f"得分会超过{what}")
