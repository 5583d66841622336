"""Beside the official result: what every other answer would change, and the year before.

Both score the same facts again under other plans. That takes its time on one core, so the pipeline does it while the
notebooks run on the other.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from pingyi import places
from pingyi.intake import read_facts
from pingyi.plan.tree import Tree
from pingyi.reading import read_file, read_plan
from pingyi.review import Review

Frames = dict[str, pl.DataFrame]

BUDGET = 16
"""So many combinations are scored within a run, which the office waits for; `pingyi readings` looks at more."""

TOGETHER = "合起来看"
"""The question of the row that tells of several answers together."""


def compared_meanwhile(plan_file: Path, facts: Mapping[str, pl.DataFrame]) -> "Future[Frames]":
    """Begin to compare in a thread of its own."""
    pool = ThreadPoolExecutor(1)
    made = pool.submit(compared, read_file(plan_file).tree, facts)
    pool.shutdown(wait=False)
    return made


def compared(tree: Tree, facts: Mapping[str, pl.DataFrame]) -> Frames:
    """The comparisons of a campaign: `reading_effects`, and `year_changes` where its plan names the year before."""
    frames = {"reading_effects": _readings(tree, facts)}
    previous = tree["campaign"].get("previous")
    return frames | ({"year_changes": _years(tree, facts, previous)} if previous else {})


def _readings(tree: Tree, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    from pingyi.whatif import Laboratory, most_moving, reading_effects, trials
    from pingyi.whatif.told import combined, tried

    with Laboratory(tree, facts) as laboratory:
        found = list(trials(laboratory))
        together = most_moving(laboratory, found, budget=BUDGET)
    effects = reading_effects(found).with_columns(
        told=pl.Series(["\n".join(tried(one)) for one in found], dtype=pl.String)
    )
    last = pl.DataFrame(
        [{"question": TOGETHER, "tried": together.difference is not None, "told": "\n".join(combined(together))}]
    )
    return pl.concat([effects, last], how="diagonal_relaxed").with_row_index("position")


def _years(tree: Tree, facts: Mapping[str, pl.DataFrame], previous: str) -> pl.DataFrame:
    from pingyi.whatif import Year, compare_years

    path = places.plan_file(previous)
    before = Year(read_file(path).tree, read_facts(places.facts_folder(previous), read_plan(path)).tables)
    return compare_years(Year(tree, facts), before).totals


def keep(review: Review, frames: Frames) -> None:
    """Put the comparisons into the review's database."""
    for name, frame in frames.items():
        review.keep(name, frame)
