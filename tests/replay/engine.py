"""The scoring itself on the named rows alone: the same SQL, on a database that never saw any other row."""

from decimal import Decimal

import polars as pl

from pingyi import stages
from pingyi.review import Review
from tests.replay.campaign import Campaign
from tests.replay.kept import PLACE


def leaf_marks(campaign: Campaign, unit: str) -> dict[str, Decimal | None]:
    """The marks of a unit's leaves, scored from the rows that are named for them."""
    leaves = [component for component, other in campaign.leaves if other == unit]
    plan = campaign.review.plan
    spared = plan.model_copy(update={"units": plan.units.model_copy(update={"published": []})})
    review = Review.begin(spared, _facts(campaign, unit, leaves)).through("tally")
    connection = review.run.connection
    limited = {one.id for one in plan.components if one.listed}
    admitted = [key for key in campaign.published.marks if key[0] in limited]
    if admitted:
        connection.executemany("insert into admitted values (?, ?)", admitted)
    stages._components(review.run, leaves)
    rows = connection.table("component_marks").filter("draw = 0").project("component, unit, marks").fetchall()
    review.close()
    return {component: marks for component, other, marks in rows if other == unit}


def _facts(campaign: Campaign, unit: str, leaves: list[str]) -> dict[str, pl.DataFrame]:
    named = pl.concat([campaign.rows.behind(component, unit) for component in leaves])
    needed = named.filter(pl.col("part") != "aside").unique(subset=["table", *PLACE])
    kept = {}
    for (table,), same in needed.group_by("table"):
        facts, marked = campaign.facts[str(table)], campaign.store.facts[str(table)].with_row_index("at")
        at = marked.join(same.select(PLACE), on=PLACE, how="semi", nulls_equal=True)["at"]
        kept[str(table)] = facts[at]
    return kept
