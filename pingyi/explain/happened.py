"""A unit's own rows of happenings, marks given and measured numbers: which count, and why the others do not."""

import polars as pl

from pingyi.common import wording
from pingyi.explain.named import NONE, rows_of, texts
from pingyi.explain.tables import Tables
from pingyi.plan import Component

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
    reason = pl.col("event").replace_strict(looked_at, return_dtype=pl.String).replace(wording.NOT_COUNTED)
    says = pl.concat_str(
        pl.col("happened_on").cast(pl.String), kind, pl.format("{} 件", "times"), pl.col("document"),
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    part = pl.col("event").replace_strict(parts, return_dtype=pl.String)
    return rows_of(found, "events", part=part, kind=kind, number=pl.col("times"), says=says, reason=reason)


def _part(one: Component, not_counted: str | None, item: str) -> str:
    """Its part: some events that do not count still veto, or show that a leaf was judged."""
    assert one.events is not None
    if not_counted is None:
        return "counted"
    vetoes = not_counted == "same_deed" and one.events.items[item].veto is not None
    shows = one.unmeasured is not None and not_counted in ("in_time", "not_due", "same_deed")
    return "beside" if vetoes or shows else "aside"


def marks(tables: Tables, one: Component, mine: pl.DataFrame) -> pl.DataFrame:
    """The marks that were given to a unit for a component."""
    if mine.is_empty():
        return NONE
    found = with_reason(tables, "marks", one, texts(mine, MARKS))
    says = pl.concat_str(
        pl.col("cycle", "marker"), pl.format("{} 分", _plain("mark")), pl.col("band"), separator=" ", ignore_nulls=True
    )
    kind = pl.concat_str("cycle", "marker", separator="·", ignore_nulls=True)
    return rows_of(found, "marks", part=PART, kind=kind, says=says, reason=pl.col("reason"))


def measures(tables: Tables, one: Component, mine: pl.DataFrame) -> pl.DataFrame:
    """The measured numbers of a unit for a component."""
    if mine.is_empty() or one.measures is None:
        return NONE
    found = with_reason(tables, "measures", one, texts(mine, MEASURES))
    below = pl.format(f"{one.measures.denominator or '分母'} {{}}", _plain("denominator"))
    says = pl.concat_str(
        pl.col("cycle"), pl.format(f"{one.measures.numerator} {{}}", _plain("numerator")), below,
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    return rows_of(found, "measures", part=PART, kind=pl.col("cycle"), says=says, reason=pl.col("reason"))


PART = pl.when(pl.col("reason").is_null()).then(pl.lit("counted")).otherwise(pl.lit("aside"))


def with_reason(tables: Tables, table: str, one: Component, found: pl.DataFrame) -> pl.DataFrame:
    """The rows of a fact table with `reason`, in words, as the scoring excluded them; null where they count."""
    places = found.select("unit", "source", "sheet", "row").iter_rows()
    told = (tables.excluded.get((table, one.id, unit), {}).get(tuple(place), "") for unit, *place in places)
    reasons = [wording.SET_ASIDE.get(reason) for reason in told]
    return found.with_columns(reason=pl.Series(reasons, dtype=pl.String))


def _plain(column: str) -> pl.Expr:
    """A decimal without the zeros at its end."""
    return pl.col(column).cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
