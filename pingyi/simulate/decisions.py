"""Decisions on lists that others wait for: a shortlist is decided by the facts known on its day, before the ballot."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from pingyi.plan import ListRule
from pingyi.scoring.review import Review
from pingyi.simulate.world import Schema, World

COLUMNS: Schema = {
    "list": pl.String,
    "unit": pl.String,
    "proposed": pl.Boolean,
    "decided": pl.Boolean,
    "decided_on": pl.Date,
    "decided_by": pl.String,
    "why": pl.String,
    "document": pl.String,
}


def decisions(world: World, names: Iterable[str], facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The lists of these names that the plan says somebody decides by a day: decided on it as they were proposed."""
    chosen = list(dict.fromkeys(names))
    rules = [rule for rule in world.plan.every_list if rule.id in chosen and rule.decided and rule.decided.due]
    rows = [row for rule in rules for row in _of_list(world, rule, facts)]
    return pl.DataFrame(rows, schema=COLUMNS)


def _of_list(world: World, rule: ListRule, facts: Mapping[str, pl.DataFrame]) -> Iterator[dict[str, object]]:
    """The units of a list as the facts of its day propose them, in the order of their places."""
    assert rule.decided is not None
    shortlists = [one.id for one in world.plan.shortlists]
    review = Review.begin(world.plan, facts, as_of=rule.decided.due)
    review.through("shortlist" if rule.id in shortlists else "standing")
    entries = review.table("list_entries").filter((pl.col("draw") == 0) & (pl.col("list") == rule.id))
    review.close()
    for unit in entries.sort("place", "unit")["unit"]:
        yield {
            "list": rule.id,
            "unit": unit,
            "proposed": True,
            "decided": True,
            "decided_on": rule.decided.due,
            "decided_by": rule.decided.by,
            "document": f"模拟决定：{rule.title}",
        }
