"""Leaves: from counted facts to the marks of each cycle, before any conversion."""

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference import counting, events
from tests.reference.campaign import NONE, Campaign, Mark, Row, Tree, grouped, once
from tests.reference.counting import Vote
from tests.reference.numbers import number, optional

By = dict[str, dict[str, Mark]]
"""Marks by unit and cycle."""


def values(known: Campaign, id: str, units: list[str]) -> By:
    """The marks of every unit in every cycle of a leaf."""
    return KINDS[known.kind(id)](known, id, units)


# ---------------------------------------------------------------- ratings


def _ratings(known: Campaign, id: str, units: list[str]) -> By:
    rule = known.components[id]["ratings"]
    pooled = rule.get("score_per") == "year"
    windows = [""] if pooled else [cycle.id for cycle in known.cycles(id)]
    votes = grouped(counting.votes(known, id), lambda vote: vote.unit)
    own, heard, missing = {}, {}, {}
    for unit in units:
        for window in windows:
            here = [vote for vote in votes.get(unit, []) if window in ("", vote.cycle)]
            counts = [vote for vote in here if _counts(known, rule, vote)]
            rate, missing[unit, window] = _rate(known, rule, unit, counts)
            full = known.full(id, unit) if pooled else known.full_of_cycle(id, unit, window)
            own[unit, window] = None if rate is None else rate * (full or 0)
            heard[unit, window] = respondents(rule, counts)
    return {
        unit: {window: _ruled(known, rule, unit, window, windows, own, heard, missing) for window in windows}
        for unit in units
    }


def respondents(rule: Tree, counts: list[Vote]) -> int:
    """How many people the counting votes come from: forms where they are known, votes otherwise (few votes)."""
    if not rule.get("items"):
        return sum(vote.votes for vote in counts)
    persons = {(vote.cycle, vote.person) for vote in counts if not vote.ready}
    return len(persons) + sum(vote.votes for vote in counts if vote.ready)


def _weights(rule: Tree, part: str) -> dict[str, Any] | None:
    """Weights of groups or items; none where all are pooled."""
    words = rule.get(part)
    return words if isinstance(words, dict) and any(weight is not None for weight in words.values()) else None


def _weight(known: Campaign, weights: dict[str, Any] | None, word: str, unit: str) -> Fraction:
    if weights is None:
        return Fraction(1)
    return known.of_category(weights.get(word), unit) or Fraction(0)


def _counts(known: Campaign, rule: Tree, vote: Vote) -> bool:
    """A level without value, and a group or item without weight, count for nothing."""
    if rule["levels"][vote.level] is None:
        return False
    groups, items = _weights(rule, "groups"), _weights(rule, "items")
    return _weight(known, groups, vote.group, vote.unit) > 0 and _weight(known, items, vote.item, vote.unit) > 0


@once
def counting_votes(known: Campaign, id: str) -> list[Vote]:
    """The votes of a leaf that count for its score."""
    rule = known.components[id]["ratings"]
    return [vote for vote in counting.votes(known, id) if _counts(known, rule, vote)]


def _rate(known: Campaign, rule: Tree, unit: str, counts: list[Vote]) -> tuple[Fraction | None, bool]:
    """The rate of a unit's counting votes, and whether a group that has a weight is missing."""
    weights = _weights(rule, "groups")
    asked = {} if weights is None else {name: _weight(known, weights, name, unit) for name in weights}
    groups = grouped(counts, lambda vote: vote.group if weights else "")
    missing = any(weight > 0 and name not in groups for name, weight in asked.items())
    if not groups:
        return None, missing
    rates = {name: _rate_of_group(known, rule, unit, votes) for name, votes in groups.items()}
    earned = sum((rates[name] * _weight(known, weights, name, unit) for name in groups), Fraction(0))
    whole = sum((_weight(known, weights, name, unit) for name in groups), Fraction(0))
    if weights is not None and rule.get("group_missing") == "zero":
        whole = sum(asked.values(), Fraction(0))
    return earned / whole, missing


def _rate_of_group(known: Campaign, rule: Tree, unit: str, votes: list[Vote]) -> Fraction:
    """The mean over raters where each one's own mean comes first; otherwise over all votes, item by item."""
    if rule.get("mean_first"):
        raters = grouped(votes, lambda vote: vote.rater).values()
        return sum((_over_items(known, rule, unit, own) for own in raters), Fraction(0)) / len(raters)
    return _over_items(known, rule, unit, votes)


def _over_items(known: Campaign, rule: Tree, unit: str, votes: list[Vote]) -> Fraction:
    weights = _weights(rule, "items")
    items = grouped(votes, lambda vote: vote.item if weights else "")
    whole = sum((_weight(known, weights, item, unit) for item in items), Fraction(0))
    return (
        sum((_pooled(rule, same) * _weight(known, weights, item, unit) for item, same in items.items()), Fraction(0))
        / whole
    )


def _pooled(rule: Tree, votes: list[Vote]) -> Fraction:
    earned = sum((number(rule["levels"][vote.level]) * vote.votes for vote in votes), Fraction(0))
    return earned / (number(rule.get("out_of", 1)) * sum(vote.votes for vote in votes))


def _ruled(
    known: Campaign,
    rule: Tree,
    unit: str,
    window: str,
    windows: list[str],
    own: dict[Any, Any],
    heard: dict[Any, int],
    missing: dict[Any, bool],
) -> Mark:
    """What the rules for few votes and for none leave of a unit's own marks."""
    few = rule.get("few") or {}
    below = int(few.get("below", 0))

    def counted(other: str) -> int:
        return sum(heard[other, one] for one in (windows if few.get("counted_per") == "year" else [window]))

    def mean() -> Fraction | None:
        rated = [other for (other, one), value in own.items() if one == window and value is not None]
        if few.get("mean_of") == "same_category":
            rated = [
                other
                for other in rated
                if (known.units[other].get("category") or "") == (known.units[unit].get("category") or "")
            ]
        if few.get("mean_of") == "enough_votes":
            rated = [other for other in rated if counted(other) >= below]
        return sum((own[other, window] for other in rated), Fraction(0)) / len(rated) if rated else None

    also = {"group_missing"} if missing[unit, window] and heard[unit, window] else set()
    if not heard[unit, window]:
        then = (rule.get("none") or {}).get("then", "not_scored")
        if then == "zero":
            return Mark(Fraction(0)).flagged("none_zero")
        if then == "not_scored":
            return NONE.flagged("not_scored")
        return Mark(mean()).flagged("none_mean" if mean() is not None else "no_mean")
    if counted(unit) >= below:
        return Mark(own[unit, window]).flagged(*also)
    if few.get("then") == "flag":
        return Mark(own[unit, window]).flagged("few_flagged", *also)
    if few.get("own_share") is None:
        return NONE.flagged("not_scored", *also)
    share, others = number(few["own_share"]), mean()
    if others is None:
        return NONE.flagged("no_mean", *also)
    return Mark(share * own[unit, window] + (1 - share) * others).flagged("few", *also)


# ---------------------------------------------------------------- marks


def _marks(known: Campaign, id: str, units: list[str]) -> By:
    rows = [(one, kind) for one, kind in counting.marks(known, id) if one.reason is None]
    given = grouped(rows, lambda pair: (pair[0].row["unit"], pair[0].cycle))
    return {
        unit: {cycle.id: _marked(known, id, unit, given.get((unit, cycle.id), [])) for cycle in known.cycles(id)}
        for unit in units
    }


def _marked(known: Campaign, id: str, unit: str, given: list[Any]) -> Mark:
    rule = known.components[id]["marks"]
    markers = {name: one if isinstance(one, dict) else {"weight": one} for name, one in rule.get("markers", {}).items()}
    weights = {name: number(one["weight"]) for name, one in markers.items()} or {"": Fraction(1)}
    asked = {name for name, weight in weights.items() if weight and known.fits(unit, markers.get(name, {}).get("for"))}
    means = {
        kind: _trimmed(rule, [number(one.row["mark"]) for one, _ in same])
        for kind, same in grouped(given, lambda pair: pair[1]).items()
    }
    present = {kind: mean for kind, mean in means.items() if weights[kind]}
    lacking = asked - set(present)
    if not present:
        return NONE.flagged("marker_missing") if means and lacking else NONE
    policy = rule.get("marker_missing", "spread")
    if lacking and policy == "not_scored":
        return NONE.flagged("marker_missing")
    over = asked if lacking and policy == "zero" else set(present)
    earned = sum((mean * weights[kind] for kind, mean in present.items()), Fraction(0))
    return Mark(earned / sum(weights[kind] for kind in over)).flagged(*(["marker_missing"] if lacking else []))


def _trimmed(rule: Tree, given: list[Fraction]) -> Fraction:
    """The mean without the highest and lowest marks of the class: shares of them, in whole marks."""
    trim = rule.get("trim") or {}
    top, bottom = (floor(number(trim.get(side, 0)) * len(given)) for side in ("top", "bottom"))
    left = sorted(given, reverse=True)[top : len(given) - bottom]
    return sum(left, Fraction(0)) / len(left)


# ---------------------------------------------------------------- measures


def _measures(known: Campaign, id: str, units: list[str]) -> By:
    rule = known.components[id]["measures"]
    rows = grouped(
        [one for one in counting.measures(known, id) if one.reason is None], lambda one: (one.row["unit"], one.cycle)
    )
    return {
        unit: {
            cycle.id: _measured(rule, [one.row for one in rows.get((unit, cycle.id), [])]) for cycle in known.cycles(id)
        }
        for unit in units
    }


def _measured(rule: Tree, rows: list[Row]) -> Mark:
    if not rows:
        return NONE
    above = sum((number(row["numerator"]) for row in rows), Fraction(0))
    if rule["of"] == "count":
        return Mark(above)
    below = sum((optional(row.get("denominator")) or Fraction(0) for row in rows), Fraction(0))
    return Mark(above / below) if below else NONE


# ---------------------------------------------------------------- whether anything is known at all


def is_measured(known: Campaign, id: str, unit: str) -> bool:
    """E4: whether any fact says something of a unit: votes of any level, marks, numbers, entries looked at."""
    kind = known.kind(id)
    if kind == "ratings":
        return any(vote.unit == unit for vote in counting.votes(known, id))
    if kind == "marks":
        return any(one.row["unit"] == unit and one.reason is None for one, _ in counting.marks(known, id))
    if kind == "measures":
        return any(one.row["unit"] == unit and one.reason is None for one in counting.measures(known, id))
    return any(
        row["unit"] == unit and reason in (None, "in_time", "not_due") for row, _, reason in events.deeds(known, id)
    )


KINDS: dict[str, Callable[[Campaign, str, list[str]], By]] = {
    "ratings": _ratings,
    "marks": _marks,
    "events": events.values,
    "measures": _measures,
}
__all__ = ["By", "counting_votes", "is_measured", "respondents", "values"]
