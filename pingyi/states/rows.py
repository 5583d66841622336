"""How the rows of two states differ, table by table: what stayed, came, went, and what another value was put in.

Rows are the same where all their values are, wherever they stand now: a batch that was cut in two changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pingyi.codebook import Table, codebook

PLACE = ("source", "sheet", "row")
"""Columns that say where a row stands."""

BEFORE, AFTER, ROW = "\0before", "\0after", "\0row"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in two states, in rows. before = same + changed + gone, after = same + changed + new."""

    table: Table
    before: int
    after: int
    same: int
    changed: int

    @property
    def gone(self) -> int:
        """Rows whose key nothing has any more."""
        return self.before - self.same - self.changed

    @property
    def new(self) -> int:
        """Rows whose key nothing had."""
        return self.after - self.same - self.changed

    @property
    def moved(self) -> bool:
        """Whether anything differs."""
        return self.same < max(self.before, self.after)


def rows_compared(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> Iterator[Rows]:
    """Every table of facts that any of the two has rows of."""
    for name, table in codebook().facts.items():
        one, other = (_rows(tables.get(name)) for tables in (before, after))
        if one.height or other.height:
            yield _compared(table, one, other)


def _rows(frame: pl.DataFrame | None) -> pl.DataFrame:
    return pl.DataFrame() if frame is None else frame.drop(PLACE, strict=False)


def _compared(table: Table, one: pl.DataFrame, other: pl.DataFrame) -> Rows:
    """Both counted together, row by row, and what is left of each by key."""
    columns = list(dict.fromkeys((*one.columns, *other.columns)))
    key = [name for name in table.key if name in columns] or columns
    both = pl.concat(
        _texts(frame, columns).select(
            *key,
            pl.struct(columns).hash().alias(ROW),  # of texts alone: enums and their places differ between plans
            pl.lit(int(frame is one), pl.Int64).alias(BEFORE),
            pl.lit(int(frame is other), pl.Int64).alias(AFTER),
        )
        for frame in (one, other)
    )
    counted = both.group_by(*key, ROW).agg(pl.col(BEFORE, AFTER).sum())
    same = _both(counted)
    left = counted.with_columns(pl.col(BEFORE, AFTER) - pl.min_horizontal(BEFORE, AFTER))
    changed = _both(left.group_by(key).agg(pl.col(BEFORE, AFTER).sum()))
    return Rows(table, one.height, other.height, same, changed)


def _both(counted: pl.DataFrame) -> int:
    return int(counted.select(pl.min_horizontal(BEFORE, AFTER).sum()).item() or 0)


def _texts(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """These columns as texts; one that the frame has not is empty."""
    return frame.select(_text(frame, name).alias(name) for name in columns)


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.repeat(None, frame.height, dtype=pl.String)
    if isinstance(frame[name].dtype, pl.List):
        return pl.col(name).cast(pl.List(pl.String)).list.join("、")
    return pl.col(name).cast(pl.String)
