"""A tie at a cut: a unit beyond it gets what the last one within it got, item by item."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.order import SHORTLIST, Order
from pingyi.plan.ranking import When
from pingyi.scoring.review import Review
from pingyi.simulate.votes import counts_raters
from pingyi.simulate.world import World, pseudonyms

LATER = timedelta(minutes=11)
"""By how much the copied ratings are later than their models."""

Tables = dict[str, pl.DataFrame]


def with_a_tie(world: World, facts: Tables) -> Tables:
    """The tables that change so that the first list that can have one has a tie at its cut; none where a tie exists.

    facts: all that is known before anybody is listed. Units that hand in marks tie already (`given.handed_in`).
    """
    plan = world.plan
    rules = [rule for rule in plan.every_list if _is_plain(plan, rule)]
    if not rules or any(one.imported for one in plan.components):
        return {}
    late = any(Order(plan).stages["standing", rule.by] != SHORTLIST for rule in rules)
    review = Review.begin(plan, facts).through("standing" if late else "shortlist")
    totals = review.table("totals").filter(pl.col("draw") == 0)
    review.close()
    for rule in rules:
        leaves = leaves_of(plan, rule)
        for last, beyond in _pairs(rule, totals, facts["units"]):
            if _are_alike(world, leaves, last, beyond):
                world.plant(last, f"{rule.title}：与 {beyond} 同分")
                world.plant(beyond, f"{rule.title}：与 {last} 同分")
                return _copied(world, facts, leaves, last, beyond)
    return {}


def _is_plain(plan: Plan, rule: ListRule) -> bool:
    """A number of all units by marks that wait for no list."""
    waits = any(leaf.listed for leaf in leaves_of(plan, rule))
    return rule.take is not None and rule.pool == ["units"] and rule.when == When() and not waits


def leaves_of(plan: Plan, rule: ListRule) -> list[Component]:
    """The leaves below what a list ranks by."""
    found = [plan.component(next(one.of for one in plan.standings if one.id == rule.by))]
    for one in found:
        found += [plan.component(child) for child in one.of]
    return [one for one in found if not one.of]


def _pairs(rule: ListRule, totals: pl.DataFrame, units: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """The last unit within the cut and each beyond it, nearest first, for each group of units with a cut of its own."""
    assert rule.take is not None
    own = totals.filter(pl.col("standing") == rule.by).join(units.select("unit", *rule.within), on="unit")
    ranked = own.sort("total", "overall", "unit", descending=[rule.side == "top", rule.side != "top", False])
    groups = ranked.partition_by(rule.within, maintain_order=True) if rule.within else [ranked]
    for group in groups:
        ids = group["unit"].to_list()
        yield from ((ids[rule.take - 1], beyond) for beyond in ids[rule.take :])


def _are_alike(world: World, leaves: list[Component], one: str, other: str) -> bool:
    """Whether all rules treat two units alike, and nothing else was put in for either."""
    places = [world.ids.index(unit) for unit in (one, other)]
    channels = [channel for leaf in leaves if leaf.ratings for channel in leaf.ratings.channels]
    fits = [world.fit(traits) for traits in [*(leaf.units for leaf in leaves), *(one.units for one in channels)]]
    categories = world.column("category")
    same = categories[places[0]] == categories[places[1]] and all(fit[places[0]] == fit[places[1]] for fit in fits)
    return same and not any(unit in world.planted for unit in (one, other))


def _copied(world: World, facts: Tables, leaves: list[Component], model: str, unit: str) -> Tables:
    """The tables with facts of these leaves in which a unit has what its model has."""
    ids = [leaf.id for leaf in leaves]
    items = [item for leaf in leaves if leaf.events for item in leaf.events.items]
    wanted = {name: pl.col("method").is_in(ids) for name in ("ratings", "counts", "marks", "measures")}
    wanted["events"] = pl.col("item").is_in(items)
    changed: Tables = {}
    for name, own in wanted.items():
        if name in facts:
            frame = facts[name]
            copies = _as_own(world, name, frame.filter(own & (pl.col("unit") == model)), frame, unit)
            changed[name] = pl.concat([frame.filter(~(own & (pl.col("unit") == unit))), copies])
    if "ratings" in changed:
        changed["ratings"] = changed["ratings"].sort("method", "rated_on", maintain_order=True)
    return changed


def _as_own(world: World, name: str, rows: pl.DataFrame, table: pl.DataFrame, unit: str) -> pl.DataFrame:
    """The rows under another unit: from other people, in other forms, under other numbers."""
    model, own = rows["unit"], rows.with_columns(unit=pl.lit(unit))
    if name == "ratings":
        return _by_others(world, own)
    if name != "events" or rows.is_empty():
        return own
    deed = pl.col("deed").str.replace(f"-{model[0]}-", f"-{unit}-", literal=True)
    event = pl.concat_str(pl.lit(f"{unit}-"), pl.col("event"))
    return own.with_columns(deed=deed, event=event)


def _by_others(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Ratings by other people on other forms, a little later on the same day; whoever rates all units stays."""
    rng = world.apart("ties")
    staying = [one.id for one in world.plan.components if one.ratings and counts_raters(world.plan, one)]
    people = rows["respondent"].drop_nulls().unique(maintain_order=True)
    names = dict(zip(people.to_list(), pseudonyms(rng, people.len()).tolist(), strict=True))
    another = pl.col("respondent").replace_strict(names, default=None, return_dtype=pl.String)
    return rows.with_columns(
        respondent=pl.when(pl.col("method").is_in(staying)).then(pl.col("respondent")).otherwise(another),
        rated_on=pl.col("rated_on") + LATER,
        form=pl.concat_str("form", pl.lit("b")),
    )
