"""The frame for draws: people who were served and cases that were closed, as the plan's sampling rules ask for them."""

import math

import polars as pl

from pingyi.plan import Plan
from pingyi.plan.work import Sampling, Task, days_of_task
from pingyi.rules.base import ELSE
from pingyi.simulate.strata import Frame, Strata
from pingyi.simulate.world import Schema, World

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

COLUMNS: Schema = {
    "case": pl.String,
    "client": pl.String,
    "unit": pl.String,
    "served_on": pl.Date,
    "channel": pl.String,
    "group": pl.String,
    "post": pl.String,
}
KEY = ["case", "client", "unit", "served_on", "channel"]
FIXED = ("case", "client", "unit", "served_on")
"""Columns in which nobody is marked as left out."""


def clients(world: World) -> pl.DataFrame:
    """A frame from which every rule with a number can be drawn; small, so most units of a large plan are not in it."""
    rules = sorted((rule for rule in world.plan.sampling if rule.number), key=lambda rule: "unit" not in rule.per)
    frame = Frame(world, world.apart("clients"), {column for rule in rules for column in rule.per})
    strata = [Strata(frame, rule) for rule in rules]
    for one in strata:
        _add_usual(one, ROWS // len(strata))
    for task in world.plan.tasks if strata else []:
        if task.shown_by == "clients":
            _add_daily(next((one for one in strata if one.dated), strata[0]), task)
    _leave_some_out(frame, world.plan)
    for one in strata:
        _add_at_bounds(one)
    table = pl.DataFrame(frame.rows, schema=COLUMNS).unique(KEY, keep="first", maintain_order=True)
    return table.sort("served_on", "unit", "client", nulls_last=True, maintain_order=True)


def _add_usual(strata: Strata, rows: int) -> None:
    """Strata with enough to draw from, now and then one with too few; small ones where only large ones are drawn."""
    if strata.rule.cases:
        for stratum in strata.all[:SMALL]:
            strata.add(stratum, int(strata.frame.rng.integers(1, FEW + 1)))
        return
    wanted = _wanted(strata.rule, rows)
    kept = strata.all[: max(1, rows // sum(wanted.values()))]
    for nth, stratum in enumerate(kept):
        short = nth % SHORT == SHORT - 1
        for group, number in wanted.items():
            strata.add(stratum, max(1, number // 3) if short else number, group)


def _add_daily(strata: Strata, task: Task) -> None:
    """Somebody served by each unit of a daily task, on each of its days without one; few units lack some on end."""
    world, rng = strata.frame.world, strata.frame.world.apart("daily", task.id)
    served = {(row["unit"], row["served_on"]) for row in strata.frame.rows}
    units = [unit for unit, fits in zip(world.ids, world.fit(task.units), strict=True) if fits]
    days = list(days_of_task(task))
    for unit in (unit for unit in units if unit not in world.exempt):
        gap = int(rng.integers(len(days))) if rng.random() < LAPSES else len(days)
        for nth, day in enumerate(days):
            if (unit, day) not in served and not gap <= nth < gap + LAPSE and rng.random() < DAILY:
                strata.add({"unit": unit, "day": day.isoformat()}, 1)


def _wanted(rule: Sampling, most: int) -> dict[str | None, int]:
    """Rows of a stratum by group: somewhat more than are drawn, and not more than `most` in all."""
    size = min(max(rule.number + 2, math.ceil(SPARE * rule.number)), most)
    if not rule.quota:
        return {None: size}
    return {OTHERS if group == ELSE else group: math.ceil(size * share) for group, share in rule.quota.items()}


def _leave_some_out(frame: Frame, plan: Plan) -> None:
    """Give a few rows what a rule leaves out."""
    for rule in plan.sampling:
        for column, values in rule.leave_out.items():
            named = [value for value in values if value]
            for row in frame.rows if column in COLUMNS and column not in FIXED and named else []:
                if frame.rng.random() < LEFT_OUT:
                    row[column] = str(frame.rng.choice(named))


def _add_at_bounds(strata: Strata) -> None:
    """For each bound on the size of a stratum one that lies just below it, one at it and one just above."""
    cases = strata.rule.cases
    bounds = [cases.start, cases.below, cases.above, cases.up_to] if cases else []
    sizes = [int(bound) + more for bound in bounds if bound and 1 < bound <= GREATEST for more in (-1, 0, 1)]
    for size, stratum in zip(sizes, reversed(strata.all), strict=False):
        strata.frame.rows[:] = [row for row in strata.frame.rows if not strata.holds(stratum, row)]
        strata.add(stratum, size, new=True)
