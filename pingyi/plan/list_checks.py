"""Whether standings, bands, lists and consequences can come to what they say.

Each check yields every place where its sentence does not hold. They presume that every name exists.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from pingyi.plan import ListRule, Plan
from pingyi.plan.base import ELSE
from pingyi.plan.convert_checks import bounds_out_of_reach, spoken
from pingyi.plan.inconsistency import Found, Inconsistency, rules_of
from pingyi.plan.intervals import FREE, Span, exceeds, hull
from pingyi.plan.ranges import Ranges
from pingyi.plan.result_names import below
from pingyi.plan.results import Bounds, When


def every_tie_is_decided(plan: Plan) -> Found:
    for standing in plan.standings:
        if standing.ties[-1] not in ("draw", "share") or any(tie in ("draw", "share") for tie in standing.keys):
            wanted = "最后一项应为 draw（公开抽签）或 share（并列），且只写在最后"
            found = "、".join(tie if isinstance(tie, str) else tie.votes for tie in standing.ties)
            yield Inconsistency(f"standings.{standing.id}.ties", found, wanted, clause=standing.clause)


def votes_are_asked_where_there_are_votes(plan: Plan) -> Found:
    for standing in plan.standings:
        if standing.min_votes > 0 and not any(one.ratings for one in below(plan, standing.of)):
            wanted = f"{standing.of} 及其下级都不按等次计分，没有票数可言，没有一个单位能参加排名"
            path = f"standings.{standing.id}.min_votes"
            yield Inconsistency(path, str(standing.min_votes), wanted, clause=standing.clause)
        if standing.min_votes < 0:
            yield Inconsistency(f"standings.{standing.id}.min_votes", str(standing.min_votes), "应不小于 0")


def bands_can_be_reached(plan: Plan) -> Found:
    """Each band starts at a bound of its own, and holds marks that can occur."""
    for band in plan.bands:
        path, seen = f"bands.{band.id}.names", dict[Decimal, str]()
        for name, bound in band.names.items():
            if bound in seen:
                yield Inconsistency(f"{path}.{name}", str(bound), f"与“{seen[bound]}”的下限相同，一个下限只能有一档")
            seen.setdefault(bound, name)
        yield from bounds_out_of_reach(path, sorted(seen), span_of(plan, band.of), False, band.clause)


def span_of(plan: Plan, id: str) -> Span:
    """What marks a component can take in any category."""
    spans = [span for ranges in Ranges.all_of(plan) if (span := ranges.of(id)) is not None]
    return hull(spans) if spans else Span(-FREE, FREE)


def lists_fit_their_pool(plan: Plan) -> Found:
    sizes = {rule.id: size for _, rule in rules_of(plan) if (size := _size(rule)) is not None}
    units = max((one.count for one in plan.units.published if one.of == "units"), default=None)
    for section, rule in rules_of(plan):
        pools = [units if name == "units" else sizes.get(name) for name in rule.pool]
        size, pool = _core(rule), None if None in pools else sum(filter(None, pools))
        if size is not None and pool is not None and size > pool:
            key, wanted = "quota" if rule.quota else "take", f"名额超过可选单位数 {pool}"
            yield Inconsistency(f"{section}.{rule.id}.{key}", str(size), wanted, clause=rule.clause)


def _core(rule: ListRule) -> int | None:
    """Places by score: of a quota only the pooled rest, since named values may come from an import."""
    if rule.quota:
        return rule.quota.rest or sum(rule.quota.take.values())
    return rule.take


def _size(rule: ListRule) -> int | None:
    return sum(rule.quota.take.values()) + (rule.quota.rest or 0) if rule.quota else rule.take


def lists_say_their_seats_once(plan: Plan) -> Found:
    for section, rule in rules_of(plan):
        path = f"{section}.{rule.id}"
        if rule.quota and rule.within:
            wanted = "quota 已经分了名额，不能再按 within 分组；每组的名额请用 quota 写明"
            yield Inconsistency(f"{path}.within", "、".join(rule.within), wanted, clause=rule.clause)
        if rule.quota and rule.quota.rest_by and rule.quota.rest is None:
            wanted = "没有 rest，没有名额可按这一列分配"
            yield Inconsistency(f"{path}.quota.rest_by", rule.quota.rest_by, wanted, clause=rule.clause)
        if rule.share and not rule.share.part:
            yield Inconsistency(f"{path}.share", "0", "比例应大于 0，否则名单总是空的", clause=rule.clause)
        if rule.when.place:
            wanted = "列入名单以前还没有名单上的名次；对名次的要求写在 provided"
            yield Inconsistency(f"{path}.when.place", "", wanted, clause=rule.clause)


def conditions_can_hold(plan: Plan) -> Found:
    """Bounds leave room for a value, on marks that can occur and on places that a list has."""
    for path, clause, when, size in _conditions(plan):
        for id, bounds in when.marks.items():
            yield from _within(f"{path}.marks.{id}", bounds, span_of(plan, id), clause)
        if when.place is not None:
            places = Span(Decimal(1), Decimal(size) if size else FREE)
            yield from _within(f"{path}.place", when.place, places, clause)
    for rule in plan.sampling:
        if rule.cases is not None:
            yield from _within(f"sampling.{rule.id}.cases", rule.cases, Span(Decimal(0), FREE), rule.clause)


def _conditions(plan: Plan) -> Iterator[tuple[str, str, When, int | None]]:
    """Path, clause and condition, and how many places the list has, where that is said."""
    sizes = {rule.id: None if rule.also or rule.within else _size(rule) for rule in plan.every_list}
    for section, rule in rules_of(plan):
        yield f"{section}.{rule.id}.when", rule.clause, When(marks=rule.when.marks), None
        yield f"{section}.{rule.id}.provided", rule.clause, rule.provided, sizes[rule.id]
    for outcome in plan.outcomes:
        path = f"outcomes.{outcome.id}"
        yield f"{path}.when", outcome.clause, outcome.when, sizes.get(outcome.list_)
        if outcome.unless is not None:
            yield f"{path}.unless", outcome.clause, outcome.unless, sizes.get(outcome.list_)


def _within(path: str, bounds: Bounds, span: Span, clause: str) -> Found:
    """Whether some value of the interval meets all bounds."""
    lows = [bound for bound in (bounds.start, bounds.above) if bound is not None]
    highs = [bound for bound in (bounds.below, bounds.up_to) if bound is not None]
    low, high = max([*lows, span.low]), min([*highs, span.top])
    strict = low == bounds.above or high == bounds.below
    if lows and highs and (max(lows) > min(highs) or (max(lows) == min(highs) and strict)):
        yield Inconsistency(path, f"{max(lows)}—{min(highs)}", "上下限之间没有任何值", clause=clause)
    elif exceeds(low, high) or (not exceeds(high, low) and strict):
        said = zip(
            ("不低于", "高于", "低于", "不高于"), (bounds.start, bounds.above, bounds.below, bounds.up_to), strict=True
        )
        found = "、".join(f"{how} {bound}" for how, bound in said if bound is not None)
        yield Inconsistency(path, found, f"永远不会满足：值都在 {spoken(span)}", clause=clause)


def shares_stay_within_the_whole(plan: Plan) -> Found:
    for rule in plan.sampling:
        total = sum(rule.quota.values(), Decimal(0))
        if total > 1 or (ELSE in rule.quota and total != 1):
            yield Inconsistency(f"sampling.{rule.id}.quota", str(total), "各类人员的比例之和应为 1", clause=rule.clause)


def tasks_run_forward(plan: Plan) -> Found:
    for task in plan.tasks:
        if task.due < task.start:
            yield Inconsistency(f"tasks.{task.id}.due", str(task.due), f"应不早于开始日 {task.start}")
    for phase in plan.calendar:
        if phase.end < phase.start:
            yield Inconsistency(f"calendar.{phase.id}.to", str(phase.end), f"应不早于开始日 {phase.start}")


RESULTS: list[Callable[[Plan], Found]] = [
    every_tie_is_decided,
    votes_are_asked_where_there_are_votes,
    lists_fit_their_pool,
    lists_say_their_seats_once,
    shares_stay_within_the_whole,
    tasks_run_forward,
]
"""Asked with the sums."""

RESULT_REACHES: list[Callable[[Plan], Found]] = [
    bands_can_be_reached,
    conditions_can_hold,
]
"""Asked last: they presume that values can be computed."""
