"""What differs between two results: lists, places, marks and consequences, unit by unit.

Ids stand for units, lists, standings and components; `Difference.names` says what people call them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.scenarios.result import MARKS, MEMBERS, OUTCOMES, SUMS, TOTALS, Names, Result


@dataclass(frozen=True, slots=True)
class ListChange:
    """Who is on a list in the other result alone (entered), and who in the official one alone (left)."""

    list: str
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def memberships(self) -> int:
        """How many units are on it in one of the results only."""
        return len(self.entered) + len(self.left)


@dataclass(frozen=True, slots=True)
class Move:
    """A unit of a standing whose place or total (分) differs; None where it is not ranked."""

    unit: str
    standing: str
    place: int | None
    new_place: int | None
    total: Decimal | None
    new_total: Decimal | None

    @property
    def by(self) -> int | None:
        """Places gained (positive) or lost; None where it is ranked in one result only."""
        return None if self.place is None or self.new_place is None else self.place - self.new_place

    @property
    def by_total(self) -> Decimal | None:
        """分 gained or lost."""
        return None if self.total is None or self.new_total is None else self.new_total - self.total


@dataclass(frozen=True, slots=True)
class MarksChange:
    """A component whose marks differ for so many units; the unit with the largest change, its marks before and after.

    Where no unit has marks in both results, the first unit that has them in one stands for it.
    """

    component: str
    units: int
    unit: str
    marks: Decimal | None
    new_marks: Decimal | None


@dataclass(frozen=True, slots=True)
class SumChange:
    """A subject for whom the amounts of an effect come to something else; None where there is none."""

    subject_kind: str
    subject: str
    effect: str
    amount: Decimal | None
    new_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Consequence:
    """A consequence that only one of the results has: the other one (new) or the official one."""

    new: bool
    subject_kind: str
    subject: str
    effect: str
    amount: Decimal | None
    list: str
    unit: str
    outcome: str


@dataclass(frozen=True)
class Difference:
    """Everything in which another result differs from the official one, in the order of the plan, then of unit ids.

    held: what would differ on lists that are decided, and does not because they are.
    """

    lists: tuple[ListChange, ...]
    moves: tuple[Move, ...]
    marks: tuple[MarksChange, ...]
    sums: tuple[SumChange, ...]
    consequences: tuple[Consequence, ...]
    held: tuple[ListChange, ...]
    names: Names = field(compare=False, repr=False)

    @property
    def memberships(self) -> int:
        """How many list memberships differ: the symmetric difference over all lists."""
        return sum(one.memberships for one in self.lists)

    @cached_property
    def touched(self) -> frozenset[str]:
        """Units of which any list membership, place or total differs."""
        listed = {unit for one in self.lists for unit in (*one.entered, *one.left)}
        return frozenset(listed | {move.unit for move in self.moves})

    @property
    def size(self) -> tuple[int, int]:
        """How much differs: memberships first, then units touched."""
        return self.memberships, len(self.touched)

    @property
    def nothing(self) -> bool:
        """Whether the results are the same."""
        return not (self.lists or self.moves or self.marks or self.sums or self.consequences)

    def placed(self, standing: str | None = None) -> list[Move]:
        """Moves from one place to another, of one standing or of all."""
        return [move for move in self._of(standing) if move.by]

    def came(self, standing: str | None = None) -> list[Move]:
        """Units that only the other result ranks."""
        return [move for move in self._of(standing) if move.place is None]

    def went(self, standing: str | None = None) -> list[Move]:
        """Units that only the official result ranks."""
        return [move for move in self._of(standing) if move.new_place is None]

    def largest(self, standing: str | None = None) -> Move | None:
        """The move over the most places; of equal ones the first."""
        return max(self.placed(standing), key=lambda move: abs(move.by or 0), default=None)

    def _of(self, standing: str | None) -> list[Move]:
        return [move for move in self.moves if standing in (None, move.standing)]


def difference(official: Result, other: Result) -> Difference:
    """What the other result has otherwise than the official one."""
    names = official.names | other.names
    return Difference(
        tuple(_lists(official, other, names)),
        tuple(_moves(official, other, names)),
        tuple(_marks(official, other, names)),
        tuple(SumChange(*row) for row in _rows(_unlike(official.sums, other.sums, SUMS[:3], "amount"))),
        tuple(_consequences(official.outcomes, other.outcomes)),
        tuple(_held(official, other, names)),
        names,
    )


def _unlike(one: pl.DataFrame, two: pl.DataFrame, keys: tuple[str, ...], *values: str) -> pl.DataFrame:
    """The keys under which the frames hold other values, with the values of both (`new_…` of the second), sorted."""
    new = {name: f"new_{name}" for name in values}
    there = pl.lit(True)
    both = one.with_columns(there=there).join(
        two.rename(new).with_columns(new_there=there), on=keys, how="full", coalesce=True
    )
    same = pl.all_horizontal(pl.col("there").eq_missing(pl.col("new_there")), *_equal(values))
    return both.filter(~same).select(*keys, *(name for one in values for name in (one, f"new_{one}"))).sort(keys)


def _equal(values: tuple[str, ...]) -> Iterator[pl.Expr]:
    return (pl.col(name).eq_missing(pl.col(f"new_{name}")) for name in values)


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    return frame.iter_rows()


def _lists(official: Result, other: Result, names: Names) -> Iterator[ListChange]:
    before, after = ({*_rows(one.entries.select(MEMBERS))} for one in (official, other))
    yield from _changed(before, after, names.lists)


def _held(official: Result, other: Result, names: Names) -> Iterator[ListChange]:
    """What facts alone would have changed on lists that are decided in both results."""
    before, after = ({*_rows(one.proposals.select(MEMBERS))} for one in (official, other))
    yield from _changed(before, after, [name for name in names.lists if name in official.decided & other.decided])


def _changed(before: set[tuple[Any, ...]], after: set[tuple[Any, ...]], lists: Iterable[str]) -> Iterator[ListChange]:
    for name in lists:
        entered, left = (
            tuple(sorted(unit for list, unit in only if list == name)) for only in (after - before, before - after)
        )
        if entered or left:
            yield ListChange(name, entered, left)


def _moves(official: Result, other: Result, names: Names) -> Iterator[Move]:
    unlike = _unlike(official.totals, other.totals, TOTALS[:2], "place", "total")
    for standing in names.standings:
        yield from (Move(*row) for row in _rows(unlike.filter(pl.col("standing") == standing)))


def _marks(official: Result, other: Result, names: Names) -> Iterator[MarksChange]:
    unlike = _unlike(official.marks, other.marks, MARKS[:2], "marks")
    change = (pl.col("new_marks") - pl.col("marks")).abs()
    unlike = unlike.with_columns(change=change).sort("change", "unit", descending=[True, False], nulls_last=True)
    firsts = unlike.group_by("component", maintain_order=True).agg(pl.len(), pl.all().first())
    found = {row["component"]: row for row in firsts.iter_rows(named=True)}
    for name in names.components:
        if row := found.get(name):
            yield MarksChange(name, row["len"], row["unit"], row["marks"], row["new_marks"])


def _consequences(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Consequence]:
    """Rows that one of the frames has and the other has not: what goes, then what comes."""
    for new, only, rest in ((False, before, after), (True, after, before)):
        lost = only.join(rest, on=list(OUTCOMES), how="anti", nulls_equal=True).sort(OUTCOMES)
        yield from (Consequence(new, *row) for row in _rows(lost.select(OUTCOMES)))
