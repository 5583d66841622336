"""What a notebook opens: a campaign's review, in memory or in the folder of a run, with figures drawn offline."""

from functools import cache
from pathlib import Path

from pingyi import places
from pingyi.intake import read_facts
from pingyi.reading import read_plan
from pingyi.review import DRAWS, SEED, Review

DATABASE = "campaign.duckdb"


@cache
def review(campaign: str, run: str = "") -> Review:
    """The review of a campaign; the same object however often it is asked for.

    run: the folder of a run whose database is to be read and filled; empty: everything in memory, from the facts.
    """
    plan = read_plan(places.plan_file(campaign))
    if run:
        return Review.resume(plan, Path(run) / DATABASE, draws=DRAWS, seed=SEED)
    facts = read_facts(places.facts_folder(campaign), plan)
    return Review.begin(plan, facts.tables, draws=DRAWS, seed=SEED)
