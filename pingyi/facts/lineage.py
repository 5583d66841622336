"""Units over the years: from when until when each exists, and whose earlier entries are whose.

Facts that lie outside of a unit's life are set aside before anything is counted. A fact is of its day; without one it
is of its cycle, and without that of all cycles of its component.

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

from pingyi.facts.as_of_date import DATED, cycle_key
from pingyi.plan import Plan

SCORED = ("ratings", "counts", "marks", "events", "measures")
"""Tables whose rows score."""

OUTSIDE = {
    **dict.fromkeys(("fact_table", "component", "unit"), pl.String),
    **dict.fromkeys(("form", "level", "rated_on", "cycle", "group", "channel", "item"), pl.String),
    "votes": pl.Int64,
    **dict.fromkeys(("source", "sheet"), pl.String),
    "row": pl.Int64,
}
"""Columns of what is known of facts that were set aside."""

Facts = Mapping[str, pl.DataFrame]


def scored_days(plan: Plan) -> tuple[date, date]:
    """The first and the last day of all cycles in which something is scored."""
    cycles = [cycle for one in plan.components for cycle in plan.cycles[one.per]]
    return min(cycle.start for cycle in cycles), max(cycle.end for cycle in cycles)


def bounded_lives(units: pl.DataFrame) -> pl.DataFrame:
    """The units that did not exist all the time: unit, founded_on, abolished_on."""
    known = [
        (pl.col(name) if name in units.columns else pl.lit(None)).cast(pl.Date).alias(name)
        for name in ("founded_on", "abolished_on")
    ]
    lives = units.select(pl.col("unit").cast(pl.String), *known)
    return lives.filter(pl.any_horizontal(pl.col("founded_on", "abolished_on").is_not_null()))


def ended_units(units: pl.DataFrame, plan: Plan) -> set[str]:
    """The units that were abolished before the last day that is scored: they take no part."""
    return set(bounded_lives(units).filter(pl.col("abolished_on") < scored_days(plan)[1])["unit"])


def set_outside_apart(facts: Facts, plan: Plan) -> tuple[Facts, pl.DataFrame]:
    """The facts of units that existed, and a row for each other one (`OUTSIDE`)."""
    within, outside = dict(facts), [pl.DataFrame(schema=OUTSIDE)]
    for table in SCORED:
        if table in facts and facts[table].height:
            beyond = is_outside(table, facts[table], facts["units"], plan)
            within[table] = facts[table].filter(~beyond)
            outside.append(_describe_outside(table, facts[table].filter(beyond), plan))
    return within, pl.concat(outside)


def is_outside(table: str, frame: pl.DataFrame, units: pl.DataFrame, plan: Plan) -> pl.Series:
    """Whether each row lies wholly before its unit was founded, or after it was abolished; both days belong to it."""
    lives = bounded_lives(units)
    if lives.is_empty() or frame.is_empty():
        return pl.Series("outside", [False] * frame.height, dtype=pl.Boolean)
    first, last = _possible_days(table, frame, plan)
    rows = frame.select(pl.col("unit").cast(pl.String), first.alias("first"), last.alias("last"))
    both = rows.join(lives, on="unit", how="left", maintain_order="left")
    early, late = pl.col("last") < pl.col("founded_on"), pl.col("first") > pl.col("abolished_on")
    return both.select((early.fill_null(False) | late.fill_null(False)).alias("outside")).to_series()


def _possible_days(table: str, frame: pl.DataFrame, plan: Plan) -> tuple[pl.Expr, pl.Expr]:
    column = DATED[table]
    day = _as_day(frame, column) if column in frame.columns else pl.lit(None, pl.Date)
    if "method" not in frame.columns:
        return day, day
    starts, ends = (
        cycle_key(frame).replace_strict(days, default=None, return_dtype=pl.Date) for days in _cycle_days(plan)
    )
    return pl.coalesce(day, starts), pl.coalesce(day, ends)


def _as_day(frame: pl.DataFrame, column: str) -> pl.Expr:
    text = frame.schema[column] == pl.String
    return pl.col(column).str.slice(0, 10).str.to_date() if text else pl.col(column).cast(pl.Date)


def _cycle_days(plan: Plan) -> tuple[dict[str, date], dict[str, date]]:
    """The first and the last day of each component and cycle; of all its cycles where none is named."""
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    for one in plan.components:
        cycles = plan.cycles[one.per]
        for named, some in [("", cycles), *((cycle.id, [cycle]) for cycle in cycles)]:
            starts[f"{one.id}/{named}"] = min(cycle.start for cycle in some)
            ends[f"{one.id}/{named}"] = max(cycle.end for cycle in some)
    return starts, ends


def _describe_outside(table: str, rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    items = {id: one.id for one in plan.components if one.events for id in one.events.items}
    component = pl.col("item").cast(pl.String).replace(items) if table == "events" else pl.col("method")
    rows = rows.with_columns(fact_table=pl.lit(table), component=component)
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in OUTSIDE.items()
    )


# ---------------------------------------------------------------- whose earlier entries are whose


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


def changes_by_unit(units: pl.DataFrame) -> dict[str, Change]:
    """Unit → its changes; columns that the roster lacks say nothing."""
    known = [pl.col(name) if name in units.columns else pl.lit(None).alias(name) for name in COLUMNS]
    rows = units.select(known).filter(pl.col("unit").is_not_null())
    return {str(unit): Change(codes_of(named), *rest) for unit, named, *rest in rows.iter_rows()}


def codes_of(text: str | None) -> tuple[str, ...]:
    """The codes that one cell names."""
    return tuple(dict.fromkeys(one for one in APART.split(text or "") if one))


def successions(units: pl.DataFrame) -> pl.DataFrame:
    """A row for each code and unit that its earlier entries count for: code, unit, since (the first year of them)."""
    roster = _Roster(changes_by_unit(units))
    rows = [(code, unit, since) for unit in roster.known for code, since in roster.inherited_codes(unit).items()]
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

    def inherited_codes(self, unit: str, on_the_way: frozenset[str] = frozenset()) -> Codes:
        """The codes whose entries are a unit's, those of predecessors that ended this year among them."""
        found = self._own_code(unit) | dict.fromkeys(self.known[unit].predecessors, ALWAYS)
        for other in self.ended:
            if other not in on_the_way and self.passes_on(other, unit):
                inherited = self.inherited_codes(other, on_the_way | {unit})
                found |= {code: min(since, found.get(code, since)) for code, since in inherited.items()}
        return found

    def passes_on(self, other: str, unit: str) -> bool:
        """Whether a unit that ended goes on in this one.

        One that still exists does not: its code as a predecessor means the unit that bore it in earlier years alone.
        """
        one = self.ended.get(other)
        return one is not None and other != unit and (one.merged_into == unit or unit in self.named.get(other, ()))

    def _own_code(self, unit: str) -> Codes:
        """The unit's own code, unless it bears it anew: then earlier entries under it are another unit's.

        It does where it has other predecessors while another unit names the code, and in the years before it was
        founded.
        """
        one = self.known[unit]
        if one.predecessors and self.named.get(unit, set()) - {unit}:
            return {}
        return {unit: one.founded_on.year if one.founded_on else ALWAYS}


def find_circles(units: pl.DataFrame) -> list[tuple[str, ...]]:
    """Units that ended and go on in each other, all round; each circle once."""
    roster, found = _Roster(changes_by_unit(units)), dict[frozenset[str], tuple[str, ...]]()
    for unit in roster.ended:
        for way in _ways_back(roster, (unit,)):
            found.setdefault(frozenset(way), way)
    return list(found.values())


def _ways_back(roster: _Roster, way: tuple[str, ...]) -> list[tuple[str, ...]]:
    after = [other for other in roster.ended if roster.passes_on(way[-1], other)]
    closed = [way] if way[0] in after and len(way) > 1 else []
    return closed + [found for other in after if other not in way for found in _ways_back(roster, (*way, other))]
