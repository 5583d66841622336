"""Typed rows → the plain text that intake reads back as the same values: how the ledger names rows and values."""

import polars as pl

from pingyi.common.codebook import Column, Table

POINTS = "points"
"""Of events: some are only understood with a sign (`pingyi.facts.intake.event_rules`)."""


def written(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The columns of the table as text; what is empty stays null."""
    return frame.select(_text(column, frame.schema[column.name]).alias(column.name) for column in table.columns)


def _text(column: Column, kind: pl.DataType) -> pl.Expr:
    cell = pl.col(column.name)
    if column.kind == "moment":
        return _moment(cell)
    if column.kind == "decimal":
        return _decimal(cell, signed=column.name == POINTS)
    if column.kind == "yes_no":
        return pl.when(cell).then(pl.lit("是")).when(~cell).then(pl.lit("否"))
    if isinstance(kind, pl.List):
        return cell.list.join("+")
    return cell.cast(pl.String)


def _moment(cell: pl.Expr) -> pl.Expr:
    """A day alone where the moment is its midnight."""
    day = cell.dt.strftime("%Y-%m-%d")
    return pl.when(cell.dt.truncate("1d") == cell).then(day).otherwise(cell.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))


def _decimal(cell: pl.Expr, *, signed: bool) -> pl.Expr:
    """Without zeros at the end. signed: a gain bears its plus."""
    text = cell.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    gain = pl.lit("+" if signed else "") + text
    return pl.when(cell > 0).then(gain).when(cell == 0).then(pl.lit("0")).otherwise(text)
