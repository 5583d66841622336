"""The rows that an explanation names for a leaf, given to the judge alone: they must lead to the published marks.

A row that is missing there moves the marks; a row that counts for the judge and is not said to count, or the other way
round, is a difference as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from pingyi.common import paths
from pingyi.explain import Explainer
from pingyi.explain.fact_rows import FactRows
from pingyi.facts.intake import read_facts
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.reference import counting
from tests.reference.agreement import ATOMS, frames_of, reviewed
from tests.reference.campaign import KINDS, Campaign, Row, Tree
from tests.reference.numbers import key
from tests.reference.plans import Case
from tests.reference.tree import Scores
from tests.support import plan_with, tree

NAMED = ("units", "ratings", "counts", "marks", "events", "measures")
"""Tables whose rows an explanation names; the others are given whole."""

JUDGED = {
    "ratings": counting.ratings,
    "counts": counting.excluded_counts,
    "marks": lambda known, id: [one for one, _ in counting.marks(known, id)],
    "measures": counting.measures,
}
"""How the judge says of each row whether it counts."""

OF = {"ratings": ("ratings", "counts"), "marks": ("marks",), "measures": ("measures",), "events": ()}
"""Tables that a kind of leaf is scored from, row by row."""

Place = tuple[str, str | None, int]


class Named:
    """One review beside the judge. plan: its tree; frames: the facts that the review was begun with."""

    def __init__(self, review: Review, plan: Tree, frames: Mapping[str, pl.DataFrame]) -> None:
        self.review, self.tree = review, plan
        self.whole = {name: _plain(frame) for name, frame in frames.items()}
        explainer = Explainer(ResultTables(review))
        self.rows = FactRows(explainer.tables, dict(frames))
        marks = review.table("component_marks").filter(pl.col("draw") == 0)
        self.exact = {(one, unit): exact for one, unit, exact in marks.select("component", "unit", "exact").iter_rows()}
        entries = review.table("list_entries").filter(pl.col("draw") == 0)
        self.members = {str(name): set(units) for name, units in entries.group_by("list").agg("unit").iter_rows()}
        self.known = Campaign(plan, self.whole)

    @classmethod
    def of_sample(cls, campaign: str) -> "Named":
        """A stored campaign, scored from its stored facts."""
        plan = plan_with(campaign, {})
        frames = read_facts(paths.facts_folder(campaign), plan).tables
        return cls(Review.begin(plan, frames).through("outcomes"), tree(campaign), frames)

    @classmethod
    def of_case(cls, made: Case) -> "Named | None":
        """A random case, looked at when its year is over; none where it is refused or stopped."""
        review = reviewed(replace(made, as_of=None))
        return None if review is None else cls(review, made.tree, frames_of(made.facts))

    def leaves(self) -> list[tuple[str, str]]:
        """Component and unit of every mark that comes from facts."""
        return sorted(at for at in self.exact if self.known.kind(at[0]) in KINDS or self.known.brings(*at))

    def differences(self, component: str, unit: str) -> Iterator[str]:
        """What the named rows do not lead to, and rows of which the two sides think otherwise."""
        named = self.rows.behind(component, unit)
        found, exact = self._alone(component, unit, named), self.exact[component, unit]
        published = None if exact is None else key(Fraction(int(exact), ATOMS))
        if (None if found is None else key(found)) != published:
            yield f"{component} {unit}: named rows give {found}, published {published}"
        if self.known.kind(component) in KINDS and not self.known.brings(component, unit):
            yield from (f"{component} {unit}: {said}" for said in self._unlike(component, unit, named))

    def _alone(self, component: str, unit: str, named: pl.DataFrame) -> Fraction | None:
        """The marks that the judge gives when nothing but these rows is there."""
        used = named.filter(pl.col("part") != "aside")
        wanted = {str(table): _places(used, str(table)) for table in used["table"].unique()}
        facts = {
            name: rows if name not in NAMED else [row for row in rows if _place(row) in wanted.get(name, ())]
            for name, rows in self.whole.items()
        }
        known = Campaign(self.tree, facts)
        scores = Scores(known, lambda name: self.members.get(name, set()))
        if known.brings(component, unit):  # its children have no facts left, and nothing is made of them for this unit
            return None if scores.is_vetoed(component, unit) else counting.imports(known, component).get(unit)
        return scores.year(component)[unit].value

    def _unlike(self, component: str, unit: str, named: pl.DataFrame) -> Iterator[str]:
        for table in OF[self.known.kind(component)]:
            of_unit = named.filter((pl.col("unit") == unit) & (pl.col("table") == table))
            counted = _places(of_unit.filter(pl.col("part") == "counted"), table)
            judged = [one for one in JUDGED[table](self.known, component) if one.row["unit"] == unit]
            counting_ = {_place(one.row) for one in judged if one.reason is None}
            if counted != counting_:
                yield f"{table}: said to count {sorted(counted - counting_)}, not said {sorted(counting_ - counted)}"
            outside = {_place(row) for row in self._outside(table, component, unit)}
            if _places(of_unit, table) != outside | {_place(one.row) for one in judged}:
                yield f"{table}: {of_unit.height} rows named, {len(judged)} handed in"

    def _outside(self, table: str, component: str, unit: str) -> list[Row]:
        """The rows from before the unit was founded, or after it was abolished."""
        return [row for row in self.known.of_nobody(table) if (row["method"], row["unit"]) == (component, unit)]


def _plain(frame: pl.DataFrame) -> list[Row]:
    return frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String)).to_dicts()


def _places(named: pl.DataFrame, table: str) -> set[Place]:
    return set(named.filter(pl.col("table") == table).select("source", "sheet", "row").iter_rows())


def _place(row: Mapping[str, Any]) -> Place:
    return row["source"], row["sheet"], row["row"]
