"""What became of those who were drawn: as many reached as there are ratings, the others lost on the way."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.plan import Component, Plan
from pingyi.simulate.world import Schema, World

LOST = 0.5
"""Contacts without a full answer, as a share of those with one."""

FATES = {
    "partial": 0.06,
    "refusal": 0.24,
    "noncontact": 0.42,
    "other": 0.05,
    "unknown": 0.15,
    "ineligible": 0.08,
}
"""How contacts are lost, with shares."""

COLUMNS: Schema = {
    "contact": pl.String,
    "method": pl.String,
    "unit": pl.String,
    "channel": pl.String,
    "contacted_on": pl.Date,
    "disposition": pl.String,
    "times": pl.Int64,
}

Cell = dict[str, object]


def contacts(world: World, ratings: pl.DataFrame | None, counts: pl.DataFrame | None) -> pl.DataFrame:
    """Contacts of every component whose raters are drawn, summed by unit, channel, half-year and what became of them.

    ratings, counts: the facts; whoever is in them was reached.
    """
    rows = [
        row
        for component in drawn_components(world.plan)
        for row in _of_component(world, component, _reached(world, component, ratings, counts))
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def drawn_components(plan: Plan) -> list[Component]:
    """Components rated by people whom a sampling rule of the plan names, but for ballots."""
    named = [rule.component for rule in plan.sampling]
    return [one for one in plan.components if one.id in named and one.ratings and not one.ratings.form]


def _reached(
    world: World, component: Component, ratings: pl.DataFrame | None, counts: pl.DataFrame | None
) -> pl.DataFrame:
    """One row for each unit, channel and half-year: complete, and the first and last day. A form counts once."""
    ends = {cycle.id: cycle.end for cycle in world.cycles(component)}
    items = [*component.ratings.items] if component.ratings else []
    own = (pl.col("method") == component.id) & (pl.col("item").is_null() | pl.col("item").is_in(items[:1]))
    parts = [pl.DataFrame(schema={"unit": pl.String, "channel": pl.String, "day": pl.Date, "votes": pl.Int64})]
    if ratings is not None:
        day = pl.col("rated_on").dt.date()
        parts.append(ratings.filter(own).select("unit", "channel", day=day, votes=pl.lit(1, pl.Int64)))
    if counts is not None:
        day = pl.col("cycle").replace_strict(ends, default=None, return_dtype=pl.Date)
        parts.append(counts.filter(own).select("unit", "channel", day=day, votes="votes"))
    keys = ["unit", "channel", "year", "half"]
    halves = [pl.col("day").dt.year().alias("year"), (pl.col("day").dt.month() > 6).alias("half")]
    cells = pl.concat(parts).with_columns(halves).group_by(keys)
    return cells.agg(complete=pl.sum("votes"), first=pl.min("day"), last=pl.max("day")).sort(keys)


def _of_component(world: World, component: Component, reached: pl.DataFrame) -> list[Cell]:
    rng = world.apart("contacts", component.id)
    rows = [row for cell in reached.iter_rows(named=True) for row in _of_cell(rng, cell)]
    return [{"contact": f"{component.id}-{nth:05d}", "method": component.id} | row for nth, row in enumerate(rows, 1)]


def _of_cell(rng: np.random.Generator, cell: Cell) -> list[Cell]:
    """All contacts of a unit in a channel and half-year, a row for each fate."""
    complete, first, last = cell["complete"], cell["first"], cell["last"]
    assert isinstance(complete, int)
    assert isinstance(first, date)
    assert isinstance(last, date)
    lost = rng.multinomial(rng.poisson(LOST * complete), [*FATES.values()]).tolist()
    back = rng.integers(0, (last - first).days + 1, len(FATES)).tolist()
    blank = {"unit": cell["unit"], "channel": cell["channel"]}
    fates = [("complete", complete, last)]
    fates += [(fate, number, last - timedelta(days=days)) for fate, number, days in zip(FATES, lost, back, strict=True)]
    return [
        blank | {"contacted_on": day, "disposition": fate, "times": number} for fate, number, day in fates if number
    ]
