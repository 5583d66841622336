"""Whether cycles run forward, full marks of cycles make those of the year, and nodes find their children's cycles.

Each check yields every place where its sentence does not hold. They presume that every name exists.
"""

from collections.abc import Callable
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, of_category
from pingyi.plan.inconsistency import Found, Inconsistency
from pingyi.plan.joining import is_once
from pingyi.plan.sums import inside, weighs
from pingyi.plan.time import Cycle

WORDS = {"mean": "取平均", "last": "取最后一期", "best": "取最好一期"}


def cycles_run_forward(plan: Plan) -> Found:
    for name, cycles in plan.cycles.items():
        for place, cycle in enumerate(cycles):
            if cycle.end < cycle.start:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.end), f"应不早于开始日 {cycle.start}")
            if place and cycle.start <= cycles[place - 1].end:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.start), "与前一个周期重叠")


def several(plan: Plan, one: Component) -> bool:
    """Whether the component is evaluated in more than one cycle."""
    return len(plan.cycles[one.per]) > 1


def cycle_marks_add_up(plan: Plan) -> Found:
    """Full marks of cycles make the year's where cycles are added, weights of cycles make one."""
    for one in plan.components:
        if one.cycle_full and not (needless := _needless(one)):
            yield from _cycle_marks(plan, one)
        elif one.cycle_full:
            wanted = f"{needless}，没有各周期的满分可言，应去掉 cycle_full"
            yield Inconsistency(f"components.{one.id}.cycle_full", "", wanted, clause=one.clause)
        elif one.over_cycles == "weights" and several(plan, one):
            wanted = "各周期按权重合成，须在 cycle_full 写明各周期的权重"
            yield Inconsistency(f"components.{one.id}", one.per, wanted, clause=one.clause)


def _needless(one: Component) -> str:
    """Why cycles have no full marks of their own; empty where they do."""
    if one.ratings and one.ratings.score_per == "year":
        return "全年的票合在一起计分（score_per: year）"
    return f"各周期{WORDS[one.over_cycles]}" if one.over_cycles in WORDS else ""


def _cycle_marks(plan: Plan, one: Component) -> Found:
    path, names = f"components.{one.id}.cycle_full", [cycle.id for cycle in plan.cycles[one.per]]
    if missing := [name for name in names if name not in one.cycle_full]:
        yield Inconsistency(path, "", f"缺少周期 {'、'.join(missing)}")
    if any(number < 0 for number in one.cycle_full.values()):
        yield Inconsistency(path, str(min(one.cycle_full.values())), "应不小于 0")
    total = sum(one.cycle_full.values(), Decimal(0))
    wanted = set((one.full or {}).values()) if one.over_cycles == "sum" else {Decimal(1)}
    for full in sorted(wanted - {total}):
        yield Inconsistency(path, str(total), f"各周期之和应为 {full}", clause=one.clause)


def ratings_know_the_full_marks_of_cycles(plan: Plan) -> Found:
    for one in plan.components:
        adds = one.over_cycles == "sum" and several(plan, one) and not one.cycle_full
        if one.ratings and one.ratings.score_per == "cycle" and adds and one.full is not None:
            yield Inconsistency(f"components.{one.id}", one.per, "多个周期相加，须在 cycle_full 写明各周期满分")


def nodes_find_the_cycles_of_their_children(plan: Plan) -> Found:
    """Finer cycles lie each within one cycle of the node; what is scored once is added once, where that can be done."""
    for one in plan.components:
        if one.of and several(plan, one):
            for child in inside(plan, one):
                yield from _once_a_year(plan, one, child) if is_once(plan, child) else _finer(plan, one, child)
                yield from _whole_within_cycles(plan, one, child)


def _finer(plan: Plan, one: Component, child: Component) -> Found:
    wider, path = plan.cycles[one.per], f"components.{child.id}.per"
    for cycle in plan.cycles[child.per]:
        if not any(_lies_in(cycle, outer) for outer in wider):
            wanted = f"周期 {cycle.id} 不在 {one.title} 的任何一个周期（{one.per}）之内，无法归入"
            yield Inconsistency(path, child.per, wanted, clause=one.clause)
    for outer in wider if one.missing in ("not_ranked", "mean_of_group") else ():
        if not any(_lies_in(cycle, outer) for cycle in plan.cycles[child.per]):
            wanted = f"没有一个周期在 {one.title} 的周期 {outer.id} 之内，那一期永远缺这项得分"
            yield Inconsistency(path, child.per, wanted, clause=one.clause)


def _lies_in(inner: Cycle, outer: Cycle) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _once_a_year(plan: Plan, one: Component, child: Component) -> Found:
    if weighs(plan, one) or one.missing == "spread":
        how = "按权重合成" if weighs(plan, one) else "分摊缺少的得分（spread）"
        wanted = f"全年只计一次，而 {one.title} 每个周期（{one.per}）{how}；请写与它相合的周期，或另列一级"
        yield Inconsistency(f"components.{child.id}.per", child.per, wanted, clause=one.clause)


def _whole_within_cycles(plan: Plan, one: Component, child: Component) -> Found:
    """What is known for the year only cannot be told apart by cycles."""
    path = f"components.{child.id}"
    if child.imported:
        wanted = f"报送的成绩是全年一个数，不能放进每个周期（{one.per}）计算的 {one.title}"
        yield Inconsistency(f"{path}.imported", "", wanted, clause=one.clause)
    if not child.of or is_once(plan, child):
        return
    for grandchild in map(plan.component, child.of):
        if grandchild.outside or is_once(plan, grandchild):
            what = "不占满分" if grandchild.outside else "全年只计一次"
            wanted = f"下级 {grandchild.title} {what}，{child.title} 不能按周期放进 {one.title}（{one.per}）"
            yield Inconsistency(f"{path}.of", grandchild.id, wanted, clause=one.clause)


def sums_of_weighing_nodes_are_of_cycles(plan: Plan) -> Found:
    """A node that weighs in each cycle and adds the cycles must know what each is worth."""
    for one in plan.components:
        adds = one.of and several(plan, one) and one.over_cycles == "sum" and not one.cycle_full
        if adds and one.full is not None and weighs(plan, one):
            wanted = "多个周期相加，须在 cycle_full 写明各周期满分"
            yield Inconsistency(f"components.{one.id}", one.per, wanted, clause=one.clause)


def full_marks_of_categories_are_not_of_cycles(plan: Plan) -> Found:
    """Cycles added have one full mark each, so the year's cannot differ by category."""
    for one in plan.components:
        if one.ratings is None or one.over_cycles != "sum" or not several(plan, one) or one.full is None:
            continue
        if one.ratings.score_per == "cycle" and of_category(one.full, ELSE) is None and len(set(one.full.values())) > 1:
            wanted = "多个周期相加时各类别的满分应相同；满分不同的，请分列指标"
            yield Inconsistency(f"components.{one.id}.full", "", wanted, clause=one.clause)


CYCLES: list[Callable[[Plan], Found]] = [
    cycles_run_forward,
    cycle_marks_add_up,
    ratings_know_the_full_marks_of_cycles,
    nodes_find_the_cycles_of_their_children,
    sums_of_weighing_nodes_are_of_cycles,
    full_marks_of_categories_are_not_of_cycles,
]
