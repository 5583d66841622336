"""What a review comes to: the light frames that comparisons are made from, read once."""

from dataclasses import dataclass

import polars as pl

from pingyi.common import wording
from pingyi.plan import Plan
from pingyi.scoring.review import Review

TOTALS = ("unit", "standing", "total", "place")
MEMBERS = ("list", "unit")
MARKS = ("unit", "component", "marks")
SUMS = ("subject_kind", "subject", "effect", "amount")
OUTCOMES = ("subject_kind", "subject", "effect", "amount", "list", "unit", "outcome")


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
            {one.id: one.title for one in plan.standings},
            {one.id: one.title for one in plan.every_list},
            {one.id: one.title for one in plan.components},
            {id: effect.name or id for id, effect in plan.effects.items()},
            {id: effect.unit for id, effect in plan.effects.items()},
            frozenset(one.id for one in plan.components if not one.of),
        )

    def __or__(self, other: "Names") -> "Names":
        """These names first, then those that only the other knows."""
        return Names(
            _both(self.units, other.units),
            _both(self.standings, other.standings),
            _both(self.lists, other.lists),
            _both(self.components, other.components),
            _both(self.effects, other.effects),
            _both(self.measures, other.measures),
            self.leaves | other.leaves,
        )


def _both(own: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return own | {id: name for id, name in others.items() if id not in own}


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
        return cls(
            Names.of(review.plan, wording.units_apart(_frame(review, "roster", ("unit", "name", "organ")).iter_rows())),
            _frame(review, "totals", TOTALS),
            _frame(review, "list_entries", MEMBERS),
            _frame(review, "component_marks", MARKS),
            _frame(review, "outcome_sums", SUMS),
            _frame(review, "outcomes", OUTCOMES),
            frozenset(_frame(review, "list_states", ("list", "state")).filter(state="decided")["list"].to_list()),
            _frame(review, "list_proposals", MEMBERS),
        )


def _frame(review: Review, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The columns of a table, the count alone, in the order of all of them."""
    rows = review.run.connection.table(table)
    counted = rows.filter("draw = 0") if "draw" in rows.columns else rows
    frame: pl.DataFrame = counted.project(", ".join(columns)).order("all").pl()
    return frame
