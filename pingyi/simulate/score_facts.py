"""Scores that a person or a body gives, marks that units bring with them, and measured rates and counts."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.marks import BandQuota, Marks, Measures
from pingyi.rules.base import ELSE
from pingyi.simulate.world import Row, World, draw_days, schema_of

NOISE = 0.5
"""How far a marker's view of a unit lies from its quality."""

ANONYMOUS = 9
"""Marks of each unit where markers are not named and the highest and lowest are left out."""

NOTHING = 0.02
"""Share of marks that mean nothing, where the plan knows such."""

HANDED_IN, SPREAD = 0.9, 0.04
"""Marks that units bring with them: their share of the full marks in the middle, and what quality adds to it."""

CASES = 200
"""Cases over which a rate is measured, in the middle."""

RATE, COUNT = 0.93, 12.0
"""The middle of a rate or a count where the plan names neither a target nor steps."""

MARKS = schema_of("marks", "method unit marker mark cycle band given_on")
MEASURES = schema_of("measures", "method unit cycle numerator denominator")


def draw_marks(world: World, component: Component, rule: Marks, units: list[int]) -> pl.DataFrame:
    """Marks of a component for these units: each marker marks those that the plan asks it to mark.

    Where the plan does not say, the first marks all, and the others, taken for townships, the units that have one
    beside their organ. The first marker keeps the quota of bands within each organ. One unit lacks its last mark.
    """
    markers: list[str | None] = [*rule.markers] or [None]
    asked = [_units_of_marker(world, rule, units, nth) for nth in range(len(markers))]
    spared = _spare_one(world, component, asked)
    rows: list[Row] = [
        {"method": component.id, "unit": world.ids[place], "marker": marker, "mark": mark, "cycle": cycle}
        for cycle in _named_cycles(world, component)
        for nth, marker in enumerate(markers)
        for place, mark in _draw_marker(world, component, rule, asked[nth], nth)
        if nth == 0 or place != spared
    ]
    bands = [band_of(rule, Decimal(str(row["mark"]))) for row in rows]
    frame = pl.DataFrame(rows, schema=MARKS)
    return frame.with_columns(
        band=pl.Series(bands, dtype=pl.String),
        given_on=pl.Series(_draw_given_days(world, component, frame["cycle"]), dtype=pl.Date),
    )


def _draw_given_days(world: World, component: Component, named: pl.Series) -> list[date | None]:
    """When each mark was given, where it matters whether there is one yet; a day of its cycle."""
    if component.unmeasured is None or named.is_empty():
        return [None] * named.len()
    cycles = world.cycles_of(component)
    places = {cycle.id: place for place, cycle in enumerate(cycles)}
    which = np.array([places.get(name, 0) for name in named], dtype=np.int64)
    days: list[date | None] = draw_days(world.rng_for("given_on", component.id), cycles, which).tolist()
    return days


def _named_cycles(world: World, component: Component) -> list[str | None]:
    """The cycles to name; a single one need not be."""
    cycles = world.cycles_of(component)
    return [cycle.id for cycle in cycles] if len(cycles) > 1 else [None]


def _units_of_marker(world: World, rule: Marks, units: list[int], nth: int) -> list[int]:
    """Positions of the units that a marker is asked to mark."""
    named = [*rule.markers.values()][nth].units if rule.markers else {}
    if named:
        fits = world.units_fitting(named)
        return [place for place in units if fits[place]]
    organs, townships = world.roster_column("organ"), world.roster_column("township")
    return [place for place in units if nth == 0 or townships[place] not in ("", organs[place])]


def _spare_one(world: World, component: Component, asked: list[list[int]]) -> int | None:
    """The position of a unit that only the first of its markers marks, planted on purpose."""
    both = sorted(set(asked[0]).intersection(*asked[1:])) if len(asked) > 1 else []
    if not both:
        return None
    place = int(world.rng_for("markers", component.id).choice(both))
    world.note_planted(world.ids[place], f"{component.title}：有一方没有赋分")
    return place


def _draw_marker(
    world: World, component: Component, rule: Marks, units: list[int], nth: int
) -> Iterator[tuple[int, str]]:
    """Position and mark of each unit that a marker marks."""
    organs = world.roster_column("organ")
    seen = {place: _draw_impression(world, component, place) for place in units}
    if nth == 0 and rule.bands and rule.quota:
        for organ in dict.fromkeys(organs[place] for place in units):
            within = sorted((place for place in units if organs[place] == organ), key=lambda place: -seen[place])
            yield from zip(within, _draw_banded(world.rng, rule, rule.quota, len(within)), strict=True)
        return
    for place in units:
        for _ in range(ANONYMOUS if rule.trim and not rule.markers else 1):
            yield place, _draw_free_mark(world, component, rule, place)


def _draw_impression(world: World, component: Component, place: int) -> float:
    """What a marker thinks of a unit."""
    return float(world.qualities[component.id][place] + NOISE * world.rng.standard_normal())


def _draw_free_mark(world: World, component: Component, rule: Marks, place: int) -> str:
    """A mark anywhere in the range."""
    if rule.means_nothing and world.rng.random() < NOTHING:
        return _format_mark(rule.means_nothing[0], rule.decimals)
    share = 1 / (1 + np.exp(-(1 + 0.8 * _draw_impression(world, component, place))))
    low, high = rule.range
    return _format_mark(low + (high - low) * Decimal(round(float(share), 6)), rule.decimals)


def _format_mark(mark: Decimal, decimals: int) -> str:
    return format(mark.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_FLOOR), "f")


def _draw_banded(rng: np.random.Generator, rule: Marks, quota: BandQuota, number: int) -> list[str]:
    """Marks of so many units from best to worst, as many in each band as the quota allows."""
    bands, step = sorted(rule.bands.values(), reverse=True), Decimal(1).scaleb(-rule.decimals)
    marks: list[Decimal] = []
    for (low, high), size in zip(bands, _draw_band_sizes(rng, quota, len(bands), number), strict=True):
        lowest = int((low / step).to_integral_value(ROUND_CEILING))
        highest = int((high / step).to_integral_value(ROUND_FLOOR))
        drawn = sorted(rng.integers(lowest, highest + 1, size).tolist(), reverse=True)
        marks += [Decimal(one) * step for one in drawn]
    return [_format_mark(mark, rule.decimals) for mark in marks]


def _draw_band_sizes(rng: np.random.Generator, quota: BandQuota, bands: int, number: int) -> list[int]:
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


def hand_in_marks(world: World, component: Component) -> pl.DataFrame:
    """Marks of a component that units bring with them.

    In each system the two units in the middle bring equal ones, so that a tie occurs.
    """
    places = [place for place, fits in enumerate(world.units_fitting(component.imported)) if fits]
    systems, rows = world.roster_column("system"), list[Row]()
    for cycle in _named_cycles(world, component) if component.imported else []:
        full = _full_marks(world, component, cycle)
        for system in dict.fromkeys(systems[place] for place in places):
            group = sorted((one for one in places if systems[one] == system), key=lambda one: -world.quality[one])
            shares = [HANDED_IN + SPREAD * float(world.quality[place]) for place in group]
            half = len(group) // 2
            if half:
                shares[half] = shares[half - 1]
                for place in group[half - 1 : half + 1]:
                    world.note_planted(world.ids[place], f"{component.title}：报送同分")
            for place, share in zip(group, shares, strict=True):
                mark = _format_mark(full * Decimal(round(min(max(share, 0.0), 1.0), 6)), 2)
                rows.append({"method": component.id, "unit": world.ids[place], "mark": mark, "cycle": cycle})
    return pl.DataFrame(rows, schema=MARKS)


def _full_marks(world: World, component: Component, cycle: str | None) -> Decimal:
    """Full marks of a cycle, or of the component, for units without a category."""
    full = component.full or {}
    whole = full.get(ELSE, max(full.values(), default=Decimal(100)))
    if cycle is None or not component.aggregation.adds_up:
        return whole
    return component.cycle_full.get(cycle, whole / len(world.cycles_of(component)))


def draw_measures(world: World, component: Component, rule: Measures, units: list[int]) -> pl.DataFrame:
    """One measured number for each of these units and cycle."""
    rows = [
        {"method": component.id, "unit": world.ids[place], "cycle": cycle} | _draw_number(world, component, rule, place)
        for cycle in _named_cycles(world, component)
        for place in units
    ]
    return pl.DataFrame(rows, schema=MEASURES)


def _draw_number(world: World, component: Component, rule: Measures, place: int) -> dict[str, str | None]:
    better = (-1 if lower_is_better(component) else 1) * world.qualities[component.id][place]
    if rule.of == "count":
        count = world.rng.poisson(_middle_number(component, COUNT) * np.exp(0.2 * better))
        return {"numerator": str(count), "denominator": None}
    middle = min(max(_middle_number(component, RATE), 0.02), 0.98)
    share = 1 / (1 + np.exp(-(np.log(middle / (1 - middle)) + 0.6 * better)))
    cases = int(world.rng.poisson(CASES)) + 1
    return {"numerator": str(world.rng.binomial(cases, share)), "denominator": str(cases)}


def _middle_number(component: Component, default: float) -> float:
    """Where the numbers lie: at the target of the plan, or at its highest step."""
    for convert in [*component.each_cycle, *component.convert]:
        if convert.rule and convert.rule.aim is not None:
            return float(convert.rule.aim)
    return default


def lower_is_better(component: Component) -> bool:
    """Whether the plan gives more marks for lower numbers."""
    for convert in [*component.each_cycle, *component.convert]:
        if convert.rule and convert.rule.lower_is_better is not None:
            return convert.rule.lower_is_better
    return False
