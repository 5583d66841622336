"""The strata in which a sampling rule draws, and the people and cases in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import product

import numpy as np

from pingyi.plan.ratings import Ratings
from pingyi.plan.work import Sampling
from pingyi.simulate.world import World, pseudonyms

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

Stratum = dict[str, str]
Row = dict[str, object]


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
        combined = product(*(self._values(column) for column in self.rule.per))
        strata = [dict(zip(self.rule.per, values, strict=True)) for values in combined]
        return [one for one in strata if self._days(one) and self._may_use(one)]

    @cached_property
    def dated(self) -> bool:
        """Whether the rule draws by time: then it draws closed cases."""
        return any(column in DATES for column in self.rule.per)

    def holds(self, stratum: Stratum, row: Row) -> bool:
        """Whether a row belongs to the stratum."""
        return all(_value(row, column) == value for column, value in stratum.items())

    def add(self, stratum: Stratum, number: int, group: str | None = None, *, new: bool = False) -> None:
        """So many rows more in the stratum. new: nobody who is there already."""
        for _ in range(number):
            row = self._row(stratum, group)
            if self.frame.rows and not new and self.frame.rng.random() < AGAIN:
                row["client"] = self.frame.rows[int(self.frame.rng.integers(len(self.frame.rows)))]["client"]
            self.frame.rows.append(row)

    def _row(self, stratum: Stratum, group: str | None) -> Row:
        rng, days = self.frame.rng, self._days(stratum)
        unit = stratum.get("unit") or self._unit()
        row: Row = {column: value for column, value in stratum.items() if column not in DATES}
        return row | {
            "case": f"{days[0].year}-{len(self.frame.rows) + 1:05d}" if self.dated else None,
            "client": str(pseudonyms(rng, 1)[0]),
            "unit": unit,
            "served_on": days[int(rng.integers(len(days)))],
            "channel": stratum.get("channel") or self._channel(unit),
            "group": stratum.get("group") or group,
        }

    def _unit(self) -> str | None:
        """A unit where a row needs one: rather one that is in the frame already."""
        if not (self.dated or self.rule.units or "unit" in self.frame.needed):
            return None
        return str(self.frame.rng.choice(self._homes))

    @cached_property
    def _homes(self) -> list[str]:
        """Units of the rule that are in the frame already; where there is none, all of its units."""
        known = {row["unit"] for row in self.frame.rows}
        return [unit for unit in self._units if unit in known] or self._units

    def _channel(self, unit: str | None) -> str | None:
        channels = [one for one in self._channels if self._may_use({"channel": one} | ({"unit": unit} if unit else {}))]
        return str(self.frame.rng.choice(channels)) if channels and "channel" in self.frame.needed else None

    @cached_property
    def _units(self) -> list[str]:
        """Units that the rule is for, in an order of chance, and not too many."""
        world = self.frame.world
        fitting = [unit for unit, fits in zip(world.ids, world.fit(self.rule.units), strict=True) if fits]
        kept = [unit for unit in fitting if unit not in world.exempt]
        return [kept[nth] for nth in self.frame.rng.permutation(len(kept)).tolist()[:UNITS]]

    @cached_property
    def _channels(self) -> list[str]:
        """The channels of the rule's component; where it has none, those of all."""
        every = [one.ratings for one in self.frame.world.plan.components if one.ratings]
        rules = [rule for rule in self._rated if rule.channels] or every
        return list(dict.fromkeys(channel.id for rule in rules for channel in rule.channels))

    def _may_use(self, stratum: Stratum) -> bool:
        """Whether the channel of a stratum may be used for its unit."""
        return not {"channel", "unit"} <= stratum.keys() or stratum["unit"] in self._open[stratum["channel"]]

    @cached_property
    def _open(self) -> dict[str, set[str]]:
        """The units for which each channel may be used."""
        world, units = self.frame.world, dict[str, set[str]]()
        for rule in (one.ratings for one in world.plan.components if one.ratings):
            for channel in rule.channels:
                fits = zip(world.ids, world.fit(channel.units), strict=True)
                units.setdefault(channel.id, set()).update(unit for unit, fit in fits if fit)
        return units

    def _values(self, column: str) -> list[str]:
        if column in ("unit", "channel"):
            return self._units if column == "unit" else self._channels
        if column == "group":
            return [group for rule in self._rated for group in rule.groups] or OTHER
        labels = list(dict.fromkeys(DATES[column](day) for day in self._window)) if column in DATES else OTHER
        return self.frame.rng.permutation(labels)[:DAYS].tolist() if column == "day" else labels

    @cached_property
    def _rated(self) -> list[Ratings]:
        """How the rule's component is rated, if it is."""
        return [
            one.ratings for one in self.frame.world.plan.components if one.ratings and one.id == self.rule.component
        ]

    @cached_property
    def _window(self) -> list[date]:
        """The days of service: those in which the component is scored, or for rules without time the year so far."""
        plan = self.frame.world.plan
        own = [one for one in plan.components if one.id == self.rule.component]
        cycles = [cycle for one in own for cycle in plan.cycles[one.per]] or [
            cycle for named in plan.cycles.values() for cycle in named
        ]
        first, last = min(cycle.start for cycle in cycles), max(cycle.end for cycle in cycles)
        first = first if self.dated else min(first, date(plan.campaign.year, 1, 1))
        return [first + timedelta(days=nth) for nth in range((last - first).days + 1)]

    def _days(self, stratum: Stratum) -> list[date]:
        """The days of service of a stratum."""
        key = tuple((column, value) for column, value in stratum.items() if column in DATES)
        if key not in self._known_days:
            held = [day for day in self._window if all(DATES[column](day) == value for column, value in key)]
            self._known_days[key] = held
        return self._known_days[key]


def _value(row: Row, column: str) -> object:
    served = row["served_on"]
    return DATES[column](served) if column in DATES and isinstance(served, date) else row.get(column)
