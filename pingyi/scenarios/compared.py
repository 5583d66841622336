"""Beside the official result: what every other answer would change, and the year before.

Both score the same facts again under other plans. That takes its time on one core, so the pipeline does it while the
notebooks run on the other.
"""

import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from pingyi.common import paths
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan.reader import read_file, read_plan
from pingyi.plan.tree import Tree
from pingyi.runs.folder import PREVIOUS, stored_facts, write_facts
from pingyi.scoring.review import Review

Frames = dict[str, pl.DataFrame]

BUDGET = 16
"""So many combinations are scored within a run, which the office waits for; `pingyi readings` looks at more."""

TOGETHER = "合起来看"
"""The question of the row that tells of several answers together."""


def compared_meanwhile(plan_file: Path, facts: Mapping[str, pl.DataFrame], run: Path) -> "Future[Frames]":
    """Begin to compare in a thread of its own. run: keeps the facts of the year before, once they are read."""
    pool = ThreadPoolExecutor(1)
    made = pool.submit(compared, read_file(plan_file).tree, facts, run)
    pool.shutdown(wait=False)
    return made


def compared(tree: Tree, facts: Mapping[str, pl.DataFrame], run: Path) -> Frames:
    """The comparisons of a campaign: `reading_effects`, and `year_changes` where its plan names the year before."""
    frames = {"reading_effects": readings(tree, facts)}
    previous = tree["campaign"].get("previous")
    if not previous:
        return frames
    if not (run / PREVIOUS / f"{previous}.yaml").exists():
        _keep_year(previous, run / PREVIOUS)
    return frames | {"year_changes": years(tree, facts, run / PREVIOUS / f"{previous}.yaml")}


def _keep_year(campaign: str, folder: Path) -> None:
    """Keep the facts and the plan of the year before with the run; the plan comes last and says that all is there."""
    plan = paths.plan_file(campaign)
    write_facts(campaign_facts(campaign, read_plan(plan)).tables, folder)
    shutil.copyfile(plan, folder / f"{campaign}.yaml")


def readings(tree: Tree, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What every other answer to the plan's open questions would change, one row an answer (`reading_effects`)."""
    from pingyi.scenarios import Laboratory, most_moving, reading_effects, trials
    from pingyi.scenarios.told import combined, tried

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


def years(tree: Tree, facts: Mapping[str, pl.DataFrame], before_file: Path) -> pl.DataFrame:
    """The year before and this one (`year_changes`). before_file: its plan, in a folder with its facts."""
    from pingyi.scenarios import Year, compare_years

    before = Year(read_file(before_file).tree, stored_facts(before_file.parent))
    return compare_years(Year(tree, facts), before).totals


def keep(review: Review, frames: Frames) -> None:
    """Put the comparisons into the review's database."""
    for name, frame in frames.items():
        review.keep(name, frame)
