"""A plan as a tree of text, and facts as plain rows: what both say of units, components, cycles and categories."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, wraps
from typing import Any

from tests.reference.changing import exists, of_nobody, stood, takers
from tests.reference.numbers import day, number, optional

Row = dict[str, Any]
Tree = dict[str, Any]
KINDS = ("ratings", "marks", "events", "measures")


class Stopped(Exception):
    """The campaign cannot be scored; the message says which sentence does not hold."""


@dataclass(frozen=True)
class Mark:
    """A value on its way, or none, with what is to be said of it.

    zeroed: a veto keeps it from rising above zero. late: none because nothing of it has begun.
    """

    value: Fraction | None
    flags: frozenset[str] = frozenset()
    zeroed: bool = False
    late: bool = False

    def with_value(self, value: Fraction | None) -> "Mark":
        """Another value; what a veto emptied never rises above zero."""
        if self.zeroed and value is not None:
            value = min(value, Fraction(0))
        return replace(self, value=value)

    def flagged(self, *flags: str) -> "Mark":
        """The same with more to be said."""
        return replace(self, flags=self.flags | set(flags))


NONE = Mark(None)
LATE = Mark(None, frozenset({"not_due"}), late=True)


@dataclass(frozen=True)
class Cycle:
    """A window, both days included."""

    id: str
    start: date
    end: date

    def holds(self, when: date | None) -> bool:
        """Whether a day lies in it."""
        return when is not None and self.start <= when <= self.end


def listed(value: Any) -> list[Any]:
    """One value stands for a list of one; nothing for none."""
    return [] if value is None else value if isinstance(value, list) else [value]


def true(value: Any) -> bool:
    """A truth value, or its text."""
    return str(value).lower() == "true"


@dataclass
class Campaign:
    """One plan with its facts, looked at on a day (all is over, if none is given)."""

    tree: Tree
    facts: dict[str, list[Row]]
    as_of: date | None = None
    _cycles: dict[str, list[Cycle]] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, cycles in self.tree["cycles"].items():
            self._cycles[name] = [Cycle(one["id"], day(one["from"]), day(one["to"])) for one in cycles]  # type: ignore[arg-type]
        ends = [cycle.end for cycles in self._cycles.values() for cycle in cycles]
        ends += [day(one["to"]) for one in self.tree.get("calendar", [])]  # type: ignore[misc]
        ends += [day(one["due"]) for one in self.tree.get("tasks", [])]  # type: ignore[misc]
        self.today = self.as_of or max(ends)

    # ------------------------------------------------------------ facts

    def rows(self, table: str) -> list[Row]:
        """Facts of a table as they were known on the day, those of nobody left out."""
        return [row for row in self._known(table) if not self._is_of_nobody(table, row)]

    def of_nobody(self, table: str) -> list[Row]:
        """Facts from before their unit was founded, or after it was abolished."""
        return [row for row in self._known(table) if self._is_of_nobody(table, row)]

    def _is_of_nobody(self, table: str, row: Row) -> bool:
        if table not in LIVED or not self._some_change:
            return False
        when = day(row.get(DATED[table]))
        first = last = when
        if when is None and row.get("method") in self.components:
            cycles = [one for one in self.cycles(row["method"]) if row.get("cycle") in (None, "", one.id)]
            first = min((one.start for one in cycles), default=None)
            last = max((one.end for one in cycles), default=None)
        return of_nobody(self.units.get(row["unit"]), first, last)

    @cached_property
    def _some_change(self) -> bool:
        return any(row.get("founded_on") or row.get("abolished_on") for row in self.units.values())

    def _known(self, table: str) -> list[Row]:
        """Facts of a table as they were known on the day; what happened to them later is not known yet."""
        rows = self.facts.get(table) or []
        if self.as_of is None:
            return rows
        later = FOLLOWING.get(table, ())
        return [
            row | {name: None for name in later if (then := day(row.get(name))) and then > self.as_of}
            for row in rows
            if self._is_known(table, row)
        ]

    def _is_known(self, table: str, row: Row) -> bool:
        """By its date; ready counts, marks and measures without one are known once their cycle is over."""
        when = day(row.get(DATED[table])) if table in DATED else None
        if when is None and table in ("counts", "marks", "measures") and row["method"] in self.components:
            cycles = {cycle.id: cycle.end for cycle in self.cycles(row["method"])}
            when = cycles.get(row.get("cycle") or "", max(cycles.values()))
        return when is None or self.as_of is None or when <= self.as_of

    def of(self, table: str, component: str) -> list[Row]:
        """Facts of a component."""
        return [row for row in self.rows(table) if row["method"] == component]

    # ------------------------------------------------------------ plan

    @cached_property
    def components(self) -> dict[str, Tree]:
        """Components by id, in the order of the plan."""
        return {one["id"]: one for one in self.tree["components"]}

    def kind(self, id: str) -> str:
        """The kind of a leaf, or node."""
        return next((kind for kind in KINDS if self.components[id].get(kind) is not None), "node")

    def children(self, id: str) -> list[str]:
        """The parts of a node."""
        return listed(self.components[id].get("of"))

    def below(self, id: str) -> list[str]:
        """A component and all below it."""
        return [id, *(other for child in self.children(id) for other in self.below(child))]

    def cycles(self, id: str) -> list[Cycle]:
        """The cycles in which a component is scored."""
        return self._cycles[self.components[id].get("per", "year")]

    def due(self, id: str) -> list[Cycle]:
        """Its cycles that have begun on the day that is looked at (Not due)."""
        return [cycle for cycle in self.cycles(id) if cycle.start <= self.today]

    @cached_property
    def every_list(self) -> dict[str, Tree]:
        """Shortlists and lists by id."""
        return {one["id"]: one for part in ("shortlists", "lists") for one in self.tree.get(part, [])}

    # ------------------------------------------------------------ units

    @cached_property
    def units(self) -> dict[str, Row]:
        """The roster by unit, as it stood on the day that is looked at."""
        return {row["unit"]: stood(row, self.as_of) for row in self.facts["units"]}

    @cached_property
    def absent(self) -> set[str]:
        """Units that take no part: exempt, or not there on the last day that is scored or looked at."""
        last = min(self.today, max(cycle.end for id in self.components for cycle in self.cycles(id)))
        return self.exempt | {unit for unit, row in self.units.items() if not exists(row, last)}

    @cached_property
    def exempt(self) -> set[str]:
        """Units on the plan's list in each of the years before."""
        rule = self.tree["units"].get("exempt")
        if not rule:
            return set()
        years = set(range(self.year - int(rule["years"]), self.year))
        return {unit for unit in self.units if years <= self.years_on(rule["listed"], unit)}

    @property
    def year(self) -> int:
        """The year of the campaign."""
        return int(self.tree["campaign"]["year"])

    def years_on(self, name: str, unit: str) -> set[int]:
        """The earlier years in which a unit was on a list."""
        return {
            int(row["year"])
            for row in self.rows("history")
            if row["list"] == name
            and unit in takers(self.units, row["unit"], int(row["year"]), bool(row.get("listed_as")))
        }

    def fits(self, unit: str, wanted: dict[str, Any] | None) -> bool:
        """Whether the roster says one of the values wanted in every column; an empty cell is the empty text."""
        row = self.units[unit]
        return all((row.get(column) or "") in listed(values) for column, values in (wanted or {}).items())

    def of_category(self, value: Any, unit: str) -> Fraction | None:
        """A number that may differ by category; none where the unit's category has none."""
        if isinstance(value, dict):
            category = self.units[unit].get("category") or ""
            return optional(value[category] if category in value else value.get("else"))
        return optional(value)

    def lies_in_scope(self, id: str, unit: str) -> bool:
        """Whether a component exists for a unit, as far as roster and plan say (lists that limit it left aside)."""
        one = self.components[id]
        if unit not in self.units or unit in self.absent or not self.fits(unit, one.get("for")):
            return False
        return all(
            self.of_category(one[part], unit) is not None
            for part in ("full", "weight")
            if isinstance(one.get(part), dict)
        )

    def brings(self, id: str, unit: str) -> bool:
        """Whether a unit brings this component's marks with it."""
        wanted = self.components[id].get("imported")
        return bool(wanted) and self.fits(unit, wanted)

    def full(self, id: str, unit: str) -> Fraction | None:
        """Full marks of a component for a unit."""
        return self.of_category(self.components[id].get("full"), unit)

    def full_of_cycle(self, id: str, unit: str, cycle: str) -> Fraction | None:
        """Full marks of one cycle: a sum over cycles may say them, otherwise they are the component's."""
        one = self.components[id]
        if one.get("over_cycles", "sum") == "sum" and cycle in one.get("cycle_full", {}):
            return number(one["cycle_full"][cycle])
        return self.full(id, unit)


DATED = {
    **{"ratings": "rated_on", "counts": "counted_on", "marks": "given_on", "events": "happened_on"},
    **{"measures": "measured_on", "lots": "drawn_on", "decisions": "decided_on"},
}
"""The column that says when a fact came to be."""

LIVED = ("ratings", "counts", "marks", "events", "measures")
"""Tables whose facts a unit can only have while it exists."""

FOLLOWING = {"events": ("signed_on", "closed_on")}
"""Columns that say what happened to a fact later."""


def once(function: Any) -> Any:
    """What a function of a campaign says, worked out once for the same question: a sample is larger than a case."""

    @wraps(function)
    def asked(known: Campaign, *question: Any) -> Any:
        at = function.__qualname__, *question
        if at not in known.answers:
            known.answers[at] = function(known, *question)
        return known.answers[at]

    return asked


def grouped(rows: Iterable[Any], of: Any) -> dict[Any, list[Any]]:
    """Rows by what a function says of them, in order."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return found
