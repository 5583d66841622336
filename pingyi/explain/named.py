"""Rows of facts as an explanation names them: where they stand, what part they play, what they say."""

from collections.abc import Iterable

import polars as pl

PARTS = {
    "counted": "计入",
    "beside": "本身不计分，但照样否决、算作选过，或说明已经评过",
    "form": "同一张选票，决定选票是否有效、没有选的怎样计",
    "others": "其他单位，用来取平均或比较",
    "roster": "名录",
    "aside": "不计",
}
"""What part a row plays. Only `aside` may be thrown away without changing the marks."""

SCHEMA = {
    "table": pl.String,
    "source": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "part": pl.String,
    "unit": pl.String,
    "kind": pl.String,
    "number": pl.Int64,
    "says": pl.String,
    "reason": pl.String,
}
"""Columns of `Rows.behind`. kind: what rows of a sort share (周期·等次). number: the votes or cases it stands for."""

NONE = pl.DataFrame(schema=SCHEMA)


def texts(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Some columns of facts, words as text; a column that the facts lack is empty."""
    there = [pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in columns]
    plain = frame.select(there)
    return plain.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))


def rows_of(
    found: pl.DataFrame,
    table: str,
    *,
    part: pl.Expr,
    says: pl.Expr,
    kind: pl.Expr | None = None,
    number: pl.Expr | None = None,
    reason: pl.Expr | None = None,
) -> pl.DataFrame:
    """Rows of a fact table in the form of `SCHEMA`."""
    if not found.height:
        return NONE
    nothing = pl.lit(None, pl.String)
    return found.select(
        table=pl.lit(table),
        source=pl.col("source").cast(pl.String),
        sheet=pl.col("sheet").cast(pl.String),
        row=pl.col("row").cast(pl.Int64),
        part=part,
        unit=pl.col("unit").cast(pl.String),
        kind=nothing if kind is None else kind.cast(pl.String),
        number=pl.lit(1, pl.Int64) if number is None else number.cast(pl.Int64),
        says=says,
        reason=nothing if reason is None else reason,
    )
