"""Whether a plan's numbers fit together: marks and weights that add up, decided cases, lists that can be filled.

Each check yields every place where its sentence does not hold. They presume that every name exists.
"""

from collections.abc import Callable
from decimal import Decimal

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.base import ELSE, of_category
from pingyi.plan.events import Item
from pingyi.plan.inconsistency import Found, Inconsistency, rules_of, unknown
from pingyi.plan.order import Order
from pingyi.plan.workdays import known_years


def nothing_waits_for_itself(plan: Plan) -> Found:
    circle = Order(plan).circle
    if circle:
        wanted = "互相等待，无法先后计算：" + " → ".join(id for _, id in circle)
        yield Inconsistency("components", circle[0][1], wanted)


def cycles_run_forward(plan: Plan) -> Found:
    for name, cycles in plan.cycles.items():
        for place, cycle in enumerate(cycles):
            if cycle.end < cycle.start:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.end), f"应不早于开始日 {cycle.start}")
            if place and cycle.start <= cycles[place - 1].end:
                yield Inconsistency(f"cycles.{name}.{cycle.id}", str(cycle.start), "与前一个周期重叠")


def full_marks_add_up(plan: Plan) -> Found:
    """An inner node's full marks are those of its children, or what its scale makes of them."""
    for one in plan.components:
        if one.of and one.full is not None and not _weighs(plan, one):
            for category in _categories(plan, one):
                yield from _full_of_node(plan, one, category)


def _full_of_node(plan: Plan, one: Component, category: str) -> Found:
    children = [plan.component(child) for child in one.of]
    total = sum(
        (of_category(child.full, category) or Decimal(0) for child in children if not child.outside), Decimal(0)
    )
    scale = next((step.scale for step in one.convert if step.scale), None)
    full = of_category(one.full, category)
    wanted = scale.start if scale else full
    if wanted is not None and total != wanted:
        where = f"（{category}）" if category != ELSE else ""
        yield Inconsistency(
            f"components.{one.id}.full", str(wanted), f"应等于各下级满分之和 {total}{where}", clause=one.clause
        )
    if scale and full != scale.to:
        yield Inconsistency(f"components.{one.id}.full", str(full), f"应等于折算后的满分 {scale.to}", clause=one.clause)


def weights_add_up(plan: Plan) -> Found:
    for one in plan.components:
        if not _weighs(plan, one):
            continue
        children = [plan.component(child) for child in one.of]
        for child in children:
            if child.weight is None:
                yield Inconsistency(f"components.{child.id}", "", f"{one.title} 按权重合成，每个下级都要写 weight")
        for category in _categories(plan, *children):
            total = sum((of_category(child.weight, category) or Decimal(0) for child in children), Decimal(0))
            if total != 1:
                where = f"（{category}）" if category != ELSE else ""
                yield Inconsistency(
                    f"components.{one.id}", str(total), f"各下级权重之和应为 1{where}", clause=one.clause
                )


def _weighs(plan: Plan, one: Component) -> bool:
    return any(plan.component(child).weight is not None for child in one.of)


def _categories(plan: Plan, *components: Component) -> list[str]:
    named = [
        one
        for one in components
        for value in (one.full, one.weight)
        if isinstance(value, dict) and set(value) != {ELSE}
    ]
    return plan.units.categories if named else [ELSE]


def cycle_marks_add_up(plan: Plan) -> Found:
    for one in plan.components:
        if not one.cycle_full:
            continue
        path, names = f"components.{one.id}.cycle_full", [cycle.id for cycle in plan.cycles[one.per]]
        yield from unknown(path, one.cycle_full, names, "周期")
        if missing := [name for name in names if name not in one.cycle_full]:
            yield Inconsistency(path, "", f"缺少周期 {'、'.join(missing)}")
        total = sum(one.cycle_full.values(), Decimal(0))
        full = {"sum": of_category(one.full, ELSE), "weights": Decimal(1)}.get(one.over_cycles)
        if full is not None and total != full:
            yield Inconsistency(path, str(total), f"各周期之和应为 {full}", clause=one.clause)


def ratings_decide_every_case(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings is None:
            continue
        few, path = one.ratings.few, f"components.{one.id}.ratings"
        if few and (few.own_share is None) == (few.then is None):
            yield Inconsistency(f"{path}.few", "", "own_share 与 then 写且只写一个")
        if not few and one.ratings.none.then == "mean":
            yield Inconsistency(f"{path}.none", "mean", "没有 few 就没有平均分的算法，请写 few 或改用 zero、not_scored")
        if one.over_cycles == "sum" and one.full is not None and not one.cycle_full and len(plan.cycles[one.per]) > 1:
            yield Inconsistency(f"components.{one.id}", one.per, "多个周期相加，须在 cycle_full 写明各周期满分")


def forms_carry_one_item(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings and one.ratings.form and one.ratings.items:
            wanted = "整张表单的规则只用于一项内容的表单，items 与 form 不能并用"
            yield Inconsistency(f"components.{one.id}.ratings.items", "", wanted)


def events_stay_within_full_marks(plan: Plan) -> Found:
    """What can be earned must be capped, or the marks could exceed the full marks."""
    for one in plan.components:
        rule, full = one.events, of_category(one.full, ELSE)
        if rule is None or full is None:
            continue
        earns = any(not item.deducts and _most(item) > 0 for item in rule.items.values())
        if rule.cap is None and (rule.base > full or (earns and rule.base >= 0)):
            wanted = f"有加分事项而没有封顶，得分会超过满分 {full}；请写明 cap"
            yield Inconsistency(f"components.{one.id}.events.cap", "", wanted, clause=one.clause)
        elif rule.cap is not None and rule.cap > full:
            path = f"components.{one.id}.events.cap"
            yield Inconsistency(path, str(rule.cap), f"封顶超过满分 {full}", clause=one.clause)


def _ends(item: Item) -> list[Decimal]:
    """The ends of an item's points that are not open."""
    return [end for end in item.points or () if end is not None]


def _most(item: Item) -> Decimal:
    return max([*_ends(item), *item.ladder], default=Decimal(0))


def deadlines_have_a_calendar(plan: Plan) -> Found:
    """Working days are known for the years that the official calendar covers."""
    years = {cycle.start.year for cycles in plan.cycles.values() for cycle in cycles} | {plan.campaign.year}
    known = known_years()
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            for key, deadline in (("within", item.within), ("extended", item.extended)):
                if deadline and deadline.working_days and not years <= set(known):
                    path = f"components.{one.id}.events.items.{id}.{key}"
                    yield Inconsistency(path, f"{max(years)} 年", f"工作日历只有 {known[0]}—{known[-1]} 年")


def tasks_run_forward(plan: Plan) -> Found:
    for task in plan.tasks:
        if task.due < task.start:
            yield Inconsistency(f"tasks.{task.id}.due", str(task.due), f"应不早于开始日 {task.start}")


def shares_stay_within_the_whole(plan: Plan) -> Found:
    for rule in plan.sampling:
        total = sum(rule.quota.values(), Decimal(0))
        if total > 1 or (ELSE in rule.quota and total != 1):
            yield Inconsistency(f"sampling.{rule.id}.quota", str(total), "各类人员的比例之和应为 1", clause=rule.clause)


def bands_leave_no_gap(plan: Plan) -> Found:
    for one in plan.components:
        if one.marks is None or not one.marks.bands:
            continue
        step = Decimal(1).scaleb(-one.marks.decimals)
        path = f"components.{one.id}.marks.bands"
        bands = sorted(one.marks.bands.items(), key=lambda band: band[1])
        edges = [one.marks.range[0] - step, *[edge for _, band in bands for edge in band], one.marks.range[1] + step]
        for below, above in zip(edges[::2], edges[1::2], strict=True):
            if above - below != step:
                yield Inconsistency(
                    path, f"{below}—{above}", "各档应首尾相接，盖满分值范围，不留空也不重叠", clause=one.clause
                )


def ranges_run_upward(plan: Plan) -> Found:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            ends = _ends(item)
            if ends != sorted(ends):
                path = f"components.{one.id}.events.items.{id}.points"
                yield Inconsistency(path, "、".join(map(str, ends)), "应先小后大")
        if one.marks and one.marks.range[0] >= one.marks.range[1]:
            yield Inconsistency(f"components.{one.id}.marks.range", str(one.marks.range[0]), "应先小后大")


def every_tie_is_decided(plan: Plan) -> Found:
    for standing in plan.standings:
        if standing.ties[-1] not in ("draw", "share") or any(tie in ("draw", "share") for tie in standing.keys):
            wanted = "最后一项应为 draw（公开抽签）或 share（并列），且只写在最后"
            found = "、".join(tie if isinstance(tie, str) else tie.votes for tie in standing.ties)
            yield Inconsistency(f"standings.{standing.id}.ties", found, wanted, clause=standing.clause)


def lists_fit_their_pool(plan: Plan) -> Found:
    sizes = {rule.id: size for _, rule in rules_of(plan) if (size := _size(rule)) is not None}
    units = max((one.count for one in plan.units.published if one.of == "units"), default=None)
    for section, rule in rules_of(plan):
        pools = [units if name == "units" else sizes.get(name) for name in rule.pool]
        size, pool = _core(rule), None if None in pools else sum(filter(None, pools))
        if size is not None and pool is not None and size > pool:
            key = "quota" if rule.quota else "take"
            yield Inconsistency(
                f"{section}.{rule.id}.{key}", str(size), f"名额超过可选单位数 {pool}", clause=rule.clause
            )


def _core(rule: ListRule) -> int | None:
    """Places by score: of a quota only the pooled rest, since named values may come from an import."""
    if rule.quota:
        return rule.quota.rest or sum(rule.quota.take.values())
    return rule.take


def _size(rule: ListRule) -> int | None:
    return sum(rule.quota.take.values()) + (rule.quota.rest or 0) if rule.quota else rule.take


SUMS: list[Callable[[Plan], Found]] = [
    nothing_waits_for_itself,
    cycles_run_forward,
    full_marks_add_up,
    weights_add_up,
    cycle_marks_add_up,
    ratings_decide_every_case,
    forms_carry_one_item,
    events_stay_within_full_marks,
    deadlines_have_a_calendar,
    tasks_run_forward,
    shares_stay_within_the_whole,
    bands_leave_no_gap,
    ranges_run_upward,
    every_tie_is_decided,
    lists_fit_their_pool,
]
