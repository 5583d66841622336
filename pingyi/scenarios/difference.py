"""What a review comes to, and what differs between two results: lists, places, marks and consequences, unit by unit.

Ids stand for units, lists, standings and components; `Difference.names` says what people call them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property

import polars as pl

from pingyi.common import paths
from pingyi.plan import Plan
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

TOTALS = ("unit", "standing", "total", "place")
MEMBERS = ("list", "unit")
MARKS = ("unit", "component", "marks")
SUMS = ("subject_kind", "subject", "effect", "amount")
OUTCOMES = ("subject_kind", "subject", "effect", "amount", "list", "unit", "outcome")

COMPARED = frozenset({
    *("roster", "totals", "list_entries", "component_marks", "outcome_sums", "outcomes"),
    *("list_states", "list_proposals"),
})  # fmt: skip
"""The tables that a result is made of; a review that is asked for them alone takes two thirds of the time."""


@dataclass(frozen=True)
class Names:
    """What people call units and the parts of a plan, in the plan's order. leaves: components without parts."""

    units: dict[str, str]
    standings: dict[str, str]
    lists: dict[str, str]
    components: dict[str, str]
    effects: dict[str, str]
    measures: dict[str, str]
    leaves: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, units: dict[str, str]) -> "Names":
        """The names that a plan and a roster give."""
        return cls(
            units,
            plan.standing_titles,
            plan.list_titles,
            plan.component_titles,
            {id: effect.name or id for id, effect in plan.effects.items()},
            {id: effect.unit for id, effect in plan.effects.items()},
            frozenset(one.id for one in plan.components if not one.of),
        )

    def __or__(self, other: "Names") -> "Names":
        """These names first, then those that only the other knows."""
        pairs = {one.name: (getattr(self, one.name), getattr(other, one.name)) for one in fields(self)[:-1]}
        both = {
            name: own | {id: word for id, word in more.items() if id not in own} for name, (own, more) in pairs.items()
        }
        return Names(**both, leaves=self.leaves | other.leaves)


@dataclass(frozen=True)
class Result:
    """One row for each … of the count itself, resampled draws left out; the review may be closed.

    totals: standing and unit ranked (total in 分, place in its group). entries: list and unit on it. marks: component
    and unit (分; null where it has none). sums, outcomes: consequences. decided: lists that facts record a decision on.
    proposals: decided list and unit that the facts alone would put on it.
    """

    names: Names
    totals: pl.DataFrame
    entries: pl.DataFrame
    marks: pl.DataFrame
    sums: pl.DataFrame
    outcomes: pl.DataFrame
    decided: frozenset[str]
    proposals: pl.DataFrame

    @classmethod
    def of(cls, review: Review) -> "Result":
        """What a review has come to. Its outcomes must be done."""
        results = ResultTables(review)
        return cls(
            Names.of(review.plan, results.unit_names),
            _sorted_rows(results, "totals", TOTALS),
            _sorted_rows(results, "list_entries", MEMBERS),
            _sorted_rows(results, "component_marks", MARKS),
            _sorted_rows(results, "outcome_sums", SUMS),
            _sorted_rows(results, "outcomes", OUTCOMES),
            frozenset(id for id, state in results.list_states.items() if state.decided),
            _sorted_rows(results, "list_proposals", MEMBERS),
        )


def _sorted_rows(results: ResultTables, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The columns of a table, in the order of all of them."""
    return results.counted(table, columns).sort(columns, nulls_last=True)


def score_facts(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> Result:
    """What a plan makes of facts. Raises: CheckFailed."""
    running = paths.cache_folder(plan.campaign.id)
    with closing(Review.begin(plan, facts, wanted=COMPARED, running=running)) as review:
        return Result.of(review.through(STAGES[-1]))


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
        return [move for move in self.moves_in(standing) if move.by]

    def came(self, standing: str | None = None) -> list[Move]:
        """Units that only the other result ranks."""
        return [move for move in self.moves_in(standing) if move.place is None]

    def went(self, standing: str | None = None) -> list[Move]:
        """Units that only the official result ranks."""
        return [move for move in self.moves_in(standing) if move.new_place is None]

    def largest(self, standing: str | None = None) -> Move | None:
        """The move over the most places; of equal ones the first."""
        return max(self.placed(standing), key=lambda move: abs(move.by or 0), default=None)

    def moves_in(self, standing: str | None) -> list[Move]:
        """Every move, of one standing or of all."""
        return [move for move in self.moves if standing in (None, move.standing)]


def compare_results(official: Result, other: Result) -> Difference:
    """What the other result has otherwise than the official one."""
    names, decided = official.names | other.names, official.decided & other.decided
    sums = _unlike_rows(official.sums, other.sums, SUMS[:3], "amount")
    return Difference(
        tuple(_list_changes(official.entries, other.entries, names.lists)),
        tuple(_place_changes(official, other, names)),
        tuple(_marks_changes(official, other, names)),
        tuple(SumChange(*row) for row in sums.rows()),
        tuple(_consequence_changes(official.outcomes, other.outcomes)),
        tuple(_list_changes(official.proposals, other.proposals, [one for one in names.lists if one in decided])),
        names,
    )


def _unlike_rows(one: pl.DataFrame, two: pl.DataFrame, keys: tuple[str, ...], *values: str) -> pl.DataFrame:
    """The keys under which the frames hold other values, with the values of both (`new_…` of the second), sorted."""
    first = one.with_columns(there=pl.lit(True))
    second = two.rename({name: f"new_{name}" for name in values}).with_columns(new_there=pl.lit(True))
    both = first.join(second, on=keys, how="full", coalesce=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"new_{name}")) for name in ("there", *values))
    return both.filter(~same).select(*keys, *(name for one in values for name in (one, f"new_{one}"))).sort(keys)


def _list_changes(before: pl.DataFrame, after: pl.DataFrame, lists: Iterable[str]) -> Iterator[ListChange]:
    """What entered and left these lists. before, after: rows of list and unit."""
    old, new = ({*frame.select(MEMBERS).rows()} for frame in (before, after))
    for name in lists:
        entered, left = (tuple(sorted(unit for list, unit in only if list == name)) for only in (new - old, old - new))
        if entered or left:
            yield ListChange(name, entered, left)


def _place_changes(official: Result, other: Result, names: Names) -> Iterator[Move]:
    unlike = _unlike_rows(official.totals, other.totals, TOTALS[:2], "place", "total")
    for standing in names.standings:
        yield from (Move(*row) for row in unlike.filter(standing=standing).rows())


def _marks_changes(official: Result, other: Result, names: Names) -> Iterator[MarksChange]:
    unlike = _unlike_rows(official.marks, other.marks, MARKS[:2], "marks")
    change = (pl.col("new_marks") - pl.col("marks")).abs()
    unlike = unlike.with_columns(change=change).sort("change", "unit", descending=[True, False], nulls_last=True)
    firsts = unlike.group_by("component", maintain_order=True).agg(pl.len(), pl.all().first())
    found = {row["component"]: row for row in firsts.iter_rows(named=True)}
    for name in names.components:
        if row := found.get(name):
            yield MarksChange(name, row["len"], row["unit"], row["marks"], row["new_marks"])


def _consequence_changes(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Consequence]:
    """Rows that one of the frames has and the other has not: what goes, then what comes."""
    for new, only, rest in ((False, before, after), (True, after, before)):
        lost = only.join(rest, on=list(OUTCOMES), how="anti", nulls_equal=True).sort(OUTCOMES)
        yield from (Consequence(new, *row) for row in lost.select(OUTCOMES).rows())
