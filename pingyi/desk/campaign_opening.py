"""What a notebook opens: a campaign's review, and the facts that it stands on."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from pingyi.common import paths
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan.reader import read_plan
from pingyi.runs.folder import DATABASE, FACTS, read_begun, run_facts, stored_facts
from pingyi.runs.manifest import MANIFEST
from pingyi.scoring.review import DRAWS, SEED, Review


@cache
def open_review(campaign: str, run: str = "") -> Review:
    """The review of a campaign; the same object however often it is asked for.

    run: the folder of a run whose database is to be read and, while the run is not finished, filled; empty: everything
    in memory, from the facts.
    """
    running = paths.cache_folder(campaign)
    if run:
        plan, finished = read_plan(Path(run) / f"{campaign}.yaml"), (Path(run) / MANIFEST).exists()
        database = Path(run) / DATABASE
        return Review.resume(plan, database, draws=DRAWS, seed=SEED, read_only=finished, running=running)
    facts, _ = open_facts(campaign)
    return Review.begin(read_plan(paths.plan_file(campaign)), facts, draws=DRAWS, seed=SEED, running=running)


@cache
def open_facts(campaign: str, run: str = "") -> tuple[Mapping[str, pl.DataFrame], date | None]:
    """The facts that a review stands on, and the day looked at, if not when all is over. run: as in `open_review`."""
    if not run:
        return campaign_facts(campaign, read_plan(paths.plan_file(campaign))).tables, None
    known = read_begun(Path(run)) or run_facts(Path(run))["run"]
    day = known.get("as_of")
    return stored_facts(Path(run) / FACTS), date.fromisoformat(day) if day else None
