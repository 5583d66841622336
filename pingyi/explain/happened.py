"""A unit's own rows of happenings, marks given and measured numbers: which count, and why the others do not."""

import polars as pl

from pingyi import words
from pingyi.explain.named import NONE, rows_of, texts
from pingyi.explain.tables import Tables
from pingyi.plan import Component

VOID = "这个分值不计"
"""Why a mark does not count that the plan gives no meaning."""

EVENTS = ("event", "unit", "item", "happened_on", "times", "status", "document", "source", "sheet", "row")
MARKS = ("unit", "marker", "mark", "cycle", "band", "source", "sheet", "row")
MEASURES = ("unit", "cycle", "numerator", "denominator", "source", "sheet", "row")


def events(tables: Tables, one: Component, unit: str, mine: pl.DataFrame) -> pl.DataFrame:
    """The events of a leaf. mine: the unit's rows of the fact table."""
    looked_at = {row["event"]: row["not_counted"] for row in tables.events.get((one.id, unit), [])}
    if not looked_at or mine.is_empty() or one.events is None:
        return NONE
    rule = one.events
    found = texts(mine, EVENTS).filter(pl.col("event").is_in(list(looked_at)))
    parts = {event: _part(one, looked_at[event], item) for event, item in found.select("event", "item").rows()}
    names = {id: item.name for id, item in rule.items.items()}
    kind = pl.col("item").replace(names)
    reason = pl.col("event").replace_strict(looked_at, return_dtype=pl.String).replace(words.NOT_COUNTED)
    says = pl.concat_str(
        pl.col("happened_on").cast(pl.String), kind, pl.format("{} 件", "times"), pl.col("document"),
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    part = pl.col("event").replace_strict(parts, return_dtype=pl.String)
    return rows_of(found, "events", part=part, kind=kind, number=pl.col("times"), says=says, reason=reason)


def _part(one: Component, not_counted: str | None, item: str) -> str:
    """Its part: some events that do not count still take a rung of a ladder, or show that a leaf was judged."""
    assert one.events is not None
    if not_counted is None:
        return "counted"
    climbs = not_counted == "same_deed" and bool(one.events.items[item].ladder)
    shows = one.unmeasured is not None and not_counted in ("in_time", "not_due", "same_deed")
    return "beside" if climbs or shows else "aside"


def marks(one: Component, mine: pl.DataFrame) -> pl.DataFrame:
    """The marks that were given to a unit for a component."""
    if mine.is_empty():
        return NONE
    found = texts(mine, MARKS)
    void = pl.col("mark").cast(pl.Decimal(18, 6)).is_in(one.marks.means_nothing if one.marks else [])
    part = pl.when(void).then(pl.lit("aside")).otherwise(pl.lit("counted"))
    says = pl.concat_str(
        pl.col("cycle", "marker"), pl.format("{} 分", _plain("mark")), pl.col("band"), separator=" ", ignore_nulls=True
    )
    reason = pl.when(void).then(pl.lit(VOID))
    kind = pl.concat_str("cycle", "marker", separator="·", ignore_nulls=True)
    return rows_of(found, "marks", part=part, kind=kind, says=says, reason=reason)


def measures(one: Component, mine: pl.DataFrame) -> pl.DataFrame:
    """The measured numbers of a unit for a component."""
    if mine.is_empty() or one.measures is None:
        return NONE
    found = texts(mine, MEASURES)
    below = pl.format(f"{one.measures.denominator or '分母'} {{}}", _plain("denominator"))
    says = pl.concat_str(
        pl.col("cycle"), pl.format(f"{one.measures.numerator} {{}}", _plain("numerator")), below,
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    return rows_of(found, "measures", part=pl.lit("counted"), kind=pl.col("cycle"), says=says)


def _plain(column: str) -> pl.Expr:
    """A decimal without the zeros at its end."""
    return pl.col(column).cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
