"""The whole of a campaign: marks, places, lists, bands and consequences, from a plan's tree and plain facts."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.campaign import Campaign, Mark, Row, Stopped, Tree, listed, true
from tests.reference.excluded import facts_excluded, ratings_set_aside
from tests.reference.lists import Entry, Lists
from tests.reference.numbers import key, number, optional
from tests.reference.ranking import Ranking, standing
from tests.reference.tree import Scores


@dataclass
class Verdict:
    """What the judge says of a campaign; everything by its names."""

    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    rankings: dict[str, Ranking] = field(default_factory=dict)
    lists: dict[str, dict[str, Entry]] = field(default_factory=dict)
    proposals: dict[str, dict[str, Entry]] = field(default_factory=dict)
    bands: dict[tuple[str, str], str] = field(default_factory=dict)
    outcomes: set[tuple[str, str, str, Fraction | None]] = field(default_factory=set)
    sums: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    set_aside: dict[tuple[str, str], int] = field(default_factory=dict)
    excluded: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)


def judge(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> Verdict:
    """Score a campaign. Raises: Stopped where a sentence that must hold does not."""
    known = Campaign(tree, facts, as_of)
    held: dict[str, Any] = {}
    scores = Scores(known, lambda name: held["lists"].entries(name))
    rankings: dict[str, Ranking] = {}
    rules = {one["id"]: one for one in tree["standings"]}

    def ranking(name: str) -> Ranking:
        if name not in rankings:
            rankings[name] = standing(known, scores, rules[name])
        return rankings[name]

    lists = held["lists"] = Lists(known, scores, ranking)
    found = Verdict(rankings={name: ranking(name) for name in rules})
    found.marks = {(id, unit): mark for id in known.components for unit, mark in scores.year(id).items()}
    _within_full_marks(known, scores, found)
    found.lists = {name: lists.entries(name) for name in known.every_list}
    found.decided = {name for name in known.every_list if lists.decision(name) is not None}
    found.proposals = {name: lists.proposed(name) for name in found.decided}
    _bands(found, tree)
    _outcomes(found, known, lists)
    scored = {id: set(scores.units(id)) for id in known.components}
    found.set_aside, found.excluded = ratings_set_aside(known, scored), facts_excluded(known, scored)
    return found


def _within_full_marks(known: Campaign, scores: Scores, found: Verdict) -> None:
    """No mark is above its full marks, but for what stands outside them. Raises: Stopped."""
    for (id, unit), mark in found.marks.items():
        full = known.full(id, unit)
        outside = [child for child in known.below(id)[1:] if true(known.components[child].get("outside"))]
        there = [child for child in outside if unit in scores.units(child)]
        more = [known.full(child, unit) for child in there]
        if full is None or mark.value is None or None in more or set(there) - set(known.children(id)):
            continue
        if key(mark.value) > full + sum((one for one in more if one is not None), Fraction(0)):
            raise Stopped(f"{id}: {unit} has {mark.value} of {full}")


def _bands(found: Verdict, tree: Tree) -> None:
    for one in tree.get("bands", []):
        for (component, unit), mark in found.marks.items():
            if component == one["of"] and mark.value is not None:
                reached = [
                    (number(start), name) for name, start in one["names"].items() if number(start) <= key(mark.value)
                ]
                if reached:
                    found.bands[one["id"], unit] = max(reached)[1]


def _outcomes(found: Verdict, known: Campaign, lists: Lists) -> None:
    """Each consequence of each member; what is due to a township that a unit does not have is due to nobody."""
    amounts: dict[tuple[str, str, str], list[Fraction]] = {}
    for one in known.tree.get("outcomes", []):
        places = {unit: entry.place for unit, entry in found.lists[one["list"]].items()}
        for unit in places:
            spared = any(unit in found.lists[name] for name in listed(one.get("leave_out")))
            holds = lists.holds(one.get("when"), unit, one["list"], places, True)
            unless = one.get("unless")
            forbidden = bool(unless) and lists.holds(unless, unit, one["list"], places, True)
            subject = _subject(one["to"], known.units[unit])
            if holds and not spared and not forbidden and subject:
                amount = optional(one.get("amount"))
                found.outcomes.add((one["id"], unit, subject, amount))
                if amount is not None:
                    amounts.setdefault((one["to"], subject, one["effect"]), []).append(amount)
    for (kind, subject, effect), many in amounts.items():
        strongest = known.tree["effects"][effect].get("combine") == "strongest"
        up, down = max([*many, Fraction(0)]), min([*many, Fraction(0)])
        found.sums[kind, subject, effect] = up + down if strongest else sum(many, Fraction(0))


def _subject(to: str, row: Row) -> str | None:
    if to.startswith("organ"):
        return row.get("organ")
    return row.get("township") if to.startswith("township") else row["unit"]
