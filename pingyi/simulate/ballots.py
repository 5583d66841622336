"""Forms that carry many units and have a rule of their own: ballots."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.ratings import FormRule, Ratings
from pingyi.simulate.levels import by_value, group_shares, level_shares
from pingyi.simulate.votes import AGAIN, COLUMNS, OUTSIDE
from pingyi.simulate.world import Floats, Ints, World, days_within, drawn, moments, pseudonyms, some_astray

VOTERS, ROWS = 1000, 100_000
"""Forms handed in; fewer where that would make more rows than this."""

WRONG = 0.04
"""Share of forms that break the rule by one mark."""

APPEAL = 0.8
"""How much a unit's quality sways a voter, against a chance of spread 1.28 (Gumbel)."""


@dataclass(frozen=True)
class Paper:
    """A blank form. names: levels from best to worst. good: of them, those in the upper half, given to the best units.

    free: levels without a bound, with their shares for each candidate (one row each).
    """

    rule: FormRule
    names: list[str]
    good: list[str]
    free: list[str]
    free_shares: Floats


def ballots(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """Forms on which voters mark the candidates: ratings, form by form."""
    assert component.ratings is not None
    paper = _paper(world, component, units)
    number = min(VOTERS, max(1, ROWS // _rows(paper, len(units))))
    heads = _heads(world, component, component.ratings, number)
    appeal = APPEAL * world.qualities[component.id][units]
    names = [world.ids[place] for place in units]
    rows = [
        head | {"unit": names[place], "level": level}
        for head in heads
        for place, level in _marked(world, paper, appeal)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _paper(world: World, component: Component, units: list[int]) -> Paper:
    rule = component.ratings
    assert rule is not None
    assert rule.form is not None
    names = by_value(rule.levels)
    values = {level: float(value) for level, value in rule.levels.items() if value is not None}
    middle = (max(values.values()) + min(values.values())) / 2
    bound = [*rule.form.exactly, *rule.form.at_most]
    free = [] if rule.form.unmarked in rule.levels else [name for name in names if name not in bound]
    shares = level_shares(rule.levels, world.qualities[component.id][units])[:, [names.index(name) for name in free]]
    total = shares.sum(axis=1, keepdims=True) if free else 1
    return Paper(rule.form, names, [name for name in names if values.get(name, middle) >= middle], free, shares / total)


def _rows(paper: Paper, candidates: int) -> int:
    """Rows of a form, about."""
    bound = sum(paper.rule.exactly.values()) + sum(paper.rule.at_most.values()) // 2
    return max(1, candidates if paper.free else min(bound, candidates))


def _heads(world: World, component: Component, rule: Ratings, number: int) -> list[dict[str, object]]:
    """What all rows of a form share, in order of time; some voters hand in twice."""
    rng, cycles = world.rng, world.cycles(component)
    cycle: Ints = rng.integers(0, len(cycles), number)
    days = moments(rng, some_astray(rng, cycles, days_within(rng, cycles, cycle), OUTSIDE))
    voters = pseudonyms(rng, number).tolist()
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


def _marked(world: World, paper: Paper, appeal: Floats) -> list[tuple[int, str]]:
    """One voter's marks: good levels for those who appeal most, bad ones for those who appeal least."""
    order = np.argsort(-(appeal + world.rng.gumbel(size=len(appeal))), kind="stable").tolist()
    numbers = _picks(world.rng, paper)
    marks: list[tuple[int, str]] = []
    for level in paper.names:
        if level in paper.good:
            marks += [(order.pop(0), level) for _ in range(min(numbers.get(level, 0), len(order)))]
    for level in reversed(paper.names):
        if level not in paper.good:
            marks += [(order.pop(), level) for _ in range(min(numbers.get(level, 0), len(order)))]
    if paper.free and order:
        chosen = drawn(world.rng, paper.free_shares, np.array(order, dtype=np.int64))
        marks += [(place, paper.free[one]) for place, one in zip(order, chosen, strict=True)]
    return sorted(marks)


def _picks(rng: np.random.Generator, paper: Paper) -> dict[str, int]:
    """How often a voter marks each bounded level; now and then one more or one fewer than allowed."""
    exactly = paper.rule.exactly
    at_most = {level: most for level, most in paper.rule.at_most.items() if level not in exactly}
    picks = exactly | {level: int(rng.integers(0, most + 1)) for level, most in at_most.items()}
    if picks and rng.random() < WRONG:
        level = [*picks][rng.integers(len(picks))]
        picks[level] = at_most[level] + 1 if level in at_most else exactly[level] + int(rng.choice([-1, 1]))
    return picks
