"""Whether conversions can be carried out and every step of theirs can be reached; whether marks stay within full marks.

Each check yields every place where its sentence does not hold. They presume that every name exists, and that leaves can
be scored.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.convert_ranges import after
from pingyi.plan.converts import Convert
from pingyi.plan.inconsistency import Found, Inconsistency
from pingyi.plan.intervals import ANY, Span, exceeds, hull
from pingyi.plan.ranges import Ranges

Placed = tuple[Component, str, Convert]
"""A component, the path of one of its conversions, and the conversion."""


def _steps(plan: Plan) -> Iterator[Placed]:
    for one in plan.components:
        for key, steps in (("each_cycle", one.each_cycle), ("convert", one.convert)):
            for place, step in enumerate(steps):
                yield one, f"components.{one.id}.{key}.{place}.{step.kind}", step


def conversions_divide_by_something(plan: Plan) -> Found:
    for one, path, step in _steps(plan):
        if step.scale is not None and step.scale.start == 0:
            yield Inconsistency(f"{path}.from", "0", "不能从 0 折算", clause=one.clause)
        if step.per_point is not None and step.per_point.of <= 0:
            yield Inconsistency(f"{path}.of", str(step.per_point.of), "应大于 0", clause=one.clause)
        if step.share_of_best is not None and step.share_of_best <= 0:
            yield Inconsistency(path, str(step.share_of_best), "应大于 0", clause=one.clause)


def steps_are_told_apart(plan: Plan) -> Found:
    for one, path, step in _steps(plan):
        if step.steps is not None:
            bounds = [bound for bound, _ in step.steps]
            for bound in dict.fromkeys(bound for bound in bounds if bounds.count(bound) > 1):
                yield Inconsistency(path, "null" if bound is None else str(bound), "同一个下限只能写一次")
            if not bounds:
                yield Inconsistency(path, "", "至少要有一档")
        if step.points_by_rank is not None:
            yield from _places_follow(one, f"{path}.places", sorted(step.points_by_rank.places))


def _places_follow(one: Component, path: str, places: list[int]) -> Found:
    if places != list(range(1, len(places) + 1)):
        found = "、".join(map(str, places))
        yield Inconsistency(path, found, "名次应从 1 起连续写，不能跳过；其余的写在 after", clause=one.clause)


def steps_can_be_reached(plan: Plan) -> Found:
    """Each step holds values that can occur, and every value that can occur has a step."""
    known = Ranges.all_of(plan)
    for one in plan.components:
        for key, steps in (("each_cycle", one.each_cycle), ("convert", one.convert)):
            spans = [ranges.before(one, key) for ranges in known if ranges.exists(one)]
            span = hull(spans) if spans else ANY
            for place, step in enumerate(steps):
                yield from _reached(one, f"components.{one.id}.{key}.{place}.{step.kind}", step, span)
                span = after(span, step)


def _reached(one: Component, path: str, step: Convert, span: Span) -> Found:
    if step.steps:
        yield from _bounds_reached(one, path, step.steps, span)
    if step.cap is not None and exceeds(span.low, step.cap):
        wanted = f"换算前的值都在 {spoken(span)}，全部会封顶为同一个数"
        yield Inconsistency(path, str(step.cap), wanted, clause=one.clause)
    if step.floor is not None and exceeds(step.floor, span.top):
        wanted = f"换算前的值都在 {spoken(span)}，全部会保底为同一个数"
        yield Inconsistency(path, str(step.floor), wanted, clause=one.clause)


def _bounds_reached(one: Component, path: str, steps: list[tuple[Decimal | None, Decimal]], span: Span) -> Found:
    bounds = sorted(bound for bound, _ in steps if bound is not None)
    open_below = any(bound is None for bound, _ in steps)
    yield from bounds_out_of_reach(path, bounds, span, open_below, one.clause)
    if bounds and not open_below and span.least is not None and exceeds(bounds[0], span.least):
        lowest = f"可低至 {plain(span.least)}" if span.least.is_finite() else "没有保底，可以一直扣下去"
        wanted = f"低于最低一档的值（{lowest}）没有规定；请加一档 [null, 分数]"
        yield Inconsistency(path, str(bounds[0]), wanted, clause=one.clause)


def bounds_out_of_reach(path: str, bounds: list[Decimal], span: Span, open_below: bool, clause: str) -> Found:
    """Lower bounds in their order that no value reaches, or that every value passes, so that what is below is empty."""
    for place, bound in enumerate(bounds):
        if exceeds(bound, span.top):
            yield Inconsistency(path, str(bound), f"永远达不到：值都在 {spoken(span)}", clause=clause)
        elif (place or open_below) and not exceeds(bound, span.low):
            yield Inconsistency(path, str(bound), f"下面一档永远用不上：值都在 {spoken(span)}", clause=clause)


def marks_stay_within_full_marks(plan: Plan) -> Found:
    """No leaf gives more than its full marks, of the year or of a cycle; facts bound what is measured."""
    for one in plan.components:
        if one.of or one.measures:
            continue
        for ranges in Ranges.all_of(plan):
            full, span = ranges.full(one), ranges.of(one.id)
            if full is None or span is None:
                continue
            if exceeds(span.top, full):
                yield _beyond(one, span.top, f"满分 {plain(full)}")
                break
            cycle = ranges.cycle(one)
            top = min(one.cycle_full.values(), default=None) if one.over_cycles == "sum" else None
            if top is not None and one.ratings is None and exceeds(cycle.top, top):
                yield _beyond(one, cycle.top, f"一个周期的满分 {plain(top)}")
                break


def _beyond(one: Component, top: Decimal, what: str) -> Inconsistency:
    """Where to mend it: the range of marks, the cap or base of events, or the conversions."""
    path = f"components.{one.id}"
    if one.marks:
        wanted = f"打分范围会使得分达到 {plain(top)}，超过{what}"
        return Inconsistency(f"{path}.marks.range", str(one.marks.range[1]), wanted, clause=one.clause)
    if one.events and one.events.cap is None and not top.is_finite():
        wanted = f"有加分事项（或分值不定的事项）而没有封顶，得分会超过{what}；请写明 cap"
        return Inconsistency(f"{path}.events.cap", "", wanted, clause=one.clause)
    if one.events:
        key = "base" if one.events.cap is None else "cap"
        found, word = str(getattr(one.events, key)), "基础分" if key == "base" else "封顶"
        wanted = f"{word}超过{what}：得分可达 {plain(top)}"
        return Inconsistency(f"{path}.events.{key}", found, wanted, clause=one.clause)
    return Inconsistency(path, plain(top), f"得分会超过{what}", clause=one.clause)


def plain(number: Decimal) -> str:
    """A number as people write it."""
    if not number.is_finite():
        return "不限"
    return format(round(number, 6).normalize() + 0, "f")


def spoken(span: Span) -> str:
    """An interval as a message names it."""
    low = plain(span.low) if span.low.is_finite() else "负无穷"
    high = plain(span.top) if span.top.is_finite() else "正无穷"
    return f"{low} 到 {high} 之间"


CONVERTS: list[Callable[[Plan], Found]] = [
    conversions_divide_by_something,
    steps_are_told_apart,
]
"""Asked with the leaves."""

REACHES: list[Callable[[Plan], Found]] = [
    steps_can_be_reached,
    marks_stay_within_full_marks,
]
"""Asked last: they presume that values can be computed."""
