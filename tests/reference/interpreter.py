"""The whole of a campaign: marks, places, lists, bands and consequences, from a plan's tree and plain facts."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference import counting
from tests.reference.campaign import Campaign, Mark, Row, Tree, listed
from tests.reference.leaves import deeds
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
    found.lists = {name: lists.entries(name) for name in known.every_list}
    found.decided = {name for name in known.every_list if lists.decision(name) is not None}
    found.proposals = {name: lists.proposed(name) for name in found.decided}
    _bands(found, tree)
    _outcomes(found, known, lists)
    _excluded(found, known)
    return found


def _bands(found: Verdict, tree: Tree) -> None:
    for one in tree.get("bands", []):
        for (component, unit), mark in found.marks.items():
            if component == one["of"] and mark.value is not None:
                reached = [(number(start), name) for name, start in one["names"].items() if number(start) <= key(mark.value)]
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


def _excluded(found: Verdict, known: Campaign) -> None:
    """What does not count, row by row."""
    for id in known.components:
        kind, limited = known.kind(id), bool(known.components[id].get("listed"))
        evaluated = {unit for one, unit in found.marks if one == id}

        def reason(row: Row, said: str | None) -> str | None:
            if said in ("not_reviewed", "imported") or not limited or row["unit"] in evaluated:
                return said
            return "not_listed"

        if kind == "ratings":
            for one in counting.ratings(known, id):
                if one.reason:
                    found.set_aside[id, one.reason] = found.set_aside.get((id, one.reason), 0) + 1
            _add(found, "counts", id, [(one.row, one.reason) for one in counting.excluded_counts(known, id)])
        elif kind == "marks":
            _add(found, "marks", id, [(one.row, reason(one.row, one.reason)) for one, _ in counting.marks(known, id) if not known.brings(id, one.row["unit"])])
        elif kind == "node":
            rows = [(row, counting.out_of_scope(known, id, row["unit"])) for row in known.of("marks", id)]
            _add(found, "marks", id, [(row, said if said != "imported" else None) for row, said in rows])
        elif kind == "measures":
            _add(found, "measures", id, [(one.row, reason(one.row, one.reason)) for one in counting.measures(known, id)])
        elif kind == "events":
            items = known.components[id]["events"]["items"]
            rows = [row for row in known.rows("events") if row["item"] in items]
            _add(found, "events", id, [(row, reason(row, counting.out_of_scope(known, id, row["unit"]))) for row in rows])


def _add(found: Verdict, table: str, id: str, rows: list[tuple[Row, str | None]]) -> None:
    for row, reason in rows:
        if reason:
            where = table, id, row["unit"], reason
            found.excluded[where] = found.excluded.get(where, 0) + 1


__all__ = ["Verdict", "deeds", "judge"]
