"""Standings: who is ranked, in which order, and what decides between equal marks."""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tests.reference import counting, leaves
from tests.reference.campaign import Campaign, Tree, grouped, listed
from tests.reference.numbers import key
from tests.reference.tree import Scores

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Ranked:
    """One ranked unit. order: what it is ordered by, smaller first, over all groups; before: the same without a lot."""

    unit: str
    total: Fraction
    group: str
    order: Key
    before: Key
    keys: Key
    place: int = 0
    overall: int = 0
    decided_by: str | None = None


@dataclass
class Ranking:
    """A standing worked out."""

    ranked: dict[str, Ranked]
    unranked: dict[str, str]
    by_lot: bool
    drawn: bool


def standing(known: Campaign, scores: Scores, one: Tree) -> Ranking:
    """Places within the groups and over all of them, in the same order of keys."""
    below = known.below(one["of"])
    votes = {id: counting.votes(known, id) for id in below if known.kind(id) == "ratings"}
    marks, least = scores.year(one["of"]), int(one.get("min_votes", 0))
    seed = next((row["seed"] for row in known.rows("lots") if row["standing"] == one["id"]), None)
    ties = one["ties"]
    by_lot = ties[-1] == "draw"
    found, unranked = {}, {}
    for unit, mark in marks.items():
        imported = any(known.brings(id, unit) for id in below)
        if mark.value is None:
            unranked[unit] = "+".join(sorted(mark.flags))
        elif least and not imported and _respondents(known, votes, unit) < least:
            unranked[unit] = "few_votes"
        else:
            keys = tuple(_tie(known, scores, votes, tie, unit) for tie in ties[:-1])
            ticket = sha256(f"{seed}:{unit}".encode()).hexdigest() if by_lot and seed is not None else ""
            before = (-key(mark.value), *keys)
            group = "·".join((known.units[unit].get(column) or "") for column in sorted(listed(one.get("within"))))
            found[unit] = Ranked(unit, mark.value, group, (*before, ticket), before, keys)
    drawn = by_lot and seed is not None
    return Ranking({unit: _placed(row, found, by_lot, drawn) for unit, row in found.items()}, unranked, by_lot, drawn)


def _respondents(known: Campaign, votes: dict[str, list[Any]], unit: str) -> int:
    total = 0
    for id in votes:
        rule = known.components[id]["ratings"]
        total += leaves.respondents(rule, [vote for vote in leaves.counting_votes(known, id) if vote.unit == unit])
    return total


def _tie(known: Campaign, scores: Scores, votes: dict[str, list[Any]], tie: Any, unit: str) -> Key:
    """A key as it orders, smaller first: what has no value comes last, and never counts as zero."""
    if isinstance(tie, dict):
        heard = [vote for every in votes.values() for vote in every if vote.unit == unit]
        if not heard:
            return (1, Fraction(0))
        many = Fraction(sum(vote.votes for vote in heard if vote.level == tie["votes"]))
        return (0, many if tie["better"] == "fewer" else -many)
    mark = scores.year(tie).get(unit)
    return (1, Fraction(0)) if mark is None or mark.value is None else (0, -key(mark.value))


def _placed(row: Ranked, every: dict[str, Ranked], by_lot: bool, drawn: bool) -> Ranked:
    same = [other for other in every.values() if other.group == row.group]
    place = 1 + sum(other.order < row.order for other in same)
    overall = 1 + sum(other.order < row.order for other in every.values())
    said = decided([other for other in same if other.before[0] == row.before[0]], row, by_lot, drawn)
    return Ranked(row.unit, row.total, row.group, row.order, row.before, row.keys, place, overall, said)


def decided(equal: list[Ranked], row: Ranked, by_lot: bool, drawn: bool) -> str | None:
    """What separates a unit from those of equal total."""
    if len(equal) == 1:
        return None
    if sum(other.keys == row.keys for other in equal) == 1:
        return "tie_keys"
    return "shared" if not by_lot else "lot" if drawn else "open"


__all__ = ["Ranked", "Ranking", "decided", "grouped", "standing"]
