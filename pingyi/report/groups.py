"""Rows whose places are places within a group: 1 2 3, and again 1 2."""

import polars as pl


def grouped(rows: pl.DataFrame) -> bool:
    """Whether groups have places of their own. rows: place, group."""
    return rows.filter(pl.col("place") == 1)["group"].fill_null("").n_unique() > 1


def in_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by place; where groups have places of their own, group by group, the largest first."""
    size = [-pl.len().over("group").cast(pl.Int64), pl.col("group")] if grouped(rows) else []
    return rows.sort(*size, "place", "unit")
