"""What simulated facts are drawn from: the plan, the units and how good each of them is, and one source of chance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pingyi.common.codebook import codebook
from pingyi.plan import Component, Plan
from pingyi.plan.components import Cycle
from pingyi.rules.base import Traits

Schema = dict[str, type[pl.DataType] | pl.DataType]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]

Row = dict[str, object]

KINDS: Schema = {
    "date": pl.Date,
    "moment": pl.Datetime("us"),
    "integer": pl.Int64,
    "yes_no": pl.Boolean,
    "list": pl.List(pl.String),
}
"""How columns of the codebook are held here; all other kinds are text, numbers with decimals too."""

BEHIND, FAR_BEHIND = 1.4, 1.6
"""How much worse the worst unit is made; how much more where low marks alone bring a unit onto a list."""

ASTRAY = 10
"""Days by which a date outside all windows misses them at most."""


@dataclass(frozen=True)
class World:
    """The units and their latent quality, from which every fact is drawn.

    quality: of each unit in the order of `units`, mean about 0, spread about 1. qualities: the same for each leaf,
    which a unit may do better or worse than the rest. exempt: units that take no part. planted: what was put in on
    purpose, by unit. gaps: positions of the units that have no facts in a leaf, by leaf. seed: what all chance
    comes from.
    """

    plan: Plan
    units: pl.DataFrame
    rng: np.random.Generator
    quality: Floats
    qualities: dict[str, Floats]
    exempt: list[str] = field(default_factory=list)
    planted: dict[str, list[str]] = field(default_factory=dict)
    gaps: dict[str, list[int]] = field(default_factory=dict)
    seed: int = 0

    def rng_for(self, *names: str) -> np.random.Generator:
        """A source of chance for one purpose: what is drawn from it moves nothing that is drawn elsewhere."""
        return np.random.default_rng([self.seed, *(crc32(name.encode()) for name in names)])

    @property
    def ids(self) -> list[str]:
        """The units' ids, in the order of the roster."""
        return self.units["unit"].to_list()

    @property
    def worst(self) -> str:
        """The unit that was put behind on purpose."""
        return self.ids[_place_of_worst(self.units, self.quality)]

    def roster_column(self, name: str) -> list[str]:
        """A roster column, empty text for empty cells."""
        return self.units[name].cast(pl.String).fill_null("").to_list()

    def note_planted(self, unit: str, what: str) -> None:
        """Note something that was put in on purpose."""
        if what not in self.planted.setdefault(unit, []):
            self.planted[unit].append(what)

    def units_fitting(self, traits: Traits) -> list[bool]:
        """Which units have the wanted roster values; without wishes all have."""
        columns = [(self.roster_column(name), values) for name, values in traits.items()]
        return [all(column[place] in values for column, values in columns) for place in range(self.units.height)]

    def ids_fitting(self, traits: Traits) -> list[str]:
        """Ids of the units that have the wanted roster values."""
        return [unit for unit, fits in zip(self.ids, self.units_fitting(traits), strict=True) if fits]

    def taking_part(self, traits: Traits) -> list[str]:
        """Of these the ones that are not exempt."""
        return [unit for unit in self.ids_fitting(traits) if unit not in self.exempt]

    def scored_units(self, component: Component) -> list[int]:
        """Positions of the units for which a leaf is scored from facts: in its scope, nothing handed in, not exempt."""
        handed_in = [self.units_fitting(one.imported) for one in _with_ancestors(self.plan, component) if one.imported]
        fits = self.units_fitting(component.units)
        return [
            place
            for place, unit in enumerate(self.ids)
            if fits[place] and unit not in self.exempt and not any(one[place] for one in handed_in)
        ]

    def cycles_of(self, component: Component) -> list[Cycle]:
        """The windows in which a component is evaluated."""
        return self.plan.cycles[component.per]


def _with_ancestors(plan: Plan, component: Component) -> list[Component]:
    parents, line = plan.parents, [component]
    while line[-1].id in parents:
        line.append(parents[line[-1].id])
    return line


def new_world(plan: Plan, units: pl.DataFrame, seed: int) -> World:
    """Units with qualities: part of the spread is shared within organs, a little within categories.

    The worst unit is put further behind: it will be on the lists of several years.
    """
    rng = np.random.default_rng(seed)
    shared = 0.4 * _shared_effect(rng, units["organ"]) + 0.2 * _shared_effect(rng, units["category"])
    quality = shared + 0.85 * rng.standard_normal(units.height)
    last = _place_of_worst(units, quality)
    quality[last] -= BEHIND + (FAR_BEHIND if _low_marks_are_listed(plan) else 0)
    leaves = [one.id for one in plan.components if not one.of]
    qualities = {leaf: 0.8 * quality + 0.6 * rng.standard_normal(units.height) for leaf in leaves}
    planted = {units["unit"][last]: ["各项水平特意压低"]}
    return World(plan, units, rng, quality, qualities, planted=planted, seed=seed)


def _low_marks_are_listed(plan: Plan) -> bool:
    """Whether a list takes whoever has marks below a bound."""
    bounds = [bound for rule in plan.every_list for bound in rule.when.marks.values()]
    return any(bound.below is not None or bound.up_to is not None for bound in bounds)


def _place_of_worst(units: pl.DataFrame, quality: Floats) -> int:
    """Position of the worst of the units that are reviewed here."""
    here = units["system"].fill_null("").to_numpy() == "" if "system" in units.columns else np.ones(len(quality), bool)
    return int(np.argmin(np.where(here, quality, np.inf))) if here.any() else int(np.argmin(quality))


def _shared_effect(rng: np.random.Generator, values: pl.Series) -> Floats:
    """One normal number for each value, in the order in which values appear."""
    names = values.fill_null("").to_list()
    effects = {name: float(rng.standard_normal()) for name in dict.fromkeys(names)}
    return np.array([effects[name] for name in names])


def schema_of(table: str, columns: str) -> Schema:
    """These columns of a fact table, typed as the codebook says."""
    return {name: KINDS.get(codebook().facts[table].column(name).kind, pl.String) for name in columns.split()}


def draw_columns(rng: np.random.Generator, shares: Floats, rows: Ints) -> Ints:
    """For each of `rows` one column of `shares` (rows that sum to 1), drawn with these shares."""
    borders = np.cumsum(shares, axis=1)[rows, :-1]
    columns: Ints = (rng.random(len(rows))[:, None] >= borders).sum(axis=1)
    return columns


def draw_days(rng: np.random.Generator, cycles: Sequence[Cycle], which: Ints) -> Days:
    """A day in the window of each cycle named by position."""
    starts = np.array([cycle.start for cycle in cycles], dtype="datetime64[D]")
    lengths = np.array([(cycle.end - cycle.start).days + 1 for cycle in cycles])
    days: Days = starts[which] + rng.integers(0, lengths[which]).astype("timedelta64[D]")
    return days


def lead_astray(rng: np.random.Generator, cycles: Sequence[Cycle], days: Days, share: float) -> Days:
    """The days, a share of them moved to just before the first window or just after the last one."""
    before = np.datetime64(cycles[0].start, "D") - rng.integers(1, ASTRAY + 1, len(days))
    after = np.datetime64(cycles[-1].end, "D") + rng.integers(1, ASTRAY + 1, len(days))
    missed = np.where(rng.random(len(days)) < 0.5, before, after)
    return np.where(rng.random(len(days)) < share, missed, days)


def draw_moments(rng: np.random.Generator, days: Days) -> Days:
    """A second in office hours (8:30 to 17:30) of each day."""
    seconds = rng.integers(8 * 3600 + 1800, 17 * 3600 + 1800, len(days)).astype("timedelta64[s]")
    at: Days = (days.astype("datetime64[s]") + seconds).astype("datetime64[us]")
    return at


def draw_pseudonyms(rng: np.random.Generator, number: int) -> NDArray[np.str_]:
    """So many pseudonyms of 16 hexadecimal digits; the first is a letter, lest a spreadsheet see a number."""
    numbers = rng.integers(0xA << 60, 2**64 - 1, number, dtype=np.uint64)
    return np.array([f"{one:016x}" for one in numbers], dtype=np.str_)
