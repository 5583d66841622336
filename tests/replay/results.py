"""Places from marks, lists from places and conditions, consequences from lists: all in plain lists."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
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
    flags: dict[tuple[str, str], str | None]
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

    @property
    def vetoed(self) -> set[str]:
        """Units that a veto keeps out of some ranking."""
        return {unit for (_, unit), flag in self.flags.items() if "veto" in (flag or "").split("+")}

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


Key = tuple[bool, Decimal]
"""Whether there is a value, and which: none comes last."""


def _key(known: Published, tie: Any, unit: str, votes: dict[tuple[str, str], int]) -> Key:
    if isinstance(tie, VotesTie):
        return votes[unit, ""] > 0, Decimal(votes[unit, tie.votes] * (-1 if tie.better == "fewer" else 1))
    mark = known.marks.get((tie, unit))
    return mark is not None, mark or Decimal(0)


def _decided(one: Standing, lot: bool, unit: str, same: list[str], keys: dict[str, list[Key]]) -> str | None:
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


def holds(known: Published, when: When, unit: str, place: int | None, own_list: str = "") -> bool:
    """Whether all conditions hold for a unit. place: its place on the list. own_list: the list being drawn up."""
    row = known.roster[unit]
    grades = {one["organ"]: one["grade"] for one in known.facts.get("grades", [])}
    told = [(row.get(trait) or "") in values for trait, values in when.units.items()]
    told += [_within(known.marks.get((component, unit)), bounds) for component, bounds in when.marks.items()]
    told += [_within(place, when.place)] if when.place else []
    told += [grades.get(row["organ"]) in when.grade] if when.grade else []
    if when.running:
        past = {(one["unit"], one["list"], one["year"]) for one in known.facts.get("history", [])}
        years = [known.plan.campaign.year - ago for ago in range(1, when.running.years)]
        told.append(all((unit, when.running.list_, year) in past for year in years))
        told.append(when.running.list_ == own_list or unit in known.on(when.running.list_))
    return all(told)


def asked(when: When | None) -> bool:
    """Whether there is any condition."""
    return when is not None and when != When()


# ------------------------------------------------------------------ lists


def entries(known: Published, rule: ListRule) -> dict[str, Row]:
    """Who must be on a list: place, group and whether directly, by unit."""
    places = {row["unit"]: row["overall"] for row in known.totals if row["standing"] == rule.by}
    sign = 1 if rule.side == "bottom" else -1
    strength = {unit: sign * place for unit, place in places.items()}
    pool = {unit for name in rule.pool for unit in (known.reviewed if name == "units" else known.on(name))}
    eligible = {unit for unit in pool if not asked(rule.when) or holds(known, rule.when, unit, None, rule.id)}
    out = {unit for name in rule.leave_out_direct_of for unit, row in known.on(name).items() if row["direct"]}
    out |= known.vetoed if rule.good else set()
    direct = (_direct(known, rule) & eligible) - out
    competing = (eligible & places.keys()) - out - direct
    seats = _seats(known, rule, pool, eligible & places.keys(), direct)
    drawn = set(direct)
    for unit in competing:
        group = _part(known, rule, unit)
        before = sum(strength[other] > strength[unit] for other in competing if _part(known, rule, other) == group)
        drawn |= {unit} if seats[group] is None or before < (seats[group] or 0) else set()
    ranks = _list_places(known, rule, drawn, strength)
    if asked(rule.provided):
        drawn = {unit for unit in drawn if holds(known, rule.provided, unit, ranks[unit], rule.id)}
        ranks = _list_places(known, rule, drawn, strength)
    return {unit: {"place": ranks[unit], "direct": unit in direct} for unit in drawn}


def _list_places(known: Published, rule: ListRule, units: set[str], strength: dict[str, int]) -> dict[str, int]:
    """Places on the list, those of a list within groups in each of them; units without a total come last."""
    found: dict[str, int] = {}
    for group in {_group(known.roster[unit], rule.within) for unit in units}:
        same = [unit for unit in units if _group(known.roster[unit], rule.within) == group]
        found |= _places(same, lambda unit: strength.get(unit, Decimal("-Infinity")))
    return found


def _direct(known: Published, rule: ListRule) -> set[str]:
    if rule.also is None:
        return set()
    wanted = rule.also.listed, known.plan.campaign.year - rule.also.years_ago
    past = {row["unit"] for row in known.facts.get("history", []) if (row["list"], row["year"]) == wanted}
    return past & set(known.reviewed)


Part = tuple[bool, str]
"""Whether a group's value is named in the quota, and which it is."""


def _part(known: Published, rule: ListRule, unit: str) -> Part:
    row = known.roster[unit]
    if rule.quota and (value := row.get(rule.quota.by) or "") in rule.quota.take:
        return True, value
    if rule.quota:
        return False, (row.get(rule.quota.rest_by) or "") if rule.quota.rest_by else ""
    return False, _group(row, rule.within) if rule.within else ""


def _seats(
    known: Published, rule: ListRule, pool: set[str], ranked: set[str], direct: set[str]
) -> dict[Part, int | None]:
    """Seats of each group that are left to compete for."""
    rest, found = _rest(known, rule, pool), {}
    for part in {_part(known, rule, unit) for unit in pool}:
        number = rule.take
        if rule.quota:
            number = rule.quota.take.get(part[1], 0) if part[0] else rest.get(part[1], 0)
        elif rule.share is not None:
            of = pool if rule.share.of == "pool" else ranked
            number = _rounded(rule.share.part * sum(_part(known, rule, unit) == part for unit in of), rule.share.round)
        if number is not None and rule.also and rule.also.place == "inside":
            number = max(number - sum(_part(known, rule, unit) == part for unit in direct), 0)
        found[part] = number
    return found


def _rounded(number: Decimal, how: str) -> int:
    rounding = {"down": ROUND_FLOOR, "up": ROUND_CEILING, "half_up": ROUND_HALF_UP}[how]
    return int(number.to_integral_value(rounding))


def _rest(known: Published, rule: ListRule, pool: set[str]) -> dict[str, int]:
    """The seats of what the quota does not name: all together, or by the largest remainder over the pool."""
    quota = rule.quota
    if quota is None or quota.rest is None:
        return {}
    if quota.rest_by is None:
        return {"": quota.rest}
    units: dict[str, int] = defaultdict(int)
    for named, value in (_part(known, rule, unit) for unit in pool):
        units[value] += not named
    units = {value: number for value, number in units.items() if number}
    whole = {group: number * quota.rest // sum(units.values()) for group, number in units.items()}
    order = {name: place for place, name in enumerate(known.plan.units.categories)}

    def first(group: str) -> tuple[int, int, int, str]:
        remainder = units[group] * (quota.rest or 0) % sum(units.values())
        return -remainder, -units[group], order.get(group, len(order)), group

    for group in sorted(units, key=first)[: quota.rest - sum(whole.values())]:
        whole[group] += 1
    return whole


# ------------------------------------------------------------------ consequences


def outcomes(known: Published, one: Outcome) -> list[Row]:
    """The consequences that must follow from an outcome's list."""
    found = []
    for unit, entry in known.on(one.list_).items():
        spared = any(unit in known.on(name) for name in one.leave_out)
        forbidden = one.unless is not None and asked(one.unless) and holds(known, one.unless, unit, entry["place"])
        subject = _subject(one, known.roster[unit])
        if subject and holds(known, one.when, unit, entry["place"]) and not spared and not forbidden:
            found.append({"outcome": one.id, "unit": unit, "subject": subject})
    return [row | {"amount": one.amount, "effect": one.effect, "subject_kind": one.to} for row in found]


def _subject(one: Outcome, row: Row) -> str:
    """Who bears it; nobody where a unit has no township."""
    if one.to.startswith("organ"):
        return str(row["organ"])
    return str(row["township"] or "") if one.to.startswith("township") else str(row["unit"])


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
