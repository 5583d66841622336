"""Whether full marks, weights and cycles of a plan add up where their components exist.

Each check yields every place where its sentence does not hold. They presume that every name exists.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, of_category
from pingyi.plan.converts import Convert
from pingyi.plan.existing import CATEGORY, OTHER, Kind, brings, exists, kinds, spoken
from pingyi.plan.inconsistency import Found, Inconsistency

ZERO = Decimal(0)


def weighs(plan: Plan, one: Component) -> bool:
    """Whether the node weighs its children: one inside its full marks has a weight."""
    return any(child.weight is not None for child in inside(plan, one))


def inside(plan: Plan, one: Component) -> list[Component]:
    """Children that count within the full marks."""
    return [child for child in map(plan.component, one.of) if not child.outside]


def full_marks_are_not_negative(plan: Plan) -> Found:
    for one in plan.components:
        for category, full in (one.full or {}).items():
            if full < 0:
                where = "" if category == ELSE else f".{category}"
                yield Inconsistency(f"components.{one.id}.full{where}", str(full), "满分不能为负", clause=one.clause)


def full_marks_add_up(plan: Plan) -> Found:
    """An inner node's full marks are those of its children, or what its conversions make of them."""
    for one in plan.components:
        if one.of and one.full is not None and not weighs(plan, one):
            yield from _once(_full_of_node(plan, one))


def _once(found: Found) -> Found:
    """What is found, each sentence once."""
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        said = (one.path, one.found, one.wanted)
        if said not in seen:
            seen.add(said)
            yield one


def _full_of_node(plan: Plan, one: Component) -> Found:
    children = inside(plan, one)
    for kind, present in _present(plan, one, children):
        full = of_category(one.full, kind.get(CATEGORY, ELSE))
        for total in _totals(plan, one, present, kind):
            if not _bounds_each_cycle(plan, one):
                yield from _against(one, full, total, kind)


def _bounds_each_cycle(plan: Plan, one: Component) -> bool:
    """Whether the marks of several cycles go through more than a change of scale, each on its own."""
    linear = all(step.scale is not None or step.times is not None for step in one.each_cycle)
    return len(plan.cycles[one.per]) > 1 and not linear


def _present(plan: Plan, one: Component, children: list[Component]) -> Iterator[tuple[Kind, list[Component]]]:
    """Each kind of unit for which the node is made of children, with those that exist for it."""
    for kind in kinds(plan, [one, *children]):
        present = [child for child in children if exists(child, kind)]
        if present and exists(one, kind) and not brings(one, kind):
            yield kind, present


def _totals(plan: Plan, one: Component, present: list[Component], kind: Kind) -> list[Decimal]:
    """Full marks of the children together: for the year, or for each cycle where the node combines otherwise."""
    cycles = plan.cycles[one.per]
    if len(cycles) == 1 or one.over_cycles == "sum":
        return [sum((_full(child, kind) for child in present), ZERO)]
    per_cycle = [child for child in present if len(plan.cycles[child.per]) > 1]
    once = sum((_full(child, kind) for child in present if len(plan.cycles[child.per]) == 1), ZERO)
    sums = [child for child in per_cycle if child.over_cycles == "sum"]
    if any(not child.cycle_full for child in sums):
        return []
    flat = sum((_full(child, kind) for child in per_cycle if child.over_cycles != "sum"), ZERO)
    return [
        once + flat + sum((_within(plan, child, cycle.start, cycle.end) for child in sums), ZERO) for cycle in cycles
    ]


def _within(plan: Plan, child: Component, start: object, end: object) -> Decimal:
    """Full marks of the child's cycles that lie within a stretch of days."""
    cycles = plan.cycles[child.per]
    return sum((child.cycle_full[one.id] for one in cycles if start <= one.start and one.end <= end), ZERO)  # type: ignore[operator]


def _full(child: Component, kind: Kind) -> Decimal:
    return of_category(child.full, kind.get(CATEGORY, ELSE)) or ZERO


def _against(one: Component, full: Decimal | None, total: Decimal, kind: Kind) -> Found:
    steps = one.convert if not one.each_cycle else []
    first = next(iter(steps), None)
    path, where = f"components.{one.id}.full", spoken({name: value for name, value in kind.items() if value != OTHER})
    if first is not None and first.scale is not None and first.scale.start != total:
        wanted = f"应等于各下级满分之和 {total}{where}"
        yield Inconsistency(path, str(first.scale.start), wanted, clause=one.clause)
        return
    converted = _converted(total, [*one.each_cycle, *one.convert])
    if full is None or converted is None or converted == full:
        return
    wanted = f"应等于折算后的满分 {converted}{where}" if steps else f"应等于各下级满分之和 {total}{where}"
    yield Inconsistency(path, str(full), wanted, clause=one.clause)


def _converted(total: Decimal, steps: list[Convert]) -> Decimal | None:
    """What conversions make of full marks; None where it hangs on more than the number."""
    for step in steps:
        if step.scale is not None and step.scale.start:
            total = total * step.scale.to / step.scale.start
        elif step.times is not None:
            total = total * step.times
        elif step.cap is not None:
            total = min(total, step.cap)
        elif step.round is None and step.floor is None:
            return None
    return total


def weights_add_up(plan: Plan) -> Found:
    for one in plan.components:
        children = inside(plan, one)
        if not weighs(plan, one):
            continue
        for child in children:
            if child.weight is None:
                yield Inconsistency(f"components.{child.id}", "", f"{one.title} 按权重合成，每个下级都要写 weight")
        yield from _once(_weights(plan, one, children))
    for one in plan.components:
        if one.outside and one.weight is not None:
            yield Inconsistency(f"components.{one.id}.weight", "", "满分以外的（outside）另外相加，不写权重")


def _weights(plan: Plan, one: Component, children: list[Component]) -> Found:
    """Weights are one together: of the children that exist, or as written where some exist for certain units only."""
    for kind, present in _present(plan, one, children):
        category = kind.get(CATEGORY, ELSE)
        written = sum((of_category(child.weight, category) or ZERO for child in children), ZERO)
        total = sum((of_category(child.weight, category) or ZERO for child in present), ZERO)
        if total != 1 and (written != 1 or not total):
            where = spoken({name: value for name, value in kind.items() if value != OTHER})
            yield Inconsistency(f"components.{one.id}", str(total), f"各下级权重之和应为 1{where}", clause=one.clause)


def weights_weigh_shares(plan: Plan) -> Found:
    """A weight weighs marks ÷ full marks: children have full marks, or all are of one scale where the node has none."""
    for one in plan.components:
        if not weighs(plan, one):
            continue
        for kind, present in _present(plan, one, inside(plan, one)):
            fulls = {child.id: of_category(child.full, kind.get(CATEGORY, ELSE)) for child in present}
            lost = [id for id, full in fulls.items() if full is None or full <= 0]
            if one.full is not None and lost:
                wanted = f"{one.title} 按权重合成各下级得分占满分的比例，{'、'.join(lost)} 须写大于 0 的满分 full"
                yield Inconsistency(f"components.{lost[0]}", "", wanted, clause=one.clause)
                break
            if one.full is None and len(set(fulls.values())) > 1:
                said = "、".join(f"{id} {full}" for id, full in fulls.items())
                wanted = f"各下级满分不同（{said}），按权重合成须写 {one.title} 的满分 full"
                yield Inconsistency(f"components.{one.id}", "", wanted, clause=one.clause)
                break


def spread_is_over_full_marks(plan: Plan) -> Found:
    """What is missing is spread in proportion to full marks, so the children must have them."""
    for one in plan.components:
        if one.missing == "spread" and one.of and not weighs(plan, one):
            for child in inside(plan, one):
                if child.full is None or any(full <= 0 for full in child.full.values()):
                    wanted = f"{one.title} 把缺少的得分按满分比例分摊（spread），下级须写大于 0 的满分 full"
                    yield Inconsistency(f"components.{child.id}", "", wanted, clause=one.clause)


SUMS: list[Callable[[Plan], Found]] = [
    full_marks_are_not_negative,
    full_marks_add_up,
    weights_add_up,
    weights_weigh_shares,
    spread_is_over_full_marks,
]
