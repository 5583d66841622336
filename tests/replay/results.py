"""Places from marks, lists from places and conditions, consequences from lists: all in plain lists."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pingyi.plan.results import Bounds, ListRule, Outcome, Standing, VotesTie, When
from tests.replay.nodes import Marks, Roster

Row = dict[str, Any]


@dataclass
class Published:
    """What was published of a campaign, and the facts that places, lists and consequences also look at."""

    plan: Any
    roster: Roster
    marks: Marks
    tally: list[Row]
    totals: list[Row]
    entries: list[Row]
    outcomes: list[Row]
    sums: list[Row]
    facts: dict[str, list[Row]]

    @property
    def reviewed(self) -> list[str]:
        """Units that are not exempt."""
        return [unit for unit, row in self.roster.items() if not row["exempt"]]

    def on(self, name: str) -> dict[str, Row]:
        """Entries of a list by unit."""
        return {row["unit"]: row for row in self.entries if row["list"] == name}


def _group(row: Row, columns: Iterable[str]) -> str:
    return "·".join(row.get(column) or "" for column in sorted(columns))


def _places(units: Iterable[str], key: Callable[[str], Any]) -> dict[str, int]:
    """1 2 2 4: place by a key, the largest first."""
    keys = {unit: key(unit) for unit in units}
    return {unit: 1 + sum(other > mine for other in keys.values()) for unit, mine in keys.items()}


# ------------------------------------------------------------------ totals


def totals(known: Published, one: Standing) -> list[Row]:
    """The rows that a standing must have, from published marks, votes and the recorded lots."""
    below = _below(known.plan, one.of)
    votes: dict[tuple[str, str], int] = defaultdict(int)
    for row in known.tally:
        if row["component"] in below:
            votes[row["unit"], row["level"]] += row["votes"]
            votes[row["unit"], ""] += row["votes"]
    seed = next((row["seed"] for row in known.facts.get("lots", []) if row["standing"] == one.id), None)
    ranked = {
        unit: total
        for (component, unit), total in known.marks.items()
        if component == one.of and total is not None and votes[unit, ""] >= one.min_votes
    }
    keys = {unit: [_key(known, tie, unit, votes) for tie in one.keys] for unit in ranked}
    lot = one.by_lot and seed is not None
    tickets = {unit: -int(sha256(f"{seed}:{unit}".encode()).hexdigest(), 16) if lot else 0 for unit in ranked}
    groups = {unit: _group(known.roster[unit], one.within) if one.within else "" for unit in ranked}
    overall = _places(ranked, lambda unit: (ranked[unit], keys[unit], tickets[unit]))
    rows = []
    for unit, total in ranked.items():
        same = [other for other in ranked if groups[other] == groups[unit]]
        place = 1 + sum(overall[other] < overall[unit] for other in same)
        decided = _decided(one, lot, unit, [other for other in same if ranked[other] == total], keys)
        row = {"unit": unit, "standing": one.id, "total": total, "place": place, "group": groups[unit]}
        rows.append(row | {"overall": overall[unit], "decided_by": decided})
    return rows


def _below(plan: Any, component: str) -> set[str]:
    found = {component}
    for child in plan.component(component).of:
        found |= _below(plan, child)
    return found


def _key(known: Published, tie: Any, unit: str, votes: dict[tuple[str, str], int]) -> Decimal:
    if isinstance(tie, VotesTie):
        return Decimal(votes[unit, tie.votes] * (-1 if tie.better == "fewer" else 1))
    return known.marks.get((tie, unit)) or Decimal(0)


def _decided(one: Standing, lot: bool, unit: str, same: list[str], keys: dict[str, list[Decimal]]) -> str | None:
    if len(same) == 1:
        return None
    if sum(keys[other] == keys[unit] for other in same) == 1:
        return "tie_keys"
    return "shared" if not one.by_lot else "lot" if lot else "open"


# ------------------------------------------------------------------ conditions


def _within(value: Any, bounds: Bounds) -> bool:
    return value is not None and not (
        (bounds.start is not None and value < bounds.start)
        or (bounds.up_to is not None and value > bounds.up_to)
        or (bounds.below is not None and value >= bounds.below)
        or (bounds.above is not None and value <= bounds.above)
    )


def holds(known: Published, when: When, unit: str, own_list: str) -> bool:
    """Whether all conditions hold for a unit."""
    row, place = known.roster[unit], known.on(own_list).get(unit, {}).get("place")
    grades = {one["organ"]: one["grade"] for one in known.facts.get("grades", [])}
    told = [(row.get(trait) or "") in values for trait, values in when.units.items()]
    told += [_within(known.marks.get((component, unit)), bounds) for component, bounds in when.marks.items()]
    told += [_within(place, when.place)] if when.place else []
    told += [grades.get(row["organ"]) in when.grade] if when.grade else []
    if when.running:
        past = {(one["unit"], one["list"], one["year"]) for one in known.facts.get("history", [])}
        years = [known.plan.campaign.year - ago for ago in range(1, when.running.years)]
        told.append(all((unit, when.running.list_, year) in past for year in years))
    return all(told)


def asked(when: When | None) -> bool:
    """Whether there is any condition."""
    return when is not None and when != When()


# ------------------------------------------------------------------ lists


def entries(known: Published, rule: ListRule) -> dict[str, Row]:
    """Who must be on a list: place, group and whether directly, by unit."""
    direct = _direct(known, rule)
    places = {row["unit"]: row["overall"] for row in known.totals if row["standing"] == rule.by}
    out = {unit for name in rule.leave_out_direct_of for unit in _direct(known, _rule(known, name))}
    pool = {
        unit
        for name in rule.pool
        for unit in (known.reviewed if name == "units" else known.on(name))
        if unit not in out and (unit in places or unit in direct)
        if not asked(rule.when) or holds(known, rule.when, unit, "")
    }
    sign = 1 if rule.side == "bottom" else -1
    strength = {unit: sign * places[unit] for unit in pool if unit in places}
    seats = _seats(known, rule, pool, strength, direct)
    chosen = set()
    for unit in pool:
        group = _part(known, rule, unit)
        rivals = [other for other in strength if _part(known, rule, other) == group]
        inside = rule.also is not None and rule.also.place == "inside"
        rivals = [other for other in rivals if not (inside and other in direct)]
        nth = 1 + sum(strength[other] > strength[unit] for other in rivals) if unit in strength else None
        if unit in direct or (nth is not None and (seats[group] is None or nth <= seats[group])):
            chosen.add(unit)
    if asked(rule.provided):
        chosen = {unit for unit in chosen if holds(known, rule.provided, unit, "")}
    ranks = _places(chosen, lambda unit: strength.get(unit, Decimal("-Infinity")))
    return {unit: {"place": ranks[unit], "direct": unit in direct} for unit in chosen}


def _rule(known: Published, name: str) -> ListRule:
    return next(rule for rule in known.plan.every_list if rule.id == name)


def _direct(known: Published, rule: ListRule) -> set[str]:
    if rule.also is None:
        return set()
    wanted = rule.also.listed, known.plan.campaign.year - rule.also.years_ago
    past = {row["unit"] for row in known.facts.get("history", []) if (row["list"], row["year"]) == wanted}
    return past & set(known.reviewed)


def _part(known: Published, rule: ListRule, unit: str) -> str:
    row = known.roster[unit]
    if rule.quota and (value := row.get(rule.quota.by) or "") in rule.quota.take:
        return value
    if rule.quota and rule.quota.rest_by:
        return row.get(rule.quota.rest_by) or ""
    return _group(row, rule.within) if rule.within else ""


def _seats(
    known: Published, rule: ListRule, pool: set[str], strength: dict[str, int], direct: set[str]
) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for group in {_part(known, rule, unit) for unit in pool}:
        members = [unit for unit in pool if _part(known, rule, unit) == group]
        seats = rule.take
        if rule.quota:
            seats = rule.quota.take.get(group, _rest(known, rule).get(group, rule.quota.rest)) or 0
        elif rule.share is not None:
            seats = int(rule.share * sum(unit in strength for unit in members))
        if seats is not None and rule.also and rule.also.place == "inside":
            seats = max(seats - sum(unit in direct for unit in members), 0)
        found[group] = seats
    return found


def _rest(known: Published, rule: ListRule) -> dict[str, int]:
    """What remains of the seats, apportioned by the largest remainder."""
    quota = rule.quota
    if quota is None or quota.rest_by is None or quota.rest is None:
        return {}
    units: dict[str, int] = defaultdict(int)
    for unit in known.reviewed:
        if (known.roster[unit].get(quota.by) or "") not in quota.take:
            units[known.roster[unit].get(quota.rest_by) or ""] += 1
    whole = {group: number * quota.rest // sum(units.values()) for group, number in units.items()}
    order = [*known.plan.units.categories]
    left = sorted(
        units, key=lambda group: (-(units[group] * quota.rest % sum(units.values())), -units[group], order.index(group))
    )
    for group in left[: quota.rest - sum(whole.values())]:
        whole[group] += 1
    return whole


# ------------------------------------------------------------------ consequences


def outcomes(known: Published, one: Outcome) -> list[Row]:
    """The consequences that must follow from an outcome's list."""
    found = []
    for unit in known.on(one.list_):
        spared = any(unit in known.on(name) for name in one.leave_out)
        forbidden = one.unless is not None and asked(one.unless) and holds(known, one.unless, unit, one.list_)
        if holds(known, one.when, unit, one.list_) and not spared and not forbidden:
            found.append({"outcome": one.id, "unit": unit, "subject": _subject(one, known.roster[unit])})
    return [row | {"amount": one.amount, "effect": one.effect, "subject_kind": one.to} for row in found]


def _subject(one: Outcome, row: Row) -> str:
    if one.to.startswith("organ"):
        return str(row["organ"])
    return str(row["township"] or row["organ"]) if one.to.startswith("township") else str(row["unit"])


def sums(known: Published) -> dict[tuple[str, str, str], Decimal]:
    """What the amounts of published consequences come to for each subject and effect."""
    amounts: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for row in known.outcomes:
        if row["amount"] is not None:
            amounts[row["subject_kind"], row["subject"], row["effect"]].append(row["amount"])
    added = {key for key in amounts if known.plan.effects[key[2]].combine == "sum"}
    return {
        key: sum(many, Decimal(0)) if key in added else max(*many, Decimal(0)) + min(*many, Decimal(0))
        for key, many in amounts.items()
    }
