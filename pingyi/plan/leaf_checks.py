"""Whether leaves can be scored as they are written: every case decided, no division by nothing, nothing left open.

Each check yields every place where its sentence does not hold. They presume that every name exists.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE
from pingyi.plan.events import Item
from pingyi.plan.inconsistency import Found, Inconsistency
from pingyi.plan.ratings import Ratings
from pingyi.plan.workdays import known_years

NOTHING = "权重之和应大于 0，否则没有一票能计入"


def ratings_can_be_scored(plan: Plan) -> Found:
    """Votes make a share of full marks: there are full marks, values, and something to divide by."""
    for one in plan.components:
        if one.ratings is None:
            continue
        rule, path = one.ratings, f"components.{one.id}.ratings"
        if one.full is None:
            yield Inconsistency(f"components.{one.id}.full", "", "按等次计分的指标须写满分 full", clause=one.clause)
        if rule.out_of <= 0:
            yield Inconsistency(f"{path}.out_of", str(rule.out_of), "应大于 0")
        for level, value in rule.levels.items():
            if value is not None and value > rule.out_of:
                yield Inconsistency(f"{path}.levels.{level}", str(value), f"等次的值不能超过 out_of（{rule.out_of}）")
        if all(value is None for value in rule.levels.values()):
            yield Inconsistency(f"{path}.levels", "", "所有等次都不计分，至少要有一个等次有值")
        yield from _weights_are_of_one_kind(f"{path}.groups", rule.groups)
        yield from _weights_are_of_one_kind(f"{path}.items", rule.items)
        yield from _weights_weigh(plan, one, rule)


def _weights_are_of_one_kind(path: str, words: Mapping[str, object]) -> Found:
    """All have weights, or none has."""
    if (bare := [word for word, weight in words.items() if weight is None]) and len(bare) < len(words):
        yield Inconsistency(f"{path}.{bare[0]}", "", "有的写了权重，有的没有；应都写，或都不写")


def _weights_weigh(plan: Plan, one: Component, rule: Ratings) -> Found:
    path = f"components.{one.id}.ratings"
    items = [weight for weight in rule.items.values() if weight is not None]
    if items and not sum(items, Decimal(0)):
        yield Inconsistency(f"{path}.items", "0", NOTHING)
    groups = [weight for weight in rule.groups.values() if weight is not None]
    for weight in (weight for group in groups for weight in group.values()):
        if weight < 0:
            yield Inconsistency(f"{path}.groups", str(weight), "权重不能为负")
    for category in _categories(plan, one) if groups else ():
        total = sum((group.get(category, group.get(ELSE, Decimal(0))) for group in groups), Decimal(0))
        if not total:
            where = "" if category == ELSE else f"（{category}）"
            yield Inconsistency(f"{path}.groups", "0", NOTHING + where)


def _categories(plan: Plan, one: Component) -> list[str]:
    """Categories of units that the component is for."""
    wanted = one.units.get("category", plan.units.categories)
    full = one.full or {}
    return [category for category in plan.units.categories if category in wanted and (category in full or ELSE in full)]


def ratings_decide_every_case(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings is None:
            continue
        few, path = one.ratings.few, f"components.{one.id}.ratings"
        if few and (few.own_share is None) == (few.then is None):
            yield Inconsistency(f"{path}.few", "", "own_share 与 then 写且只写一个")
        if not few and one.ratings.none.then == "mean":
            yield Inconsistency(f"{path}.none", "mean", "没有 few 就没有平均分的算法，请写 few 或改用 zero、not_scored")


def forms_can_be_valid(plan: Plan) -> Found:
    for one in plan.components:
        form = one.ratings.form if one.ratings else None
        if one.ratings is None or form is None:
            continue
        if one.ratings.items:
            wanted = "整张表单的规则只用于一项内容的表单，items 与 form 不能并用"
            yield Inconsistency(f"components.{one.id}.ratings.items", "", wanted)
        for level in sorted(set(form.exactly) & set(form.at_most)):
            wanted = "同一等次在 exactly 与 at_most 中只写一处"
            yield Inconsistency(f"components.{one.id}.ratings.form", level, wanted)


def trims_leave_something(plan: Plan) -> Found:
    for one in plan.components:
        trim = one.marks.trim if one.marks else None
        if trim and trim.top + trim.bottom >= 1:
            wanted = "去掉的最高分与最低分之和应小于全部，否则没有分数留下"
            path = f"components.{one.id}.marks.trim"
            yield Inconsistency(path, f"{trim.top} + {trim.bottom}", wanted, clause=one.clause)


def some_marker_weighs(plan: Plan) -> Found:
    for one in plan.components:
        markers = one.marks.markers if one.marks else {}
        if markers and not any(marker.weight for marker in markers.values()):
            wanted = "至少要有一类评分人的权重大于 0"
            yield Inconsistency(f"components.{one.id}.marks.markers", "0", wanted, clause=one.clause)


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
                wanted = "各档应首尾相接，盖满分值范围，不留空也不重叠"
                yield Inconsistency(path, f"{below}—{above}", wanted, clause=one.clause)


def ranges_run_upward(plan: Plan) -> Found:
    for one in plan.components:
        for id, item in _items(one):
            ends = [end for end in item.points or () if end is not None]
            if ends != sorted(ends):
                path = f"components.{one.id}.events.items.{id}.points"
                yield Inconsistency(path, "、".join(map(str, ends)), "应先小后大")
        if one.marks and one.marks.range[0] >= one.marks.range[1]:
            yield Inconsistency(f"components.{one.id}.marks.range", str(one.marks.range[0]), "应先小后大")
        rule = one.events
        if rule and rule.floor is not None and rule.cap is not None and rule.floor > rule.cap:
            wanted = f"保底不能高于封顶 {rule.cap}"
            yield Inconsistency(f"components.{one.id}.events.floor", str(rule.floor), wanted, clause=one.clause)


def caps_stay_within_full_marks(plan: Plan) -> Found:
    """Where nothing is converted, a cap is in marks of the component."""
    for one in plan.components:
        cap = one.events.cap if one.events and not (one.each_cycle or one.convert) else None
        full = min((one.full or {}).values(), default=None)
        if cap is not None and full is not None and cap > full:
            path = f"components.{one.id}.events.cap"
            yield Inconsistency(path, str(cap), f"封顶超过满分 {full}", clause=one.clause)


def factors_do_not_turn_points(plan: Plan) -> Found:
    for one in plan.components:
        for id, item in _items(one):
            for factor, times in item.factors.items():
                if times < 0:
                    path = f"components.{one.id}.events.items.{id}.factors.{factor}"
                    yield Inconsistency(path, str(times), "倍数不能为负；扣分还是加分由 points 定", clause=item.clause)


def deadlines_have_a_calendar(plan: Plan) -> Found:
    """Working days are known for the years that the official calendar covers."""
    years = {cycle.start.year for cycles in plan.cycles.values() for cycle in cycles} | {plan.campaign.year}
    known = known_years()
    for one in plan.components:
        for id, item in _items(one):
            for key, deadline in (("within", item.within), ("extended", item.extended)):
                if deadline and deadline.working_days and not years <= set(known):
                    path = f"components.{one.id}.events.items.{id}.{key}"
                    yield Inconsistency(path, f"{max(years)} 年", f"工作日历只有 {known[0]}—{known[-1]} 年")


def _items(one: Component) -> Iterable[tuple[str, Item]]:
    return one.events.items.items() if one.events else ()


def unmeasured_is_said_of_leaves(plan: Plan) -> Found:
    """What no fact has come in for is a leaf; a node has what its children have."""
    for one in plan.components:
        path = f"components.{one.id}.unmeasured"
        if one.unmeasured and one.of:
            wanted = "尚未评价怎么计只写在末级指标上，由下级组成的指标不写"
            yield Inconsistency(path, one.unmeasured, wanted, clause=one.clause)
        elif one.unmeasured == "full" and one.full is None:
            wanted = "没有满分 full，无法按满分计"
            yield Inconsistency(path, one.unmeasured, wanted, clause=one.clause)


LEAVES: list[Callable[[Plan], Found]] = [
    ratings_can_be_scored,
    ratings_decide_every_case,
    forms_can_be_valid,
    trims_leave_something,
    some_marker_weighs,
    bands_leave_no_gap,
    ranges_run_upward,
    caps_stay_within_full_marks,
    factors_do_not_turn_points,
    deadlines_have_a_calendar,
    unmeasured_is_said_of_leaves,
]
