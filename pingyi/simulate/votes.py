"""Ratings given one by one, and the part of them that comes back as ready counts."""

import math

import numpy as np
import polars as pl

from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.simulate.levels import by_value, group_shares, level_shares
from pingyi.simulate.world import Ints, Schema, World, days_within, drawn, moments, pseudonyms, some_astray

YEARLY = 110
"""Votes of a unit in a year, in the middle, where it is rated in one way; several ways share their raters."""

ENOUGH = 1.5
"""Votes of a unit in a cycle, as a multiple of those below which it has few, at least in the middle."""

BUSY = 0.35
"""How much units differ in their votes (standard deviation of the logarithm)."""

OUTSIDE, AGAIN, OWN = 0.005, 0.02, 0.03
"""Shares of votes dated outside all windows, given by somebody who has just voted, given by the unit's own people."""

RATERS, POINTS = 0.7, 24
"""Different people for each vote; the few who rate again and again where the plan may take each rater's mean."""

TWO_POSTS = 0.02
"""Share of ratings that somebody gives as a member of another group than usual."""

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
    ready = pl.col("channel") == rule.channels[1].id if len(rule.channels) > 1 else pl.lit(False)
    counts = given.filter(ready).group_by(CELL).agg(votes=pl.len().cast(pl.Int64)).sort(CELL)
    return given.filter(~ready).select(*COLUMNS), counts


def _given(world: World, component: Component, rule: Ratings, units: list[int]) -> pl.DataFrame:
    """One row for each level given, items of a form under each other, in order of time."""
    rng, cycles = world.rng, world.cycles(component)
    numbers = _numbers(world, component, rule, units)
    unit, cycle = (np.repeat(places.reshape(-1), numbers.reshape(-1)) for places in np.indices(numbers.shape))
    days = some_astray(rng, cycles, days_within(rng, cycles, cycle), OUTSIDE)
    times, people = moments(rng, days), _respondents(rng, unit, cycle, _raters(world, component, len(unit)))
    forms = pl.DataFrame(
        {
            "place": unit,
            "method": [component.id] * len(unit),
            "unit": np.array(world.ids, dtype=object)[units][unit].tolist(),
            "cycle": [cycles[one].id for one in cycle],
            "rated_on": times,
            "respondent": people,
            "group": _groups(world, component, rule, people),
            "channel": _channels(world, rule, units, unit),
            "own": [None] * len(unit) if rule.own_unit else (rng.random(len(unit)) < OWN).tolist(),
        },
        schema_overrides={"group": pl.String, "channel": pl.String, "own": pl.Boolean},
    ).sort("rated_on", "unit", "respondent", maintain_order=True)
    forms = _without_a_group(world, component, rule, forms)
    return _answered(world, component, rule, units, _with_items(component, rule, forms))


def _numbers(world: World, component: Component, rule: Ratings, units: list[int]) -> Ints:
    """Votes of each unit in each cycle; a few units have too few, or none where the plan says what that gives."""
    rng, cycles = world.rng, len(world.cycles(component))
    below = rule.few.below if rule.few else 0
    ways = sum(one.ratings is not None and one.ratings.form is None for one in world.plan.components)
    usual = max(YEARLY / math.sqrt(ways) / cycles, ENOUGH * below) * rng.lognormal(-(BUSY**2) / 2, BUSY, len(units))
    numbers = rng.poisson(usual[:, None], (len(units), cycles))
    chosen = rng.permutation(len(units)).tolist()
    none = math.ceil(len(units) / 150) if rule.none.then != "not_scored" else 0
    few = math.ceil(len(units) / 40) if below > 1 else 0
    for place in chosen[:none]:
        numbers[place] = 0
        world.plant(world.ids[units[place]], f"{component.title}：无票")
    for place in chosen[none : none + few]:
        numbers[place] = rng.integers(1, below, cycles)
        world.plant(world.ids[units[place]], f"{component.title}：不足{below}票")
    return numbers


def _raters(world: World, component: Component, votes: int) -> int:
    """How many different people give so many votes."""
    return POINTS if counts_raters(world.plan, component) else int(votes * RATERS) + 1


def counts_raters(plan: Plan, component: Component) -> bool:
    """Whether the plan, or another reading of it, takes the mean of each rater first."""
    path = f"components.{component.id}.ratings"
    patches = [pair for reading in plan.readings for answer in reading.otherwise for pair in answer.patch.items()]
    said = [value for key, value in patches if key == f"{path}.mean_first"]
    said += [value.get("mean_first") for key, value in patches if key == path and isinstance(value, dict)]
    return bool(component.ratings and component.ratings.mean_first) or any(said)


def _respondents(rng: np.random.Generator, unit: Ints, cycle: Ints, raters: int) -> list[str]:
    """Who voted, of so many people; some vote twice for the same unit in the same cycle."""
    people = pseudonyms(rng, raters)
    who = rng.integers(0, len(people), len(unit))
    again = (rng.random(len(unit)) < AGAIN) & (np.diff(unit, prepend=-1) == 0) & (np.diff(cycle, prepend=-1) == 0)
    places = np.where(again, np.arange(len(unit)) - 1, np.arange(len(unit)))
    names: list[str] = people[who[places]].tolist()
    return names


def _groups(world: World, component: Component, rule: Ratings, people: list[str]) -> list[str | None]:
    """The group of whoever votes, the same each time but for a few who belong to two."""
    if not rule.groups:
        return [None] * len(people)
    rng, names = world.rng, [*rule.groups]
    shares, everybody = group_shares(world.plan, component.id, rule), dict.fromkeys(people)
    usual = dict(zip(everybody, rng.choice(len(shares), len(everybody), p=shares).tolist(), strict=True))
    another = zip(rng.random(len(people)) < TWO_POSTS, rng.choice(len(shares), len(people), p=shares), strict=True)
    return [names[other if two else usual[one]] for one, (two, other) in zip(people, another, strict=True)]


def _without_a_group(world: World, component: Component, rule: Ratings, forms: pl.DataFrame) -> pl.DataFrame:
    """Where groups have weights, one unit gets nothing from one of them."""
    if forms.is_empty() or not any(weight is not None for weight in rule.groups.values()):
        return forms
    rng, units = world.apart("group", component.id), forms["unit"].unique().sort().to_list()
    unit, group = str(rng.choice(units)), str(rng.choice([*rule.groups]))
    world.plant(unit, f"{component.title}：{group}无票")
    return forms.filter((pl.col("unit") != unit) | (pl.col("group") != group))


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
