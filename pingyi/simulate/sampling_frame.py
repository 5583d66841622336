"""Whom the plan's sampling rules draw from, and what became of those who were drawn.

The frame holds people who were served and cases that were closed, in the strata in which the rules draw. Of those who
were drawn as many were reached as there are ratings; the others were lost on the way.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl

from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.plan.work import Sampling, Task, days_of_task
from pingyi.rules.base import ELSE
from pingyi.simulate.world import Row, World, draw_pseudonyms, schema_of

ROWS = 3000
"""Rows of the frame, about, shared by the rules that draw from it; strata at a bound come on top."""

SPARE, SHORT = 1.3, 8
"""Rows of a stratum for each that is drawn; one stratum in so many has too few."""

SMALL, FEW = 12, 25
"""Strata well below a bound on their size, and rows in them at most."""

GREATEST = 1000
"""Greatest bound for which strata are made that lie at it."""

DAILY, LAPSES, LAPSE = 0.99, 0.08, 5
"""Share of days with data, where they are due each day; units that lack some on end, and how many."""

LEFT_OUT = 0.04
"""Share of rows that a rule leaves out."""

OTHERS = "其他"
"""The group of those who are in none that the plan names."""

UNITS, DAYS = 40, 6
"""Units and days of which strata are made, at most."""

OTHER = ["甲", "乙"]
"""Values of a column that only the rule knows."""

AGAIN = 0.02
"""Share of rows of somebody who is in the frame already."""

DATES: dict[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-{(day.month + 2) // 3}",
}
"""What a stratum by time is called."""

LOST = 0.5
"""Contacts without a full answer, as a share of those with one."""

FATES = {"partial": 0.06, "refusal": 0.24, "noncontact": 0.42, "other": 0.05, "unknown": 0.15, "ineligible": 0.08}
"""How contacts are lost, with shares."""

CLIENTS = schema_of("clients", "case client unit served_on channel group post")
KEY = ["case", "client", "unit", "served_on", "channel"]
FIXED = ("case", "client", "unit", "served_on")
"""Columns in which nobody is marked as left out."""

CONTACTS = schema_of("contacts", "contact method unit channel contacted_on disposition times")

Stratum = dict[str, str]


@dataclass
class Frame:
    """The frame as it grows. needed: columns that some rule draws by: a row without them would spoil that draw."""

    world: World
    rng: np.random.Generator
    needed: set[str]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Strata:
    """The strata of one rule within a frame."""

    frame: Frame
    rule: Sampling
    _known_days: dict[tuple[tuple[str, str], ...], list[date]] = field(default_factory=dict)

    @cached_property
    def all(self) -> list[Stratum]:
        """The strata, those of a unit side by side; of a large plan only some of the units."""
        combined = product(*(self._values_of(column) for column in self.rule.per))
        strata = [dict(zip(self.rule.per, values, strict=True)) for values in combined]
        return [one for one in strata if self._days_of(one) and self._may_use(one)]

    @cached_property
    def dated(self) -> bool:
        """Whether the rule draws by time: then it draws closed cases."""
        return any(column in DATES for column in self.rule.per)

    def add_rows(self, stratum: Stratum, number: int, group: str | None = None, *, new: bool = False) -> None:
        """So many rows more in the stratum. new: nobody who is there already."""
        rows, rng = self.frame.rows, self.frame.rng
        for _ in range(number):
            row = self._draw_row(stratum, group)
            if rows and not new and rng.random() < AGAIN:
                row["client"] = rows[int(rng.integers(len(rows)))]["client"]
            rows.append(row)

    def _draw_row(self, stratum: Stratum, group: str | None) -> Row:
        rng, days = self.frame.rng, self._days_of(stratum)
        unit = stratum.get("unit") or self._draw_unit()
        row: Row = {column: value for column, value in stratum.items() if column not in DATES}
        return row | {
            "case": f"{days[0].year}-{len(self.frame.rows) + 1:05d}" if self.dated else None,
            "client": str(draw_pseudonyms(rng, 1)[0]),
            "unit": unit,
            "served_on": days[int(rng.integers(len(days)))],
            "channel": stratum.get("channel") or self._draw_channel(unit),
            "group": stratum.get("group") or group,
        }

    def _draw_unit(self) -> str | None:
        """A unit where a row needs one: rather one that is in the frame already."""
        if not (self.dated or self.rule.units or "unit" in self.frame.needed):
            return None
        return str(self.frame.rng.choice(self._homes))

    @cached_property
    def _homes(self) -> list[str]:
        """Units of the rule that are in the frame already; where there is none, all of its units."""
        known = {row["unit"] for row in self.frame.rows}
        return [unit for unit in self._units if unit in known] or self._units

    def _draw_channel(self, unit: str | None) -> str | None:
        channels = [one for one in self._channels if self._may_use({"channel": one} | ({"unit": unit} if unit else {}))]
        return str(self.frame.rng.choice(channels)) if channels and "channel" in self.frame.needed else None

    @cached_property
    def _units(self) -> list[str]:
        """Units that the rule is for, in an order of chance, and not too many."""
        kept = self.frame.world.taking_part(self.rule.units)
        return [kept[nth] for nth in self.frame.rng.permutation(len(kept)).tolist()[:UNITS]]

    @cached_property
    def _channels(self) -> list[str]:
        """The channels of the rule's component; where it has none, those of all."""
        rules = [rule for rule in self._rated if rule.channels] or self._all_rated
        return list(dict.fromkeys(channel.id for rule in rules for channel in rule.channels))

    def _may_use(self, stratum: Stratum) -> bool:
        """Whether the channel of a stratum may be used for its unit."""
        return not {"channel", "unit"} <= stratum.keys() or stratum["unit"] in self._open[stratum["channel"]]

    @cached_property
    def _open(self) -> dict[str, set[str]]:
        """The units for which each channel may be used."""
        units: dict[str, set[str]] = {}
        for channel in (channel for rule in self._all_rated for channel in rule.channels):
            units.setdefault(channel.id, set()).update(self.frame.world.ids_fitting(channel.units))
        return units

    def _values_of(self, column: str) -> list[str]:
        if column in ("unit", "channel"):
            return self._units if column == "unit" else self._channels
        if column == "group":
            return [group for rule in self._rated for group in rule.groups] or OTHER
        labels = list(dict.fromkeys(DATES[column](day) for day in self._window)) if column in DATES else OTHER
        return self.frame.rng.permutation(labels)[:DAYS].tolist() if column == "day" else labels

    @cached_property
    def _all_rated(self) -> list[Ratings]:
        return [one.ratings for one in self.frame.world.plan.components if one.ratings]

    @cached_property
    def _rated(self) -> list[Ratings]:
        """How the rule's component is rated, if it is."""
        own = [one for one in self.frame.world.plan.components if one.id == self.rule.component]
        return [one.ratings for one in own if one.ratings]

    @cached_property
    def _window(self) -> list[date]:
        """The days of service: those in which the component is scored, or for rules without time the year so far."""
        plan = self.frame.world.plan
        own = [plan.cycles[one.per] for one in plan.components if one.id == self.rule.component]
        cycles = [cycle for named in own or plan.cycles.values() for cycle in named]
        first, last = min(cycle.start for cycle in cycles), max(cycle.end for cycle in cycles)
        first = first if self.dated else min(first, date(plan.campaign.year, 1, 1))
        return [first + timedelta(days=nth) for nth in range((last - first).days + 1)]

    def _days_of(self, stratum: Stratum) -> list[date]:
        """The days of service of a stratum."""
        key = tuple((column, value) for column, value in stratum.items() if column in DATES)
        if key not in self._known_days:
            held = [day for day in self._window if all(DATES[column](day) == value for column, value in key)]
            self._known_days[key] = held
        return self._known_days[key]


def draw_clients(world: World) -> pl.DataFrame:
    """A frame from which every rule with a number can be drawn; small, so most units of a large plan are not in it."""
    rules = sorted((rule for rule in world.plan.sampling if rule.number), key=lambda rule: "unit" not in rule.per)
    frame = Frame(world, world.rng_for("clients"), {column for rule in rules for column in rule.per})
    strata = [Strata(frame, rule) for rule in rules]
    for one in strata:
        _add_usual(one, ROWS // len(strata))
    for task in world.plan.tasks if strata else []:
        if task.shown_by == "clients":
            _add_daily(next((one for one in strata if one.dated), strata[0]), task)
    _mark_left_out(frame)
    for one in strata:
        _add_at_bounds(one)
    table = pl.DataFrame(frame.rows, schema=CLIENTS).unique(KEY, keep="first", maintain_order=True)
    return table.sort("served_on", "unit", "client", nulls_last=True, maintain_order=True)


def _add_usual(strata: Strata, rows: int) -> None:
    """Strata with enough to draw from, now and then one with too few; small ones where only large ones are drawn."""
    if strata.rule.cases:
        for stratum in strata.all[:SMALL]:
            strata.add_rows(stratum, int(strata.frame.rng.integers(1, FEW + 1)))
        return
    wanted = _rows_by_group(strata.rule, rows)
    kept = strata.all[: max(1, rows // sum(wanted.values()))]
    for nth, stratum in enumerate(kept):
        short = nth % SHORT == SHORT - 1
        for group, number in wanted.items():
            strata.add_rows(stratum, max(1, number // 3) if short else number, group)


def _add_daily(strata: Strata, task: Task) -> None:
    """Somebody served by each unit of a daily task, on each of its days without one; few units lack some on end."""
    world, rng = strata.frame.world, strata.frame.world.rng_for("daily", task.id)
    served = {(row["unit"], row["served_on"]) for row in strata.frame.rows}
    days = list(days_of_task(task))
    for unit in world.taking_part(task.units):
        gap = int(rng.integers(len(days))) if rng.random() < LAPSES else len(days)
        for nth, day in enumerate(days):
            if (unit, day) not in served and not gap <= nth < gap + LAPSE and rng.random() < DAILY:
                strata.add_rows({"unit": unit, "day": day.isoformat()}, 1)


def _rows_by_group(rule: Sampling, most: int) -> dict[str | None, int]:
    """Rows of a stratum by group: somewhat more than are drawn, and not more than `most` in all."""
    size = min(max(rule.number + 2, math.ceil(SPARE * rule.number)), most)
    if not rule.quota:
        return {None: size}
    return {OTHERS if group == ELSE else group: math.ceil(size * share) for group, share in rule.quota.items()}


def _mark_left_out(frame: Frame) -> None:
    """Give a few rows what a rule leaves out."""
    left_out = [pair for rule in frame.world.plan.sampling for pair in rule.leave_out.items()]
    for column, values in left_out:
        named = [value for value in values if value]
        for row in frame.rows if column in CLIENTS and column not in FIXED and named else []:
            if frame.rng.random() < LEFT_OUT:
                row[column] = str(frame.rng.choice(named))


def _add_at_bounds(strata: Strata) -> None:
    """For each bound on the size of a stratum one that lies just below it, one at it and one just above."""
    cases = strata.rule.cases
    bounds = [cases.start, cases.below, cases.above, cases.up_to] if cases else []
    sizes = [int(bound) + more for bound in bounds if bound and 1 < bound <= GREATEST for more in (-1, 0, 1)]
    for size, stratum in zip(sizes, reversed(strata.all), strict=False):
        strata.frame.rows[:] = [row for row in strata.frame.rows if not _belongs(row, stratum)]
        strata.add_rows(stratum, size, new=True)


def _belongs(row: Row, stratum: Stratum) -> bool:
    """Whether a row belongs to the stratum."""
    served = row["served_on"]
    assert isinstance(served, date)
    return all(
        (DATES[column](served) if column in DATES else row.get(column)) == value for column, value in stratum.items()
    )


def draw_contacts(world: World, ratings: pl.DataFrame | None, counts: pl.DataFrame | None) -> pl.DataFrame:
    """Contacts of every component whose raters are drawn, summed by unit, channel, half-year and what became of them.

    ratings, counts: the facts; whoever is in them was reached.
    """
    rows = []
    for component in sampled_components(world.plan):
        rng, reached = world.rng_for("contacts", component.id), _count_reached(world, component, ratings, counts)
        own = [row for cell in reached.iter_rows() for row in _draw_fates(rng, *cell)]
        rows += [
            {"contact": f"{component.id}-{nth:05d}", "method": component.id} | row for nth, row in enumerate(own, 1)
        ]
    return pl.DataFrame(rows, schema=CONTACTS)


def sampled_components(plan: Plan) -> list[Component]:
    """Components rated by people whom a sampling rule of the plan names, but for ballots."""
    named = [rule.component for rule in plan.sampling]
    return [one for one in plan.components if one.id in named and one.ratings and not one.ratings.form]


def _count_reached(
    world: World, component: Component, ratings: pl.DataFrame | None, counts: pl.DataFrame | None
) -> pl.DataFrame:
    """One row for each unit, channel and half-year: complete, and the first and last day. A form counts once."""
    ends = {cycle.id: cycle.end for cycle in world.cycles_of(component)}
    items = [*component.ratings.items] if component.ratings else []
    own = (pl.col("method") == component.id) & (pl.col("item").is_null() | pl.col("item").is_in(items[:1]))
    parts = [pl.DataFrame(schema={"unit": pl.String, "channel": pl.String, "day": pl.Date, "votes": pl.Int64})]
    if ratings is not None:
        day = pl.col("rated_on").dt.date()
        parts.append(ratings.filter(own).select("unit", "channel", day=day, votes=pl.lit(1, pl.Int64)))
    if counts is not None:
        day = pl.col("cycle").replace_strict(ends, default=None, return_dtype=pl.Date)
        parts.append(counts.filter(own).select("unit", "channel", day=day, votes="votes"))
    keys = ["unit", "channel", "year", "half"]
    halves = [pl.col("day").dt.year().alias("year"), (pl.col("day").dt.month() > 6).alias("half")]
    cells = pl.concat(parts).with_columns(halves).group_by(keys)
    summed = cells.agg(complete=pl.sum("votes"), first=pl.min("day"), last=pl.max("day"))
    return summed.sort(keys).drop("year", "half")


def _draw_fates(
    rng: np.random.Generator, unit: str, channel: str | None, complete: int, first: date, last: date
) -> list[Row]:
    """All contacts of a unit in a channel and half-year, a row for each fate."""
    lost = rng.multinomial(rng.poisson(LOST * complete), [*FATES.values()]).tolist()
    back = rng.integers(0, (last - first).days + 1, len(FATES)).tolist()
    fates = [("complete", complete, last)]
    fates += [(fate, number, last - timedelta(days=days)) for fate, number, days in zip(FATES, lost, back, strict=True)]
    return [
        {"unit": unit, "channel": channel, "contacted_on": day, "disposition": fate, "times": number}
        for fate, number, day in fates
        if number
    ]
