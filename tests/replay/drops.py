"""Named rows thrown away on trial: what they led to must change, or the explanation named too much."""

import random
from collections.abc import Iterator
from typing import Any

import polars as pl

from tests.replay import leaf, votes
from tests.replay.campaign import Campaign

Told = tuple[Any, ...]


def drops(campaign: Campaign, number: int, seed: int = 1) -> Iterator[tuple[str, str, Told, Told]]:
    """Component, unit, and what the rows lead to with all of them and with one counted row less."""
    dice = random.Random(seed)
    for component, unit in dice.choices(campaign.leaves, k=number):
        named = campaign.rows.behind(component, unit)
        counted = named.with_row_index("at").filter(pl.col("part") == "counted")["at"]
        if counted.len():
            gone = dice.choice(counted.to_list())
            left = pl.concat([named[:gone], named[gone + 1 :]])
            yield component, unit, told(campaign, component, unit, named), told(campaign, component, unit, left)


def told(campaign: Campaign, component: str, unit: str, named: pl.DataFrame) -> Told:
    """The marks that some rows give, and the counts that their formula shows."""
    one, kept = campaign.review.plan.component(component), campaign.store.only(named)
    try:
        marks = leaf.marks(campaign.review.plan, one, unit, kept)
        shown = votes.counted(campaign.review.plan, one, kept)[unit] if one.ratings else {}
    except votes.NotWhole as error:
        return (str(error),)
    happened = sorted((row["item"], row["times"]) for row in kept.rows("events"))
    return marks, shown, happened, sorted(row["mark"] for row in kept.rows("marks"))
