"""Rows of fact tables in one form: where each stands, what part it plays, what it says, and why it does not count."""

from collections.abc import Iterable, Sequence

import polars as pl

from pingyi.common import wording

PLACE = ("source", "sheet", "row")
SCHEMA: dict[str, type[pl.String] | type[pl.Int64]] = {
    **dict.fromkeys(("table", *PLACE, "part", "unit", "kind", "number", "says", "reason"), pl.String),
    **dict.fromkeys(("row", "number"), pl.Int64),
}
"""Columns of `FactRows.behind`. kind: what rows of a sort share (周期·等次). number: the votes or cases it stands for.
"""

NONE = pl.DataFrame(schema=SCHEMA)
NO_TEXT, ONE = pl.lit(None, pl.String), pl.lit(1, pl.Int64)


def name_rows(
    found: pl.DataFrame,
    table: str,
    *,
    part: pl.Expr,
    says: pl.Expr,
    kind: pl.Expr = NO_TEXT,
    number: pl.Expr = ONE,
    reason: pl.Expr = NO_TEXT,
) -> pl.DataFrame:
    """Rows of a fact table in the form of `SCHEMA`."""
    if not found.height:
        return NONE
    cells = {name: pl.col(name) for name in ("unit", *PLACE)} | {"table": pl.lit(table), "part": part, "kind": kind}
    cells |= {"number": number, "says": says, "reason": reason}
    return found.select(cells[name].cast(dtype).alias(name) for name, dtype in SCHEMA.items())


def name_ratings(found: pl.DataFrame, part: pl.Expr) -> pl.DataFrame:
    """Rows of `adjudicated_ratings` in the form of `SCHEMA`."""
    day = pl.col("rated_on").cast(pl.Date).cast(pl.String)
    says = join_columns(day, "level", "grp", "channel", "item")
    reason = pl.col("reason").replace(wording.SET_ASIDE)
    kind = join_columns("cycle", "level", separator="·")
    return name_rows(found, "ratings", part=part, kind=kind, says=says, reason=reason)


def name_once(named: pl.DataFrame) -> pl.DataFrame:
    """Each row of a file once, in the part that is named first."""
    return named.unique(subset=["table", *PLACE], keep="first", maintain_order=True)


def select_columns(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Some columns of facts, words as text; a column that the facts lack is empty."""
    there = [pl.col(name) if name in frame.columns else NO_TEXT.alias(name) for name in columns]
    return frame.select(there).with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))


def join_columns(*columns: pl.Expr | str, separator: str = " ") -> pl.Expr:
    """What some columns say, one after the other; those that say nothing are passed over."""
    return pl.concat_str(list(columns), separator=separator, ignore_nulls=True)


def counted_as(part: str = "counted", reason: pl.Expr | None = None) -> pl.Expr:
    """This part where there is no reason why a row does not count."""
    why = pl.col("reason") if reason is None else reason
    return pl.when(why.is_null()).then(pl.lit(part)).otherwise(pl.lit("aside"))


def plain_number(column: str) -> pl.Expr:
    """A decimal without the zeros at its end."""
    return pl.col(column).cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")


def order_in_plan(column: str, words: Sequence[str]) -> pl.Expr:
    """The place of a word in the order of the plan."""
    places = {word: place for place, word in enumerate(words)}
    return pl.col(column).replace_strict(places, default=None, return_dtype=pl.Int64)
