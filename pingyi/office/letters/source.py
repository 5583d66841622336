"""What letters are written from: the published tables of one review, each turned into rows of a unit once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from pingyi.plan import Component
from pingyi.report.book import Book

Row = dict[str, Any]

LEAST_ALIKE = 3
"""With fewer units of a kind a mean would tell one of them what the other has."""


@dataclass(frozen=True, slots=True)
class Among:
    """A unit's marks among those of its like. place, low: from the top and from the bottom; same: how many share it."""

    mean: Fraction
    best: Decimal
    place: int
    low: int
    same: int
    of: int


class Source:
    """The rows of one review by unit. Fetched when first asked for, once for all letters."""

    def __init__(self, book: Book) -> None:
        """Look at a book whose review is done."""
        self.book, self.plan = book, book.plan

    def rows(self, table: str, *keys: str) -> dict[tuple[Any, ...], list[Row]]:
        """Rows of a published table by some of its columns."""
        return grouped(self.book.frame(table).iter_rows(named=True), *keys)

    @property
    def kind(self) -> dict[str, str]:
        """Category of each unit, or its system where it has none: its like."""
        return self.book.kinds

    @cached_property
    def marks(self) -> dict[tuple[Any, ...], Row]:
        """Marks by component and unit."""
        return only(self.rows("component_marks", "component", "unit"))

    @cached_property
    def alike(self) -> dict[tuple[str, str], list[Decimal]]:
        """The marks of each kind of units in a component, the highest first."""
        found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
        for (component, unit), row in self.marks.items():
            if row["marks"] is not None:
                found[component, self.kind[unit]].append(row["marks"])
        return {key: sorted(marks, reverse=True) for key, marks in found.items()}

    def among(self, component: str, unit: str) -> Among | None:
        """Where a unit stands among its like; None where it has no marks, or too few are like it."""
        own = self.marks[component, unit]["marks"]
        marks = self.alike.get((component, self.kind[unit]), [])
        if own is None or len(marks) < LEAST_ALIKE:
            return None
        better, same = sum(mark > own for mark in marks), marks.count(own)
        low = len(marks) - better - same + 1
        return Among(Fraction(sum(marks)) / len(marks), marks[0], better + 1, low, same, len(marks))

    @cached_property
    def scope(self) -> dict[tuple[Any, ...], Row]:
        """Full marks and weights by component and unit for which it exists."""
        return only(grouped(self.book.counted("scope").iter_rows(named=True), "component", "unit"))

    @cached_property
    def traits(self) -> dict[tuple[Any, ...], str]:
        """Roster cells by unit and column."""
        return {(row["unit"], row["trait"]): row["value"] for row in self.book.counted("traits").to_dicts()}

    @cached_property
    def rating_marks(self) -> dict[tuple[Any, ...], list[Row]]:
        """How ratings became marks, cycle by cycle, by component and unit."""
        return self.rows("rating_marks", "component", "unit")

    def rated_units(self, leaf: str, cycle: str) -> list[str]:
        """Units with votes of their own in a cycle of a leaf: over whom a mean may be taken."""
        return self._rated.get((leaf, cycle), [])

    @cached_property
    def _rated(self) -> dict[tuple[Any, ...], list[str]]:
        rows = [row for found in self.rating_marks.values() for row in found if row["own"] is not None]
        return {key: [row["unit"] for row in found] for key, found in grouped(rows, "component", "cycle").items()}

    @cached_property
    def _categories(self) -> dict[str, str]:
        return {unit: category or "" for unit, category in self.book.frame("roster").select("unit", "category").rows()}

    def category(self, unit: str) -> str:
        """The category of a unit as the plan's rules see it; empty for none."""
        return self._categories[unit]

    @cached_property
    def votes(self) -> dict[tuple[Any, ...], list[Row]]:
        """Votes whose level has a value, by component and unit; `earned` is value × votes."""
        levels = {one.id: one.ratings.levels for one in self.plan.components if one.ratings}
        rows = [
            row | {"earned": Fraction(value) * row["votes"]}
            for row in self.book.frame("tally").iter_rows(named=True)
            if (value := levels[row["component"]][row["level"]]) is not None
        ]
        return grouped(rows, "component", "unit")

    @cached_property
    def events(self) -> dict[tuple[Any, ...], list[Row]]:
        """Events with what they cost or earn, by unit, in the order in which they happened."""
        more = {row["event"]: row for row in self.book.counted("events").iter_rows(named=True)}
        rows = [more[row["event"]] | row for row in self.book.frame("event_points").iter_rows(named=True)]
        return grouped(sorted(rows, key=lambda row: (row["happened_on"], row["event"])), "unit")

    @cached_property
    def ranked(self) -> dict[tuple[Any, ...], list[Row]]:
        """Rows of a standing by standing and group."""
        return self.rows("totals", "standing", "group")

    @cached_property
    def totals(self) -> dict[tuple[Any, ...], Row]:
        """The row of a unit in a standing."""
        return only(self.rows("totals", "standing", "unit"))

    @cached_property
    def parents(self) -> dict[str, Component]:
        """The node above each component."""
        return {child: one for one in self.plan.components for child in one.of}

    @cached_property
    def of_units(self) -> dict[str, dict[tuple[Any, ...], list[Row]]]:
        """Rows by unit of tables of which a letter shows all that is the unit's."""
        found = {name: self.rows(name, "unit") for name in ("problem_states", "recheck_states", "band_entries")}
        return found | {"earlier": grouped(self.book.counted("earlier_entries").iter_rows(named=True), "unit")}

    def of(self, table: str, unit: str) -> list[Row]:
        """A unit's rows of problem_states, recheck_states, band_entries or earlier (`earlier_entries`)."""
        return self.of_units[table].get((unit,), [])


def grouped(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    """The rows by the values of some columns, in their order."""
    found: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[key] for key in keys)].append(row)
    return dict(found)


def only(rows: dict[tuple[Any, ...], list[Row]]) -> dict[tuple[Any, ...], Row]:
    """The one row of each key."""
    return {key: found[0] for key, found in rows.items()}
