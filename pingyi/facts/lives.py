"""From when until when a unit exists, and which facts lie outside: they are set aside before anything is counted.

A fact is of its day; without one it is of its cycle, and without that of all cycles of its component.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from pingyi.facts.as_of_date import DATED
from pingyi.plan import Plan

SCORED = ("ratings", "counts", "marks", "events", "measures")
"""Tables whose rows score."""

TOLD = {
    "fact_table": pl.String,
    "component": pl.String,
    "unit": pl.String,
    "votes": pl.Int64,
    "source": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
}

Facts = Mapping[str, pl.DataFrame]


def scored_days(plan: Plan) -> tuple[date, date]:
    """The first and the last day of all cycles in which something is scored."""
    cycles = [cycle for one in plan.components for cycle in plan.cycles[one.per]]
    return min(cycle.start for cycle in cycles), max(cycle.end for cycle in cycles)


def bounded(units: pl.DataFrame) -> pl.DataFrame:
    """The units that did not exist all the time: unit, founded_on, abolished_on."""
    known = [
        (pl.col(name) if name in units.columns else pl.lit(None)).cast(pl.Date).alias(name)
        for name in ("founded_on", "abolished_on")
    ]
    lives = units.select(pl.col("unit").cast(pl.String), *known)
    return lives.filter(pl.any_horizontal(pl.col("founded_on", "abolished_on").is_not_null()))


def ended(units: pl.DataFrame, plan: Plan) -> set[str]:
    """The units that were abolished before the last day that is scored: they take no part."""
    return set(bounded(units).filter(pl.col("abolished_on") < scored_days(plan)[1])["unit"])


def apart(facts: Facts, plan: Plan) -> tuple[Facts, pl.DataFrame]:
    """The facts of units that existed, and a row for each other one (`TOLD`)."""
    within, outside = dict(facts), [pl.DataFrame(schema=TOLD)]
    for table in SCORED:
        if table in facts and facts[table].height:
            beyond = is_outside(table, facts[table], facts["units"], plan)
            within[table] = facts[table].filter(~beyond)
            outside.append(_told(table, facts[table].filter(beyond), plan))
    return within, pl.concat(outside)


def is_outside(table: str, frame: pl.DataFrame, units: pl.DataFrame, plan: Plan) -> pl.Series:
    """Whether each row lies wholly before its unit was founded, or after it was abolished; both days belong to it."""
    lives = bounded(units)
    if lives.is_empty() or frame.is_empty():
        return pl.Series("outside", [False] * frame.height, dtype=pl.Boolean)
    first, last = _span(table, frame, plan)
    rows = frame.select(pl.col("unit").cast(pl.String), first.alias("first"), last.alias("last"))
    both = rows.join(lives, on="unit", how="left", maintain_order="left")
    early, late = pl.col("last") < pl.col("founded_on"), pl.col("first") > pl.col("abolished_on")
    return both.select((early.fill_null(False) | late.fill_null(False)).alias("outside")).to_series()


def _span(table: str, frame: pl.DataFrame, plan: Plan) -> tuple[pl.Expr, pl.Expr]:
    """The first and the last day that a row may be of."""
    column = DATED[table]
    day = _day(frame, column) if column in frame.columns else pl.lit(None, pl.Date)
    if "method" not in frame.columns:
        return day, day
    cycle = pl.col("cycle").cast(pl.String).fill_null("") if "cycle" in frame.columns else pl.lit("")
    key = pl.concat_str(pl.col("method").cast(pl.String), pl.lit("/"), cycle)
    starts, ends = (key.replace_strict(days, default=None, return_dtype=pl.Date) for days in _days(plan))
    return pl.coalesce(day, starts), pl.coalesce(day, ends)


def _day(frame: pl.DataFrame, column: str) -> pl.Expr:
    """The day of a column of days, or of moments."""
    text = frame.schema[column] == pl.String
    return pl.col(column).str.slice(0, 10).str.to_date() if text else pl.col(column).cast(pl.Date)


def _days(plan: Plan) -> tuple[dict[str, date], dict[str, date]]:
    """The first and the last day of each component and cycle; of all its cycles where none is named."""
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    for one in plan.components:
        cycles = plan.cycles[one.per]
        for named, some in [("", cycles), *((cycle.id, [cycle]) for cycle in cycles)]:
            starts[f"{one.id}/{named}"] = min(cycle.start for cycle in some)
            ends[f"{one.id}/{named}"] = max(cycle.end for cycle in some)
    return starts, ends


def _told(table: str, rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows as they are told."""
    items = {id: one.id for one in plan.components if one.events for id in one.events.items}
    component = pl.col("item").cast(pl.String).replace(items) if table == "events" else pl.col("method")
    said = {"fact_table": pl.lit(table), "component": component}
    known = [
        said.get(name, pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in TOLD.items()
    ]
    return rows.select(known)
