"""Whose earlier entries are whose: codes of earlier years → units of this year's roster.

A unit takes over what its predecessors (`前身`) and those merged into it (`并入`) were listed for; one that was split
leaves it to every part.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

APART = re.compile(r"[、，,；;\s]+")
"""What may stand between two codes of one cell."""

ALWAYS = 0
"""The year since which a code counts where nothing bounds it."""

COLUMNS = ("unit", "predecessor", "merged_into", "founded_on", "abolished_on")
SCHEMA = {"code": pl.String, "unit": pl.String, "since": pl.Int64}

Codes = dict[str, int]
"""Code → the first year whose entries count."""


@dataclass(frozen=True)
class Change:
    """What the roster says of where a unit comes from and goes to."""

    predecessors: tuple[str, ...]
    merged_into: str | None
    founded_on: date | None
    abolished_on: date | None


def changes(units: pl.DataFrame) -> dict[str, Change]:
    """Unit → its changes; columns that the roster lacks say nothing."""
    known = [pl.col(name) if name in units.columns else pl.lit(None).alias(name) for name in COLUMNS]
    rows = units.select(known).filter(pl.col("unit").is_not_null())
    return {str(unit): Change(codes_of(named), *rest) for unit, named, *rest in rows.iter_rows()}


def codes_of(text: str | None) -> tuple[str, ...]:
    """The codes that one cell names."""
    return tuple(dict.fromkeys(one for one in APART.split(text or "") if one))


def successions(units: pl.DataFrame) -> pl.DataFrame:
    """A row for each code and unit that its earlier entries count for: code, unit, since (the first year of them)."""
    roster = _Roster(changes(units))
    rows = [(code, unit, since) for unit in roster.known for code, since in roster.codes(unit).items()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("code", "unit")


@dataclass(frozen=True)
class _Roster:
    """The changes of all units, and what is asked of them together."""

    known: Mapping[str, Change]

    @cached_property
    def ended(self) -> dict[str, Change]:
        """The units that were abolished."""
        return {unit: one for unit, one in self.known.items() if one.abolished_on is not None}

    @cached_property
    def named(self) -> dict[str, set[str]]:
        """Code → the units that name it as a predecessor."""
        named: dict[str, set[str]] = defaultdict(set)
        for unit, one in self.known.items():
            for code in one.predecessors:
                named[code].add(unit)
        return named

    def codes(self, unit: str, on_the_way: frozenset[str] = frozenset()) -> Codes:
        """The codes whose entries are a unit's, those of predecessors that ended this year among them."""
        found = self._own(unit) | dict.fromkeys(self.known[unit].predecessors, ALWAYS)
        for other in self.ended:
            if other not in on_the_way and self.passes_on(other, unit):
                inherited = self.codes(other, on_the_way | {unit})
                found |= {code: min(since, found.get(code, since)) for code, since in inherited.items()}
        return found

    def passes_on(self, other: str, unit: str) -> bool:
        """Whether a unit that ended goes on in this one.

        One that still exists does not: its code as a predecessor means the unit that bore it in earlier years alone.
        """
        one = self.ended.get(other)
        return one is not None and other != unit and (one.merged_into == unit or unit in self.named.get(other, ()))

    def _own(self, unit: str) -> Codes:
        """The unit's own code, unless it bears it anew: then earlier entries under it are another unit's.

        It does where it has other predecessors while another unit names the code, and in the years before it was
        founded.
        """
        one = self.known[unit]
        if one.predecessors and self.named.get(unit, set()) - {unit}:
            return {}
        return {unit: one.founded_on.year if one.founded_on else ALWAYS}


def circles(units: pl.DataFrame) -> list[tuple[str, ...]]:
    """Units that ended and go on in each other, all round; each circle once."""
    roster, found = _Roster(changes(units)), dict[frozenset[str], tuple[str, ...]]()
    for unit in roster.ended:
        for way in _ways(roster, (unit,)):
            found.setdefault(frozenset(way), way)
    return list(found.values())


def _ways(roster: _Roster, way: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The ways from the first unit back to itself that go on from here."""
    after = [other for other in roster.ended if roster.passes_on(way[-1], other)]
    closed = [way] if way[0] in after and len(way) > 1 else []
    return closed + [found for other in after if other not in way for found in _ways(roster, (*way, other))]
