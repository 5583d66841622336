"""Both sides asked with the same plan and facts, and every difference between their answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from pydantic import ValidationError

from pingyi.common.codebook import codebook
from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.scoring.review import Review
from tests.reference.campaign import Row, Stopped, Tree
from tests.reference.interpreter import judge
from tests.reference.numbers import day, key, moment
from tests.reference.plans import Case
from tests.reference.refusals import refusals

ATOMS = 10**24
Side = Callable[..., "Answer"]


class Refused(Exception):
    """A side does not accept the plan."""


@dataclass
class Answer:
    """What one side says of a campaign, in plain Python."""

    marks: dict[tuple[str, str], Fraction | None] = field(default_factory=dict)
    flags: dict[tuple[str, str], str | None] = field(default_factory=dict)
    totals: dict[tuple[str, str], tuple[int, int, str | None]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    entries: dict[tuple[str, str], tuple[int, bool, str | None]] = field(default_factory=dict)
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
        return [
            unit
            for _, unit in sorted((place, unit) for (one, unit), (place, *_) in self.entries.items() if one == name)
        ]

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
    """What the judge says. Raises: Refused, Stopped."""
    if wrong := refusals(tree):
        raise Refused("；".join(wrong))
    found, answer = judge(tree, facts, as_of), Answer()
    answer.marks = {at: mark.value for at, mark in found.marks.items()}
    answer.flags = {at: "+".join(sorted(mark.flags)) or None for at, mark in found.marks.items()}
    for name, ranking in found.rankings.items():
        answer.totals |= {
            (name, unit): (one.place, one.overall, one.decided_by) for unit, one in ranking.ranked.items()
        }
        answer.reasons |= {(name, unit): reason for unit, reason in ranking.unranked.items()}
    answer.entries = {
        (name, unit): (one.place, one.direct, one.decided_by)
        for name, units in found.lists.items()
        for unit, one in units.items()
    }
    answer.decided = found.decided
    answer.entries = {at: _said(answer, at[0], entry) for at, entry in answer.entries.items()}
    answer.proposed = {
        (name, unit): (one.place, one.direct) for name, units in found.proposals.items() for unit, one in units.items()
    }
    answer.bands, answer.outcomes, answer.sums = found.bands, found.outcomes, found.sums
    answer.set_aside, answer.excluded, answer.decided = found.set_aside, found.excluded, found.decided
    return answer


def of_package(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> Answer:
    """What the package says. Raises: Refused, Stopped."""
    plan = accepted(tree)
    review = Review.begin(plan, frames_of(facts), as_of=as_of)
    try:
        review.through("outcomes")
        return _told(review)
    except CheckFailed as failed:
        raise Stopped(str(failed)) from None
    finally:
        review.close()


def reviewed(case: Case) -> Review | None:
    """The package's review of a random plan, done; none where the plan is refused or a check stops it."""
    try:
        plan = accepted(case.tree)
        return Review.begin(plan, frames_of(case.facts), as_of=case.as_of).through("outcomes")
    except (Refused, CheckFailed):
        return None


def accepted(tree: Tree) -> Plan:
    """The package's plan. Raises: Refused."""
    try:
        plan = Plan.model_validate(tree)
    except ValidationError as error:
        raise Refused("；".join(one["msg"] for one in error.errors())) from None
    wrong = inconsistencies(plan)
    if wrong:
        raise Refused("；".join(f"{one.path}：{one.found} {one.wanted}" for one in wrong))
    return plan


def refusals_apart(tree: Tree) -> list[str]:
    """What each side says of a plan that one of them accepts and the other refuses; empty where they agree."""
    ours = "；".join(refusals(tree))
    try:
        accepted(tree)
        theirs = ""
    except Refused as refused:
        theirs = str(refused)
    return [f"judge: {ours or 'accepts'}", f"package: {theirs or 'accepts'}"] if bool(ours) != bool(theirs) else []


def frames_of(facts: dict[str, list[Row]]) -> dict[str, pl.DataFrame]:
    """Facts as intake delivers them: those that are there, each row with its place."""
    return {name: _frame(name, rows) for name, rows in facts.items() if rows}


def _frame(table: str, rows: list[Row]) -> pl.DataFrame:
    """Rows with every column, days as days, moments as moments, one case where none is said, and where they stand."""
    columns = [column.name for column in codebook().facts[table].columns]
    place = {"source": f"{table}.csv", "sheet": None}
    full = [dict.fromkeys(columns) | row | place | {"row": at} for at, row in enumerate(rows, 2)]
    typed = [{name: _typed(table, name, value) for name, value in row.items()} for row in full]
    return pl.DataFrame(typed, infer_schema_length=None)


def _typed(table: str, name: str, value: Any) -> Any:
    if (table, name) == ("events", "times"):
        return value or 1
    if not name.endswith("_on") or value is None:
        return value
    return moment(value) if name == "rated_on" else day(value)


KEYS = {
    "component_marks": ("draw", "component", "unit"),
    "totals": ("draw", "standing", "unit"),
    "unranked": ("standing", "unit"),
    "list_entries": ("draw", "list", "unit"),
    "list_proposals": ("list", "unit"),
    "band_entries": ("draw", "band_set", "unit"),
    "notices": ("kind", "where", "unit", "found"),
}
"""What there is at most one row of: a second one would hide behind the first where answers are compared."""


def _told(review: Review) -> Answer:
    for name, keys in KEYS.items():
        again = review.table(name).filter(pl.struct(keys).is_duplicated())
        assert again.is_empty(), f"two rows of {name}: {again.rows()[:2]}"
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
        answer.entries[row["list"], row["unit"]] = row["place"], row["direct"], row["decided_by"]
    answer.proposed = {
        (row["list"], row["unit"]): (row["place"], row["direct"]) for row in review.table("list_proposals").to_dicts()
    }
    states = review.table("list_states").to_dicts()
    answer.decided = {row["list"] for row in states if row["state"] == "decided"}
    answer.entries = {at: _said(answer, at[0], entry) for at, entry in answer.entries.items()}
    for row in review.table("band_entries").filter(counted).iter_rows(named=True):
        answer.bands[row["band_set"], row["unit"]] = row["band"]
    for row in review.table("outcomes").iter_rows(named=True):
        answer.outcomes.add((row["outcome"], row["unit"], row["subject"], _amount(row["amount"])))
    for row in review.table("outcome_sums").iter_rows(named=True):
        answer.sums[row["subject_kind"], row["subject"], row["effect"]] = Fraction(row["amount"])
    for row in review.published("set_aside").iter_rows(named=True):
        answer.set_aside[row["component"], row["reason"]] = row["ratings"]
    for row in review.table("excluded_facts").iter_rows(named=True):
        where = row["fact_table"], row["component"], row["unit"], row["reason"]
        answer.excluded[where] = answer.excluded.get(where, 0) + 1
    return answer


def _said(answer: Answer, name: str, entry: tuple[int, bool, str | None]) -> tuple[int, bool, str | None]:
    """An entry; on a decided list nothing but the decision decides, so a tie is not asked about there."""
    return (entry[0], entry[1], None) if name in answer.decided else entry


def _amount(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def differences(tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> list[str]:
    """Everything on which the sides differ, readable; nothing where they agree."""
    return compared(asked(of_judge, tree, facts, as_of), asked(of_package, tree, facts, as_of))


def asked(side: Side, tree: Tree, facts: dict[str, list[Row]], as_of: date | None = None) -> Answer | Refused | Stopped:
    """What a side says, or why it says nothing."""
    try:
        return side(tree, facts, as_of)
    except (Refused, Stopped) as said:
        return said


def compared(ours: Answer | Refused | Stopped, theirs: Answer | Refused | Stopped) -> list[str]:
    """The differences between two answers."""
    if isinstance(ours, Answer) and isinstance(theirs, Answer):
        return [*_compared(ours, theirs)]
    return [] if type(ours) is type(theirs) else [f"judge {_how(ours)}; package {_how(theirs)}"]


def _how(answer: Answer | Refused | Stopped) -> str:
    return "goes through" if isinstance(answer, Answer) else f"{type(answer).__name__.lower()}: {answer}"


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
            mine, other = sorted(mine_all - other_all, key=str), sorted(other_all - mine_all, key=str)
            yield f"{name}: only judge {mine}, only package {other}"


def _equal(mine: Any, other: Any) -> bool:
    if isinstance(mine, Fraction) and isinstance(other, Fraction):
        return key(mine) == key(other)
    return bool(mine == other) and type(mine) is type(other)
