"""What is done beside the scoring: tasks of the work plan, and re-evaluations of last year's units."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.facts.as_of_date import last_day
from pingyi.plan.outcomes import Recheck
from pingyi.plan.work import Task, periods_of_task
from pingyi.simulate.world import Schema, World

EARLY, LATE = 8, 12
"""Days by which a task is done before its due day, or after it, at most."""

TESTED = (3, 45)
"""Days before the due day on which units are re-evaluated."""

RECHECKS: Schema = {
    "year": pl.Int64,
    "list": pl.String,
    "unit": pl.String,
    "rechecked_on": pl.Date,
    "passed": pl.Boolean,
    "document": pl.String,
}
FINISHED: Schema = {"task": pl.String, "done_on": pl.Date, "document": pl.String}

Row = dict[str, object]


def finished(world: World) -> pl.DataFrame:
    """Tasks done in time, but for one that was late and one that never was; what is due often lacks a time."""
    rng, tasks = world.apart("finished"), world.plan.tasks
    once = [task for task in tasks if task.every is None]
    order = [once[nth] for nth in rng.permutation(len(once)).tolist()]
    order.sort(key=lambda task: task.due + timedelta(days=LATE) > last_day(world.plan))
    late, never = order[:1] if len(once) > 1 else [], order[1:2] if len(once) > 2 else []
    rows = [
        {"task": task.id, "done_on": day, "document": "模拟完成情况"}
        for task in tasks
        if task not in never
        for day in _days(rng, task, task in late)
    ]
    return pl.DataFrame(rows, schema=FINISHED).sort("done_on", maintain_order=True)


def _days(rng: np.random.Generator, task: Task, late: bool) -> list[date]:
    """The days on which a task was done."""
    if late:
        return [task.due + timedelta(days=int(rng.integers(1, LATE + 1)))]
    spans = list(periods_of_task(task))
    missing = int(rng.integers(0, len(spans))) if len(spans) > 1 else None
    return [_in_time(rng, *span) for nth, span in enumerate(spans) if nth != missing]


def _in_time(rng: np.random.Generator, start: date, due: date) -> date:
    return max(start, due - timedelta(days=int(rng.integers(0, EARLY + 1))))


def rechecks(world: World, history: pl.DataFrame) -> pl.DataFrame:
    """Re-evaluations of the units that earlier lists put up: most passed in time, one late, one is still due."""
    rows = [row for rule in world.plan.rechecks for row in _of_rule(world, rule, history)]
    return pl.DataFrame(rows, schema=RECHECKS).sort("rechecked_on", "unit", maintain_order=True)


def _of_rule(world: World, rule: Recheck, history: pl.DataFrame) -> Iterator[Row]:
    rng, year = world.apart("rechecks", rule.id), world.plan.campaign.year - rule.years_ago
    units = history.filter((pl.col("list") == rule.list_) & (pl.col("year") == year))["unit"].sort().to_list()
    shuffled = [units[nth] for nth in rng.permutation(len(units)).tolist()]
    blank = {"year": year, "list": rule.list_, "document": "模拟复评报告"}
    for nth, unit in enumerate(shuffled[1:] if len(units) > 2 else shuffled):
        day = rule.due - timedelta(days=int(rng.integers(*TESTED)))
        failed = nth == 0 and len(units) > 1
        yield blank | {"unit": unit, "rechecked_on": day, "passed": not failed}
        if failed:
            again = rule.due + timedelta(days=int(rng.integers(*TESTED)))
            yield blank | {"unit": unit, "rechecked_on": again, "passed": True}
