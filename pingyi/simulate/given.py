"""Marks that a person or a body gives, and marks that units bring with them."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.marks import BandQuota, Marks
from pingyi.rules.base import ELSE
from pingyi.simulate.world import Schema, World, days_within

NOISE = 0.5
"""How far a marker's view of a unit lies from its quality."""

ANONYMOUS = 9
"""Marks of each unit where markers are not named and the highest and lowest are left out."""

NOTHING = 0.02
"""Share of marks that mean nothing, where the plan knows such."""

HANDED_IN, SPREAD = 0.9, 0.04
"""Marks that units bring with them: their share of the full marks in the middle, and what quality adds to it."""

COLUMNS: Schema = {
    "method": pl.String,
    "unit": pl.String,
    "marker": pl.String,
    "mark": pl.String,
    "cycle": pl.String,
    "band": pl.String,
    "given_on": pl.Date,
}


def given(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """Marks of a component for these units: each marker marks those that the plan asks it to mark.

    Where the plan does not say, the first marks all, and the others, taken for townships, the units that have one
    beside their organ. The first marker keeps the quota of bands within each organ. One unit lacks its last mark.
    """
    rule = component.marks
    assert rule is not None
    markers: list[str | None] = [*rule.markers]
    markers = markers or [None]
    asked = [_asked(world, rule, units, nth) for nth in range(len(markers))]
    spared = _one_of_several(world, component, asked)
    rows = [
        {"method": component.id, "unit": world.ids[place], "marker": marker, "mark": mark, "cycle": cycle}
        for cycle in _cycles(world, component)
        for nth, marker in enumerate(markers)
        for place, mark in _by_marker(world, component, rule, asked[nth], nth)
        if nth == 0 or place != spared
    ]
    bands = [band_of(rule, Decimal(str(row["mark"]))) for row in rows]
    frame = pl.DataFrame(rows, schema=COLUMNS)
    return frame.with_columns(
        band=pl.Series(bands, dtype=pl.String),
        given_on=pl.Series(_days(world, component, frame["cycle"]), dtype=pl.Date),
    )


def _days(world: World, component: Component, named: pl.Series) -> list[date | None]:
    """When each mark was given, where it matters whether there is one yet; a day of its cycle."""
    if component.unmeasured is None or named.is_empty():
        return [None] * named.len()
    cycles = world.cycles(component)
    places = {cycle.id: place for place, cycle in enumerate(cycles)}
    which = np.array([places.get(name, 0) for name in named], dtype=np.int64)
    days: list[date | None] = days_within(world.apart("given_on", component.id), cycles, which).tolist()
    return days


def _cycles(world: World, component: Component) -> list[str | None]:
    """The cycles to name; a single one need not be."""
    cycles = world.cycles(component)
    return [cycle.id for cycle in cycles] if len(cycles) > 1 else [None]


def _asked(world: World, rule: Marks, units: list[int], nth: int) -> list[int]:
    """Positions of the units that a marker is asked to mark."""
    named = [*rule.markers.values()][nth].units if rule.markers else {}
    if named:
        fits = world.fit(named)
        return [place for place in units if fits[place]]
    organs, townships = world.column("organ"), world.column("township")
    return [place for place in units if nth == 0 or townships[place] not in ("", organs[place])]


def _one_of_several(world: World, component: Component, asked: list[list[int]]) -> int | None:
    """The position of a unit that only the first of its markers marks, planted on purpose."""
    both = sorted(set(asked[0]).intersection(*asked[1:])) if len(asked) > 1 else []
    if not both:
        return None
    place = int(world.apart("markers", component.id).choice(both))
    world.plant(world.ids[place], f"{component.title}：有一方没有赋分")
    return place


def _by_marker(
    world: World, component: Component, rule: Marks, units: list[int], nth: int
) -> Iterator[tuple[int, str]]:
    """Position and mark of each unit that a marker marks."""
    organs = world.column("organ")
    seen = {place: _seen(world, component, place) for place in units}
    if nth == 0 and rule.bands and rule.quota:
        for organ in dict.fromkeys(organs[place] for place in units):
            within = sorted((place for place in units if organs[place] == organ), key=lambda place: -seen[place])
            yield from zip(within, banded(world.rng, rule, rule.quota, len(within)), strict=True)
        return
    for place in units:
        for _ in range(ANONYMOUS if rule.trim and not rule.markers else 1):
            yield place, _free(world, component, rule, place)


def _seen(world: World, component: Component, place: int) -> float:
    """What a marker thinks of a unit."""
    return float(world.qualities[component.id][place] + NOISE * world.rng.standard_normal())


def _free(world: World, component: Component, rule: Marks, place: int) -> str:
    """A mark anywhere in the range."""
    if rule.means_nothing and world.rng.random() < NOTHING:
        return _text(rule.means_nothing[0], rule.decimals)
    share = 1 / (1 + np.exp(-(1 + 0.8 * _seen(world, component, place))))
    low, high = rule.range
    mark = low + (high - low) * Decimal(round(float(share), 6))
    return _text(mark, rule.decimals)


def _text(mark: Decimal, decimals: int) -> str:
    return format(mark.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_FLOOR), "f")


def banded(rng: np.random.Generator, rule: Marks, quota: BandQuota, number: int) -> list[str]:
    """Marks of so many units from best to worst, as many in each band as the quota allows."""
    bands = sorted(rule.bands.values(), reverse=True)
    marks: list[Decimal] = []
    for (low, high), size in zip(bands, _sizes(rng, quota, len(bands), number), strict=True):
        step = Decimal(1).scaleb(-rule.decimals)
        lowest = int((low / step).to_integral_value(ROUND_CEILING))
        highest = int((high / step).to_integral_value(ROUND_FLOOR))
        drawn = sorted(rng.integers(lowest, highest + 1, size).tolist(), reverse=True)
        marks += [Decimal(one) * step for one in drawn]
    return [_text(mark, rule.decimals) for mark in marks]


def _sizes(rng: np.random.Generator, quota: BandQuota, bands: int, number: int) -> list[int]:
    """Units in each band, best first; what equal parts leave over goes into different bands, rather into good ones."""
    if number <= min(quota.up_to, bands * quota.each_at_most):
        each, over = 0, number
        seats = np.repeat(np.arange(bands), quota.each_at_most)
    else:
        each, over = divmod(number, bands)
        seats = np.arange(bands)
    liking = 1 / (1 + seats)
    taken = rng.choice(len(seats), over, replace=False, p=liking / liking.sum())
    return [each + int((seats[taken] == band).sum()) for band in range(bands)]


def band_of(rule: Marks, mark: Decimal) -> str | None:
    """The band that a mark lies in."""
    return next((name for name, (low, high) in rule.bands.items() if low <= mark <= high), None)


def handed_in(world: World, component: Component) -> pl.DataFrame:
    """Marks of a component that units bring with them; the two in the middle bring equal ones, so that a tie occurs."""
    places = [place for place, fits in enumerate(world.fit(component.imported)) if fits]
    rows: list[dict[str, object]] = []
    for cycle in _cycles(world, component) if component.imported else []:
        full = _full(world, component, cycle)
        for group in _by_system(world, places):
            shares = _tied([HANDED_IN + SPREAD * float(world.quality[place]) for place in group])
            _note_tie(world, component, group)
            for place, share in zip(group, shares, strict=True):
                mark = _text(full * Decimal(round(min(max(share, 0.0), 1.0), 6)), 2)
                rows.append({"method": component.id, "unit": world.ids[place], "mark": mark, "cycle": cycle})
    return pl.DataFrame(rows, schema=COLUMNS)


def _by_system(world: World, places: list[int]) -> list[list[int]]:
    """Positions of the units of each system, best first."""
    systems = world.column("system")
    names = dict.fromkeys(systems[place] for place in places)
    return [sorted((p for p in places if systems[p] == name), key=lambda p: -world.quality[p]) for name in names]


def _tied(marks: list[float]) -> list[float]:
    """The marks, best first, with the two in the middle made equal."""
    half = len(marks) // 2
    return [*marks[:half], marks[half - 1], *marks[half + 1 :]] if half else marks


def _note_tie(world: World, component: Component, group: list[int]) -> None:
    """Say which two units hand in equal marks."""
    half = len(group) // 2
    for place in group[half - 1 : half + 1] if half else []:
        world.plant(world.ids[place], f"{component.title}：报送同分")


def _full(world: World, component: Component, cycle: str | None) -> Decimal:
    """Full marks of a cycle, or of the component, for units without a category."""
    full = component.full or {}
    whole = full.get(ELSE, max(full.values(), default=Decimal(100)))
    if cycle is None or component.over_cycles != "sum":
        return whole
    return component.cycle_full.get(cycle, whole / len(world.cycles(component)))
