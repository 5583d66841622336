"""Ratings in two states of the facts, of which a store holds some: how many are the same, and how many changed.

Parts that both states have need no look at their rows, so that a day more costs a day.
"""

from collections.abc import Mapping

import duckdb
import polars as pl

from pingyi.facts.store import LEFT_OUT, LEFT_OUT_SCHEMA, PARTS, PARTS_SCHEMA, look_at, opened, text

Facts = Mapping[str, pl.DataFrame]

SAME = ["sha256", "until"]
"""What parts with the same ratings have in common."""

SIDES = ("before", "after")

SAME_ROW = "stored.source = other.source and stored.sheet is not distinct from other.sheet and stored.row = other.row"


def compare_ratings(before: Facts, after: Facts) -> tuple[int, int, int, int]:
    """Ratings before and after; how many are the same, wherever they stand; how many others have the same key.

    Raises: duckdb.Error where a part cannot be read.
    """
    states = dict(zip(SIDES, (before, after), strict=True))
    parts = {side: state.get(PARTS, pl.DataFrame(schema=PARTS_SCHEMA)) for side, state in states.items()}
    gone = {side: state.get(LEFT_OUT, pl.DataFrame(schema=LEFT_OUT_SCHEMA)) for side, state in states.items()}
    shared = parts["before"].join(parts["after"], on=SAME, how="semi", nulls_equal=True)
    with opened({}) as connection:
        connection.execute(
            "create temp table sides (key ubigint, row ubigint, before bigint default 0, after bigint default 0)"
        )
        for side, other in zip(SIDES, SIDES[::-1], strict=True):
            own = parts[side].join(shared, on=SAME, how="anti", nulls_equal=True)
            if look_at(connection, own, gone[side]):
                _note_rows(connection, side)
            # of what both have, rows that the other state alone leaves out
            left = gone[other].join(gone[side], on=[*LEFT_OUT_SCHEMA], how="anti", nulls_equal=True)
            if left.height and look_at(connection, shared, gone[side]):
                connection.register("left_by_other", left)
                _note_rows(connection, side, f"semi join left_by_other as other on {SAME_ROW}")
            if states[side].get("ratings", pl.DataFrame()).height:
                connection.register("incoming", states[side]["ratings"])
                connection.execute("create or replace temp view stored as " + text("in_memory"))
                _note_rows(connection, side)
        both = 0
        if look_at(connection, shared, pl.concat(gone.values())):
            ((both,),) = connection.sql("select count(*) from stored").fetchall()
        ((one, two),) = connection.sql("select coalesce(sum(before), 0), coalesce(sum(after), 0) from sides").fetchall()
        ((same, changed),) = connection.sql(text("differing_rows")).fetchall()
    return both + one, both + two, both + same, changed


def _note_rows(connection: duckdb.DuckDBPyConnection, side: str, which: str = "") -> None:
    """Put down the ratings of `stored` for a side. which: a join that leaves some of them."""
    connection.execute(f"insert into sides (key, row, {side}) {text('sides')} {which}")
