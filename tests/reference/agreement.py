"""Both sides asked with the same plan and facts, and every difference between their answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from pingyi.codebook import codebook
from pingyi.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.review import Review
from tests.reference.campaign import Row, Stopped, Tree
from tests.reference.interpreter import judge
from tests.reference.numbers import day, key, moment

ATOMS = 10**24


class Refused(Exception):
    """The package does not accept the plan."""


@dataclass
class Answer:
    """What one side says of a campaign, in plain Python."""

    marks: dict[tuple[str, str], Fraction | None] = field(default_factory=dict)
    flags: dict[tuple[str, str], str | None] = field(default_factory=dict)
    totals: dict[tuple[str, str], tuple[int, int, str | None]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    entries: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    proposed: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    bands: dict[tuple[str, str], str] = field(default_factory=dict)
    outcomes: set[tuple[str, str, str, Fraction | None]] = field(default_factory=set)
    sums: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    set_aside: dict[tuple[str, str], int] = field(default_factory=dict)
    excluded: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    def mark(self, component: str, unit: str) -> Fraction | None:
        """Marks as they are compared; none where there are none, or no component."""
        value = self.marks.get((component, unit))
        return None if value is None else _simple(value)

    def flag(self, component: str, unit: str) -> str | None:
        """What is said of a mark."""
        return self.flags.get((component, unit))

    def places(self, standing: str) -> dict[str, int]:
        """Places by unit."""
        return {unit: place for (name, unit), (place, _, _) in self.totals.items() if name == standing}

    def unranked(self, standing: str) -> dict[str, str]:
        """Reasons by unit."""
        return {unit: reason for (name, unit), reason in self.reasons.items() if name == standing}

    def listed(self, name: str) -> list[str]:
        """Units of a list in order."""
        return [unit for _, unit in sorted((place, unit) for (one, unit), (place, _) in self.entries.items() if one == name)]

    @property
    def proposals(self) -> dict[str, list[str]]:
        """Units of proposed lists that a decision froze."""
        found: dict[str, list[str]] = {}
        for name, unit in self.proposed:
            found.setdefault(name, []).append(unit)
        return found


def _simple(value: Fraction) -> Fraction:
    """The simplest fraction that is compared as this value: atoms of ⅓ are ⅓."""
    near = value.limit_denominator(10**6)
    return near if key(near) == key(value) else key(value)


def of_judge(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> Answer:
    """What the judge says. Raises: Stopped."""
    found, answer = judge(tree, facts, as_of), Answer()
    answer.marks = {at: mark.value for at, mark in found.marks.items()}
    answer.flags = {at: "+".join(sorted(mark.flags)) or None for at, mark in found.marks.items()}
    for name, ranking in found.rankings.items():
        answer.totals |= {(name, unit): (one.place, one.overall, one.decided_by) for unit, one in ranking.ranked.items()}
        answer.reasons |= {(name, unit): reason for unit, reason in ranking.unranked.items()}
    answer.entries = {(name, unit): (one.place, one.direct) for name, units in found.lists.items() for unit, one in units.items()}
    answer.proposed = {(name, unit): (one.place, one.direct) for name, units in found.proposals.items() for unit, one in units.items()}
    answer.bands, answer.outcomes, answer.sums = found.bands, found.outcomes, found.sums
    answer.set_aside, answer.excluded, answer.decided = found.set_aside, found.excluded, found.decided
    return answer


def of_package(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> Answer:
    """What the package says. Raises: Refused, Stopped."""
    plan = Plan.model_validate(tree)
    wrong = inconsistencies(plan)
    if wrong:
        raise Refused("；".join(f"{one.path}：{one.found} {one.wanted}" for one in wrong))
    frames = {name: _frame(name, rows) for name, rows in facts.items() if rows}
    review = Review.begin(plan, frames, as_of=as_of)
    try:
        review.through("outcomes")
        return _told(review)
    except CheckFailed as failed:
        raise Stopped(str(failed)) from None
    finally:
        review.close()


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Rows as intake delivers them: with every column, days as days, moments as moments."""
    columns = [column.name for column in codebook().facts[name].columns]
    typed = [dict.fromkeys(columns) | {name: _typed(name, value) for name, value in row.items()} for row in rows]
    return pl.DataFrame(typed, infer_schema_length=None)


def _typed(name: str, value: Any) -> Any:
    if not name.endswith("_on") or value is None:
        return value
    return moment(value) if name == "rated_on" else day(value)


def _told(review: Review) -> Answer:
    answer = Answer()
    counted = pl.col("draw") == 0
    for row in review.table("component_marks").filter(counted).iter_rows(named=True):
        at = row["component"], row["unit"]
        answer.marks[at] = None if row["exact"] is None else Fraction(int(row["exact"]), ATOMS)
        answer.flags[at] = row["flag"]
    for row in review.table("totals").filter(counted).iter_rows(named=True):
        answer.totals[row["standing"], row["unit"]] = row["place"], row["overall"], row["decided_by"]
    answer.reasons = {(row["standing"], row["unit"]): row["reason"] for row in review.table("unranked").to_dicts()}
    for row in review.table("list_entries").filter(counted).iter_rows(named=True):
        answer.entries[row["list"], row["unit"]] = row["place"], row["direct"]
    answer.proposed = {(row["list"], row["unit"]): (row["place"], row["direct"]) for row in review.table("list_proposals").to_dicts()}
    states = review.table("list_states").to_dicts()
    answer.decided = {row["list"] for row in states if row["state"] == "decided"}
    for row in review.table("band_entries").filter(counted).iter_rows(named=True):
        answer.bands[row["band_set"], row["unit"]] = row["band"]
    for row in review.table("outcomes").iter_rows(named=True):
        answer.outcomes.add((row["outcome"], row["unit"], row["subject"], _amount(row["amount"])))
    for row in review.table("outcome_sums").iter_rows(named=True):
        answer.sums[row["subject_kind"], row["subject"], row["effect"]] = Fraction(row["amount"])
    for row in review.table("set_aside").iter_rows(named=True):
        if row["reason"] != "not_listed":
            answer.set_aside[row["component"], row["reason"]] = row["ratings"]
    for row in review.table("excluded_facts").iter_rows(named=True):
        where = row["fact_table"], row["component"], row["unit"], row["reason"]
        answer.excluded[where] = answer.excluded.get(where, 0) + 1
    return answer


def _amount(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def differences(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> list[str]:
    """Everything on which the sides differ, readable; nothing where they agree. Raises: Refused."""
    try:
        theirs: Answer | Stopped = of_package(tree, facts, as_of)
    except Stopped as stopped:
        theirs = stopped
    try:
        ours: Answer | Stopped = of_judge(tree, facts, as_of)
    except Stopped as stopped:
        ours = stopped
    if isinstance(ours, Stopped) or isinstance(theirs, Stopped):
        same = isinstance(ours, Stopped) and isinstance(theirs, Stopped)
        return [] if same else [f"stopped: judge {_how(ours)}, package {_how(theirs)}"]
    return [*_compared(ours, theirs)]


def _how(answer: Answer | Stopped) -> str:
    return str(answer) if isinstance(answer, Stopped) else "goes through"


def _compared(ours: Answer, theirs: Answer) -> Iterator[str]:
    for at in sorted({*ours.marks, *theirs.marks}):
        mine, other = ours.marks.get(at, "no row"), theirs.marks.get(at, "no row")
        if not _equal(mine, other):
            yield f"marks {at}: judge {mine}, package {other}"
    for name in ("flags", "totals", "reasons", "entries", "proposed", "bands", "sums", "set_aside", "excluded"):
        mine_all, other_all = getattr(ours, name), getattr(theirs, name)
        for at in sorted({*mine_all, *other_all}, key=str):
            if mine_all.get(at) != other_all.get(at):
                yield f"{name} {at}: judge {mine_all.get(at)}, package {other_all.get(at)}"
    for name in ("outcomes", "decided"):
        mine_all, other_all = getattr(ours, name), getattr(theirs, name)
        if mine_all != other_all:
            yield f"{name}: only judge {sorted(mine_all - other_all, key=str)}, only package {sorted(other_all - mine_all, key=str)}"


def _equal(mine: Any, other: Any) -> bool:
    if isinstance(mine, Fraction) and isinstance(other, Fraction):
        return key(mine) == key(other)
    return bool(mine == other) and type(mine) is type(other)
