"""Ratings given one by one, and the part of them that comes back as ready counts."""

import math

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.simulate.levels import by_value, group_shares, level_shares
from pingyi.simulate.world import Ints, Schema, World, days_within, drawn, moments, pseudonyms, some_astray

YEARLY = 110
"""Votes of a unit in a year, in the middle."""

ENOUGH = 1.5
"""Votes of a unit in a cycle, as a multiple of those below which it has few, at least in the middle."""

BUSY = 0.35
"""How much units differ in their votes (standard deviation of the logarithm)."""

OUTSIDE, AGAIN, OWN = 0.005, 0.02, 0.03
"""Shares of votes dated outside all windows, given by somebody who has just voted, given by the unit's own people."""

RATERS = 0.7
"""Different people for each vote."""

COLUMNS: Schema = {
    "form": pl.String,
    "method": pl.String,
    "unit": pl.String,
    "level": pl.String,
    "rated_on": pl.Datetime("us"),
    "respondent": pl.String,
    "group": pl.String,
    "channel": pl.String,
    "item": pl.String,
    "own": pl.Boolean,
}
"""Columns of a frame of ratings."""

CELL = ["method", "unit", "level", "cycle", "group", "channel", "item"]


def votes(world: World, component: Component, units: list[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ratings and ready counts of a component for these units, over all of its windows."""
    rule = component.ratings
    assert rule is not None
    given = _given(world, component, rule, units)
    if len(rule.channels) < 2:
        return given.select(*COLUMNS), given.clear().select(CELL)
    ready = pl.col("channel") == rule.channels[1].id
    counts = given.filter(ready).group_by(CELL).agg(votes=pl.len().cast(pl.Int64)).sort(CELL)
    return given.filter(~ready).select(*COLUMNS), counts


def _given(world: World, component: Component, rule: Ratings, units: list[int]) -> pl.DataFrame:
    """One row for each level given, items of a form under each other, in order of time."""
    rng, cycles = world.rng, world.cycles(component)
    numbers = _numbers(world, component, rule, units)
    unit, cycle = (np.repeat(places.reshape(-1), numbers.reshape(-1)) for places in np.indices(numbers.shape))
    days = some_astray(rng, cycles, days_within(rng, cycles, cycle), OUTSIDE)
    forms = pl.DataFrame(
        {
            "place": unit,
            "method": [component.id] * len(unit),
            "unit": np.array(world.ids, dtype=object)[units][unit].tolist(),
            "cycle": [cycles[one].id for one in cycle],
            "rated_on": moments(rng, days),
            "respondent": _respondents(rng, unit, cycle),
            "group": _groups(world, component, rule, len(unit)),
            "channel": _channels(world, rule, units, unit),
            "own": [None] * len(unit) if rule.own_unit else (rng.random(len(unit)) < OWN).tolist(),
        },
        schema_overrides={"group": pl.String, "channel": pl.String, "own": pl.Boolean},
    ).sort("rated_on", "unit", "respondent", maintain_order=True)
    return _answered(world, component, rule, units, _with_items(component, rule, forms))


def _numbers(world: World, component: Component, rule: Ratings, units: list[int]) -> Ints:
    """Votes of each unit in each cycle; a few units have too few, or none."""
    rng, cycles = world.rng, len(world.cycles(component))
    below = rule.few.below if rule.few else 0
    usual = max(YEARLY / cycles, ENOUGH * below) * rng.lognormal(-(BUSY**2) / 2, BUSY, len(units))
    numbers = rng.poisson(usual[:, None], (len(units), cycles))
    chosen = rng.permutation(len(units)).tolist()
    none, few = math.ceil(len(units) / 150), math.ceil(len(units) / 40) if below > 1 else 0
    for place in chosen[:none]:
        numbers[place] = 0
        world.plant(world.ids[units[place]], f"{component.title}：无票")
    for place in chosen[none : none + few]:
        numbers[place] = rng.integers(1, below, cycles)
        world.plant(world.ids[units[place]], f"{component.title}：不足{below}票")
    return numbers


def _respondents(rng: np.random.Generator, unit: Ints, cycle: Ints) -> list[str]:
    """Who voted; some vote twice for the same unit in the same cycle."""
    people = pseudonyms(rng, int(len(unit) * RATERS) + 1)
    who = rng.integers(0, len(people), len(unit))
    again = (rng.random(len(unit)) < AGAIN) & (np.diff(unit, prepend=-1) == 0) & (np.diff(cycle, prepend=-1) == 0)
    places = np.where(again, np.arange(len(unit)) - 1, np.arange(len(unit)))
    names: list[str] = people[who[places]].tolist()
    return names


def _groups(world: World, component: Component, rule: Ratings, number: int) -> list[str | None]:
    if not rule.groups:
        return [None] * number
    shares = group_shares(world.plan, component.id, rule)
    return [[*rule.groups][one] for one in world.rng.choice(len(shares), number, p=shares)]


def _channels(world: World, rule: Ratings, units: list[int], unit: Ints) -> list[str | None]:
    """A channel that the unit may use; those named first are used most."""
    if not rule.channels:
        return [None] * len(unit)
    open_to = np.array([world.fit(channel.units) for channel in rule.channels], dtype=float).T[units]
    weights = open_to / np.arange(1, len(rule.channels) + 1)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return [rule.channels[one].id for one in drawn(world.rng, shares, unit)]


def _with_items(component: Component, rule: Ratings, forms: pl.DataFrame) -> pl.DataFrame:
    """Each form once for each item; without items forms need no number."""
    if not rule.items:
        return forms.with_columns(form=pl.lit(None, pl.String), item=pl.lit(None, pl.String))
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    numbered = forms.with_columns(form=pl.concat_str(pl.lit(f"{component.id}-"), number))
    return numbered.join(pl.DataFrame({"item": [*rule.items]}), how="cross", maintain_order="left_right")


def _answered(world: World, component: Component, rule: Ratings, units: list[int], rows: pl.DataFrame) -> pl.DataFrame:
    shares = level_shares(rule.levels, world.qualities[component.id][units])
    names = by_value(rule.levels)
    chosen = drawn(world.rng, shares, rows["place"].to_numpy())
    return rows.with_columns(level=pl.Series([names[one] for one in chosen], dtype=pl.String))
