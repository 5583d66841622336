"""Ratings: given one by one, with the part of them that comes back as ready counts, and on ballots.

Ballots are forms that carry many units and have a rule of their own.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl

from pingyi.plan import Component, Plan
from pingyi.plan.ratings import FormRule, Ratings
from pingyi.rules.base import ELSE
from pingyi.simulate.world import (
    Floats,
    Ints,
    Row,
    World,
    draw_columns,
    draw_days,
    draw_moments,
    draw_pseudonyms,
    lead_astray,
    schema_of,
)

BEST, WORST, PULL = 1.6, 3.3, 0.5
"""Log odds that an average unit gets the best level, and anything but the worst; what one unit of quality adds."""

NO_ANSWER = 0.04
"""Share of ratings that give a level without a value (don't know)."""

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

VOTERS, ROWS = 1000, 100_000
"""Ballots handed in; fewer where that would make more rows than this."""

WRONG = 0.04
"""Share of ballots that break the rule by one mark."""

APPEAL = 0.8
"""How much a unit's quality sways a voter, against a chance of spread 1.28 (Gumbel)."""

RATINGS = schema_of("ratings", "form method unit level rated_on respondent group channel item own")
"""Columns of a frame of ratings."""

CELL = ["method", "unit", "level", "cycle", "group", "channel", "item"]


# Levels and groups


def sort_levels(levels: dict[str, Decimal | None]) -> list[str]:
    """Levels from best to worst, those without a value last."""
    return sorted(levels, key=lambda level: (levels[level] is None, -(levels[level] or 0)))


def level_shares(levels: dict[str, Decimal | None], quality: Floats) -> Floats:
    """The share of each level (in the order of `sort_levels`) for units of these qualities: rows sum to 1.

    A proportional-odds model: better quality shifts all levels upward alike.
    """
    empty = sum(value is None for value in levels.values())
    thresholds = np.linspace(BEST, WORST, max(len(levels) - empty - 1, 0))
    reached = 1 / (1 + np.exp(-(thresholds + PULL * quality[:, None])))
    valued = np.diff(reached, axis=1, prepend=0, append=1)
    return np.hstack([valued * (1 - NO_ANSWER * empty), np.full((len(quality), empty), NO_ANSWER)])


def group_shares(plan: Plan, component: str, rule: Ratings) -> Floats:
    """The share of each group of raters: the quota of the component's sampling, or equal shares.

    Groups that the quota does not name share what it leaves to others.
    """
    quotas = next((one.quota for one in plan.sampling if one.component == component and one.quota), {})
    unnamed = [group for group in rule.groups if group not in quotas]
    others = float(quotas.get(ELSE, 0)) / max(len(unnamed), 1)
    shares = np.array([float(quotas.get(group, others)) for group in rule.groups])
    return shares / shares.sum() if shares.sum() else np.full(len(shares), 1 / max(len(shares), 1))


# One by one


def draw_ratings(
    world: World, component: Component, rule: Ratings, units: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ratings and ready counts of a component for these units, over all of its windows."""
    given = _draw_levels(world, component, rule, units)
    ready = pl.col("channel") == rule.channels[1].id if len(rule.channels) > 1 else pl.lit(False)
    counts = given.filter(ready).group_by(CELL).agg(votes=pl.len().cast(pl.Int64)).sort(CELL)
    return given.filter(~ready).select(*RATINGS), counts


def _draw_levels(world: World, component: Component, rule: Ratings, units: list[int]) -> pl.DataFrame:
    """One row for each level given, items of a form under each other, in order of time."""
    rng, cycles = world.rng, world.cycles_of(component)
    numbers = _draw_numbers(world, component, rule, units)
    unit, cycle = (np.repeat(places.reshape(-1), numbers.reshape(-1)) for places in np.indices(numbers.shape))
    days = lead_astray(rng, cycles, draw_days(rng, cycles, cycle), OUTSIDE)
    raters = POINTS if counts_raters(world.plan, component) else int(len(unit) * RATERS) + 1
    times, people = draw_moments(rng, days), _draw_respondents(rng, unit, cycle, raters)
    forms = pl.DataFrame(
        {
            "place": unit,
            "method": [component.id] * len(unit),
            "unit": np.array(world.ids, dtype=object)[units][unit].tolist(),
            "cycle": [cycles[one].id for one in cycle],
            "rated_on": times,
            "respondent": people,
            "group": _draw_groups(world, component, rule, people),
            "channel": _draw_channels(world, rule, units, unit),
            "own": [None] * len(unit) if rule.own_unit else (rng.random(len(unit)) < OWN).tolist(),
        },
        schema_overrides={"group": pl.String, "channel": pl.String, "own": pl.Boolean},
    ).sort("rated_on", "unit", "respondent", maintain_order=True)
    rows = _add_items(component, rule, _silence_a_group(world, component, rule, forms))
    shares, names = level_shares(rule.levels, world.qualities[component.id][units]), sort_levels(rule.levels)
    chosen = draw_columns(rng, shares, rows["place"].to_numpy())
    return rows.with_columns(level=pl.Series([names[one] for one in chosen], dtype=pl.String))


def _draw_numbers(world: World, component: Component, rule: Ratings, units: list[int]) -> Ints:
    """Votes of each unit in each cycle; a few units have too few, or none where the plan says what that gives."""
    rng, cycles = world.rng, len(world.cycles_of(component))
    below = rule.few.below if rule.few else 0
    ways = sum(one.ratings is not None and one.ratings.form is None for one in world.plan.components)
    usual = max(YEARLY / math.sqrt(ways) / cycles, ENOUGH * below) * rng.lognormal(-(BUSY**2) / 2, BUSY, len(units))
    numbers = rng.poisson(usual[:, None], (len(units), cycles))
    chosen = rng.permutation(len(units)).tolist()
    none = math.ceil(len(units) / 150) if rule.none.then != "not_scored" else 0
    few = math.ceil(len(units) / 40) if below > 1 else 0
    for place in chosen[:none]:
        numbers[place] = 0
        world.note_planted(world.ids[units[place]], f"{component.title}：无票")
    for place in chosen[none : none + few]:
        numbers[place] = rng.integers(1, below, cycles)
        world.note_planted(world.ids[units[place]], f"{component.title}：不足{below}票")
    return numbers


def counts_raters(plan: Plan, component: Component) -> bool:
    """Whether the plan, or another reading of it, takes the mean of each rater first."""
    path = f"components.{component.id}.ratings"
    patches = [pair for reading in plan.readings for answer in reading.otherwise for pair in answer.patch.items()]
    said = [value for key, value in patches if key == f"{path}.mean_first"]
    said += [value.get("mean_first") for key, value in patches if key == path and isinstance(value, dict)]
    return bool(component.ratings and component.ratings.mean_first) or any(said)


def _draw_respondents(rng: np.random.Generator, unit: Ints, cycle: Ints, raters: int) -> list[str]:
    """Who voted, of so many people; some vote twice for the same unit in the same cycle."""
    people = draw_pseudonyms(rng, raters)
    who = rng.integers(0, len(people), len(unit))
    again = (rng.random(len(unit)) < AGAIN) & (np.diff(unit, prepend=-1) == 0) & (np.diff(cycle, prepend=-1) == 0)
    names: list[str] = people[who[np.arange(len(unit)) - again]].tolist()
    return names


def _draw_groups(world: World, component: Component, rule: Ratings, people: list[str]) -> list[str | None]:
    """The group of whoever votes, the same each time but for a few who belong to two."""
    if not rule.groups:
        return [None] * len(people)
    rng, names = world.rng, [*rule.groups]
    shares, everybody = group_shares(world.plan, component.id, rule), dict.fromkeys(people)
    usual = dict(zip(everybody, rng.choice(len(shares), len(everybody), p=shares).tolist(), strict=True))
    another = zip(rng.random(len(people)) < TWO_POSTS, rng.choice(len(shares), len(people), p=shares), strict=True)
    return [names[other if two else usual[one]] for one, (two, other) in zip(people, another, strict=True)]


def _silence_a_group(world: World, component: Component, rule: Ratings, forms: pl.DataFrame) -> pl.DataFrame:
    """Where groups have weights, one unit gets nothing from one of them."""
    if forms.is_empty() or not any(weight is not None for weight in rule.groups.values()):
        return forms
    rng, units = world.rng_for("group", component.id), forms["unit"].unique().sort().to_list()
    unit, group = str(rng.choice(units)), str(rng.choice([*rule.groups]))
    world.note_planted(unit, f"{component.title}：{group}无票")
    return forms.filter((pl.col("unit") != unit) | (pl.col("group") != group))


def _draw_channels(world: World, rule: Ratings, units: list[int], unit: Ints) -> list[str | None]:
    """A channel that the unit may use; those named first are used most."""
    if not rule.channels:
        return [None] * len(unit)
    open_to = np.array([world.units_fitting(channel.units) for channel in rule.channels], dtype=float).T[units]
    weights = open_to / np.arange(1, len(rule.channels) + 1)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return [rule.channels[one].id for one in draw_columns(world.rng, shares, unit)]


def _add_items(component: Component, rule: Ratings, forms: pl.DataFrame) -> pl.DataFrame:
    """Each form once for each item; without items forms need no number."""
    if not rule.items:
        return forms.with_columns(form=pl.lit(None, pl.String), item=pl.lit(None, pl.String))
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    numbered = forms.with_columns(form=pl.concat_str(pl.lit(f"{component.id}-"), number))
    return numbered.join(pl.DataFrame({"item": [*rule.items]}), how="cross", maintain_order="left_right")


# Ballots


@dataclass(frozen=True)
class BlankForm:
    """A blank form. names: levels from best to worst. good: of them, those in the upper half, given to the best units.

    free: levels without a bound, with their shares for each candidate (one row each).
    """

    rule: FormRule
    names: list[str]
    good: list[str]
    free: list[str]
    free_shares: Floats


def draw_ballots(world: World, component: Component, rule: Ratings, form: FormRule, units: list[int]) -> pl.DataFrame:
    """Forms on which voters mark the candidates: ratings, form by form."""
    quality, names = world.qualities[component.id][units], [world.ids[place] for place in units]
    blank = _blank_form(rule, form, quality)
    bound = sum(form.exactly.values()) + sum(form.at_most.values()) // 2
    rows_of_form = max(1, len(units) if blank.free else min(bound, len(units)))
    heads = _draw_form_heads(world, component, rule, min(VOTERS, max(1, ROWS // rows_of_form)))
    rows = [
        head | {"unit": names[place], "level": level}
        for head in heads
        for place, level in _mark_form(world.rng, blank, APPEAL * quality)
    ]
    return pl.DataFrame(rows, schema=RATINGS)


def _blank_form(rule: Ratings, form: FormRule, quality: Floats) -> BlankForm:
    names = sort_levels(rule.levels)
    values = {level: float(value) for level, value in rule.levels.items() if value is not None}
    middle = (max(values.values()) + min(values.values())) / 2
    bound = [*form.exactly, *form.at_most]
    free = [] if form.unmarked in rule.levels else [name for name in names if name not in bound]
    shares = level_shares(rule.levels, quality)[:, [names.index(name) for name in free]]
    total = shares.sum(axis=1, keepdims=True) if free else 1
    return BlankForm(form, names, [name for name in names if values.get(name, middle) >= middle], free, shares / total)


def _draw_form_heads(world: World, component: Component, rule: Ratings, number: int) -> list[Row]:
    """What all rows of a form share, in order of time; some voters hand in twice."""
    rng, cycles = world.rng, world.cycles_of(component)
    cycle: Ints = rng.integers(0, len(cycles), number)
    days = draw_moments(rng, lead_astray(rng, cycles, draw_days(rng, cycles, cycle), OUTSIDE))
    voters = draw_pseudonyms(rng, number).tolist()
    again = np.where(rng.random(number) < AGAIN, rng.integers(0, number, number), np.arange(number))
    shares = group_shares(world.plan, component.id, rule)
    groups = [[*rule.groups][one] for one in rng.choice(len(shares), number, p=shares)] if rule.groups else []
    channel = next((one.id for one in rule.channels if not one.units), None)
    times: list[datetime] = np.sort(days).tolist()
    same = {"method": component.id, "channel": channel, "item": next(iter(rule.items), None), "own": None}
    return [
        same
        | {
            "form": f"{component.id}-{place + 1:05d}",
            "rated_on": times[place],
            "respondent": voters[again[place]],
            "group": groups[place] if groups else None,
        }
        for place in range(number)
    ]


def _mark_form(rng: np.random.Generator, blank: BlankForm, appeal: Floats) -> list[tuple[int, str]]:
    """One voter's marks: good levels for those who appeal most, bad ones for those who appeal least."""
    order = np.argsort(-(appeal + rng.gumbel(size=len(appeal))), kind="stable").tolist()
    numbers = _draw_picks(rng, blank.rule)
    bad = [level for level in reversed(blank.names) if level not in blank.good]
    marks: list[tuple[int, str]] = []
    for level in (*blank.good, *bad):
        end = 0 if level in blank.good else -1
        marks += [(order.pop(end), level) for _ in range(min(numbers.get(level, 0), len(order)))]
    if blank.free and order:
        chosen = draw_columns(rng, blank.free_shares, np.array(order, dtype=np.int64))
        marks += [(place, blank.free[one]) for place, one in zip(order, chosen, strict=True)]
    return sorted(marks)


def _draw_picks(rng: np.random.Generator, rule: FormRule) -> dict[str, int]:
    """How often a voter marks each bounded level; now and then one more or one fewer than allowed."""
    exactly = rule.exactly
    at_most = {level: most for level, most in rule.at_most.items() if level not in exactly}
    picks = exactly | {level: int(rng.integers(0, most + 1)) for level, most in at_most.items()}
    if picks and rng.random() < WRONG:
        level = [*picks][rng.integers(len(picks))]
        picks[level] = at_most[level] + 1 if level in at_most else exactly[level] + int(rng.choice([-1, 1]))
    return picks
