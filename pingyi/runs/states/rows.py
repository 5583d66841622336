"""How the rows of two states differ, table by table: what stayed, came, went, and what another value was put in.

Rows are the same where all their values are, wherever they stand now: a batch that was cut in two changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pingyi.common.codebook import Table, codebook

PLACE = ("source", "sheet", "row")
"""Columns that say where a row stands."""

BEFORE, AFTER, SPARE, ROW = "\0before", "\0after", "\0spare", "\0row"


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
    """Whole rows first, by a hash: millions stay the same. What is left of both is told apart by key."""
    columns = list(dict.fromkeys((*one.columns, *other.columns)))
    key = [name for name in table.key if name in columns] or columns
    one, other = _alike(one, other, columns), _alike(other, one, columns)
    hashes = pl.concat([_counts(one.hash_rows(), BEFORE), _counts(other.hash_rows(), AFTER)], how="diagonal")
    counted = hashes.group_by(ROW).agg(pl.col(BEFORE, AFTER).sum())
    same = _both(counted)
    apart = counted.filter(pl.col(BEFORE) != pl.col(AFTER))
    left = [_left(frame, apart, side).select(*key, SPARE) for frame, side in ((one, BEFORE), (other, AFTER))]
    sides = [
        frame.group_by(key).agg(pl.col(SPARE).sum().alias(side))
        for frame, side in zip(left, (BEFORE, AFTER), strict=True)
    ]
    changed = _both(pl.concat(sides, how="diagonal").group_by(key).agg(pl.col(BEFORE, AFTER).sum()))
    return Rows(table, one.height, other.height, same, changed)


def _counts(hashes: pl.Series, side: str) -> pl.DataFrame:
    return hashes.alias(ROW).value_counts(name=side).cast({side: pl.Int64})


def _left(frame: pl.DataFrame, apart: pl.DataFrame, side: str) -> pl.DataFrame:
    """One row for each kind of rows that one side has more of, with how many more."""
    more = apart.select(ROW, (pl.col(side) - pl.min_horizontal(BEFORE, AFTER)).alias(SPARE)).filter(pl.col(SPARE) > 0)
    hashed = frame.with_columns(frame.hash_rows().alias(ROW)).join(more, on=ROW)
    return hashed.unique(ROW)


def _both(counted: pl.DataFrame) -> int:
    return int(counted.select(pl.min_horizontal(BEFORE, AFTER).sum()).item() or 0)


def _alike(frame: pl.DataFrame, other: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """These columns, as texts where the other frame holds them otherwise; one that the frame has not is empty."""
    return frame.select(_column(frame, other, name).alias(name) for name in columns)


def _column(frame: pl.DataFrame, other: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.repeat(None, frame.height, dtype=pl.String)
    kind = frame[name].dtype
    if isinstance(kind, pl.List):
        return pl.col(name).cast(pl.List(pl.String)).list.join("、")
    alike = name in other.columns and other[name].dtype == kind and not isinstance(kind, pl.Categorical)
    return pl.col(name) if alike else pl.col(name).cast(pl.String)
