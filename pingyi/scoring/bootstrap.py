"""Resampled counts: the votes as they were cast, drawn anew. They say how much hangs on single votes; they forecast
nothing.

Within each cell (component, unit, cycle, group, channel, item, rater) as many votes as were counted are drawn anew in
the shares that were counted (bootstrap). A ballot's marks are drawn unit by unit, so what links the units of one ballot
is not kept; marks given by bodies and events stay as they are.
"""

import duckdb
import numpy as np
import polars as pl

CELL = ["component", "unit", "cycle", "grp", "channel", "item", "rater"]


def resample(connection: duckdb.DuckDBPyConnection, draws: int, seed: int) -> None:
    """Add draws 1 … `draws` to `tally` and `draws`; none where there are no votes. Equal seed and tally give equal
    draws, in any row order.
    """
    counted = connection.table("tally").filter("draw = 0").pl().sort([*CELL, "level"])
    if draws < 1 or not counted.height:
        return
    connection.execute("insert into draws select unnest(range(1, $draws + 1))", {"draws": draws})
    resampled = drawn(counted, draws, seed)  # noqa: F841 - read by name in the next line
    connection.execute("insert into tally by name select * from resampled")


def drawn(counted: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
    """The counted tally drawn anew: one row for each draw, cell and level with a vote; numbered from 1.

    counted: columns CELL, level, votes, sorted by cell and level.
    """
    cells = counted.select(pl.struct(CELL).rle_id()).to_series().to_numpy()
    starts = np.flatnonzero(np.diff(cells, prepend=-1))
    column = np.arange(len(cells)) - starts[cells]
    votes = np.zeros((cells[-1] + 1, column.max() + 1), dtype=np.int64)
    votes[cells, column] = counted["votes"].to_numpy()
    totals = votes.sum(axis=1, keepdims=True)
    again = np.random.default_rng(seed).multinomial(totals[:, 0], votes / totals, size=(draws, len(votes)))
    frames = pl.concat([counted.drop("draw", "votes")] * draws).with_columns(
        pl.Series("draw", np.repeat(np.arange(1, draws + 1), len(cells)).astype(np.int32)),
        pl.Series("votes", again[:, cells, column].reshape(-1)),
    )
    return frames.filter(pl.col("votes") > 0)
