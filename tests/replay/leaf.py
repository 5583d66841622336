"""A leaf worked out from its named rows alone."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor, trunc
from typing import Any

from pingyi.plan import Component
from pingyi.plan.base import of_category
from pingyi.plan.converts import Convert
from tests.replay import votes
from tests.replay.kept import Kept

By = dict[str, dict[str, Fraction | None]]
"""Values by unit and cycle."""


def marks(plan: Any, one: Component, unit: str, kept: Kept) -> Decimal | None:
    """The marks of a unit, rounded once to ten places; None where it has none."""
    row = kept.units[unit]
    imported = bool(one.imported) and all((row.get(name) or "") in wanted for name, wanted in one.imported.items())
    if one.unmeasured and not imported and not _known(one, unit, kept, plan):
        return rounded(Fraction(of_category(one.full, row["category"] or ""))) if one.unmeasured == "full" else None
    compares = any(step.kind in COMPARING for step in (*one.each_cycle, *one.convert))
    values = _values(plan, one, kept, [*kept.units] if compares else [unit])
    for step in one.each_cycle:
        values = _converted(step, values, kept)
    whole = {other: {"": _together(plan, one, cycles)} for other, cycles in values.items()}
    for step in one.convert:
        whole = _converted(step, whole, kept)
    return rounded(whole.get(unit, {}).get(""))


def rounded(value: Fraction | None) -> Decimal | None:
    """Half away from zero, ten places."""
    if value is None:
        return None
    whole = floor(abs(value) * 10**10 + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-10)


def _known(one: Component, unit: str, kept: Kept, plan: Any) -> bool:
    """Whether any fact says that the leaf was judged."""
    if one.ratings:
        mine = votes.counted(plan, one, kept).get(unit, {})
        return any(
            number and one.ratings.levels[level] is not None for n in mine.values() for level, number in n.items()
        )
    table = one.method
    return any(row["unit"] == unit for row in kept.rows(table))


COMPARING = ("share_of_best", "points_by_rank")


def _values(plan: Any, one: Component, kept: Kept, wanted: list[str]) -> By:
    if one.of or one.marks:
        return _given(plan, one, kept)
    if one.ratings:
        return votes.marks(plan, one, kept, wanted)
    if one.measures:
        return _measured(plan, one, kept)
    return {unit: {c.id: _events(one, unit, c, kept) for c in plan.cycles[one.per]} for unit in wanted}


def _events(one: Component, unit: str, cycle: Any, kept: Kept) -> Fraction | None:
    rule = one.events
    assert rule is not None
    happened = [row for row in kept.rows("events") if row["unit"] == unit]
    mine = sorted(
        (row for row in happened if cycle.start <= row["happened_on"] <= cycle.end),
        key=lambda row: (row["happened_on"], row["event"]),
    )
    summed, rungs = Fraction(rule.base), defaultdict(int)
    vetoes = set()
    for row in mine:
        item, points = rule.items[row["item"]], Fraction(0)
        for _ in range(row["times"]):
            rungs[row["item"]] += 1
            if item.ladder:
                points += Fraction(item.ladder[min(rungs[row["item"]], len(item.ladder)) - 1])
            else:
                points += Fraction(row["points"] or 0) if item.fixed is None else Fraction(item.fixed)
        if row["part"] == "beside":
            continue
        for factor in item.factors.keys() & set(row["factors"] or ()):
            points *= Fraction(item.factors[factor])
        summed += points
        vetoes.add(item.veto)
    if "not_ranked" in vetoes:
        return None
    if "zero" in vetoes:
        return Fraction(0)
    capped = summed if rule.cap is None else min(summed, Fraction(rule.cap))
    return capped if rule.floor is None else max(capped, Fraction(rule.floor))


def _given(plan: Any, one: Component, kept: Kept) -> By:
    first = plan.cycles[one.per][0].id
    found: dict[str, dict[str, dict[str, list[Fraction]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in kept.rows("marks"):
        found[row["unit"]][row["cycle"] or first][row["marker"] or ""].append(Fraction(row["mark"]))
    return {
        unit: {cycle: _weighed(one, markers) for cycle, markers in cycles.items()} for unit, cycles in found.items()
    }


def _weighed(one: Component, markers: dict[str, list[Fraction]]) -> Fraction:
    earned = whole = Fraction(0)
    for marker, given in markers.items():
        trim = one.marks.trim if one.marks else None
        top, bottom = (floor(Fraction(share) * len(given)) for share in (trim.top, trim.bottom)) if trim else (0, 0)
        left = sorted(given, reverse=True)[top : len(given) - bottom]
        weight = Fraction(one.marks.markers.get(marker, 1)) if one.marks else Fraction(1)
        earned, whole = earned + weight * sum(left) / len(left), whole + weight
    return earned / whole


def _measured(plan: Any, one: Component, kept: Kept) -> By:
    assert one.measures is not None
    first = plan.cycles[one.per][0].id
    above: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    below: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in kept.rows("measures"):
        key = row["unit"], row["cycle"] or first
        above[key] += Fraction(row["numerator"])
        below[key] += Fraction(row["denominator"] or 0)
    rate, found = one.measures.of == "rate", defaultdict(dict)
    for (unit, cycle), number in above.items():
        found[unit][cycle] = (number / below[unit, cycle] if below[unit, cycle] else None) if rate else number
    return found


def _together(plan: Any, one: Component, cycles: dict[str, Fraction | None]) -> Fraction | None:
    if len(plan.cycles[one.per]) == 1:
        return next(iter(cycles.values()), None)
    have = {cycle: value for cycle, value in cycles.items() if value is not None}
    if not have or (one.over_cycles in ("sum", "weights") and len(have) < len(cycles)):
        return None
    order = [cycle.id for cycle in plan.cycles[one.per] if cycle.id in have]
    match one.over_cycles:
        case "mean":
            return sum(have.values(), Fraction(0)) / len(have)
        case "weights":
            return sum((value * Fraction(one.cycle_full.get(cycle, 1)) for cycle, value in have.items()), Fraction(0))
        case "best":
            return max(have.values())
        case "last":
            return have[order[-1]]
    return sum(have.values(), Fraction(0))


def _converted(step: Convert, values: By, kept: Kept) -> By:
    found: By = {}
    for unit, cycles in values.items():
        found[unit] = {}
        for cycle, value in cycles.items():
            others = [v[cycle] for v in values.values() if v.get(cycle) is not None]
            found[unit][cycle] = None if value is None else one_step(step, value, others, kept.units[unit])
    return found


def one_step(step: Convert, value: Fraction, others: list[Any], row: Any) -> Fraction | None:
    match step.kind:
        case "scale":
            return value * Fraction(step.scale.to) / Fraction(step.scale.start)
        case "steps":
            reached = [pair for pair in step.steps if Fraction(pair[0]) <= value]
            return Fraction(max(reached)[1]) if reached else None
        case "cap":
            return min(value, Fraction(step.cap))
        case "floor":
            return max(value, Fraction(step.floor))
        case "times":
            return value * Fraction(step.times)
        case "times_column":
            return value * Fraction(row[step.times_column])
        case "per":
            return value / Fraction(row[step.per])
        case "share_of_best":
            return value / max(others) * Fraction(step.share_of_best) if max(others) else Fraction(0)
        case "per_point":
            point = step.per_point
            short, each = Fraction(point.target) - value, Fraction(point.of)
            return Fraction(point.full) - short / each * Fraction(point.points if short > 0 else point.over)
        case "points_by_rank":
            rank = step.points_by_rank
            better = [other for other in others if (other < value if rank.lowest_first else other > value)]
            return Fraction(rank.places.get(len(better) + 1, rank.after))
        case "round":
            unit = 10**step.round.places
            if step.round.mode == "down":
                return Fraction(trunc(value * unit), unit)
            whole = floor(abs(value) * unit + Fraction(1, 2))
            return Fraction(-whole if value < 0 else whole, unit)
    raise AssertionError(step.kind)
