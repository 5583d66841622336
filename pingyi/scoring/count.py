"""The count of votes: what is counted, what is set aside and why, and counts drawn anew.

Ratings of a store (`pingyi.facts.store`) are counted share after share, each some units with all their ratings, or some
persons of a unit: what is said of a rating hangs on ratings of its unit by its person alone, so the shares together say
what all ratings at once would, and the memory that a count takes does not grow with the store. Ballots, which are
judged as a whole over all units, are never in a store.

Resampled counts are the votes as they were cast, drawn anew. They say how much hangs on single votes; they forecast
nothing. Within each cell (component, unit, cycle, group, channel, item, rater) as many votes as were counted are drawn
anew in the shares that were counted (bootstrap). A ballot's marks are drawn unit by unit, so what links the units of
one ballot is not kept; marks given by bodies and events stay as they are.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import polars as pl

from pingyi.facts.store import check_parts, connect_parts, stored_paths
from pingyi.plan import Plan
from pingyi.scoring import script
from pingyi.scoring.run import Run, define
from pingyi.scoring.running_counts import COUNTED, add_up, find_counts, go_on_with, keep_counts
from pingyi.scoring.spark_connect import Fetch, engine_address, reading_on_engine

SHARE = 4_000_000
"""Ratings that are counted at a time; of a unit that has more of them, those of some persons."""

OF_A_SHARE = "checks/tally/a_rating_gives_way_only_to_another_of_the_same_person"
"""The check that looks at single ratings."""

CELL = ["component", "unit", "cycle", "grp", "channel", "item", "rater"]


def rates_nobody(plan: Plan) -> bool:
    """Whether a plan has nothing for the count: no leaf that is rated, and no sample whose answers are looked at."""
    return not plan.sampling and not any(one.ratings for one in plan.components)


def count_votes(run: Run) -> None:
    """Count the ratings that are loaded and those of the store, and draw counts anew. Raises: PartsDamaged."""
    if rates_nobody(run.plan):
        _count_nothing(run)
        return
    _count_loaded(run)
    _count_store(run)
    for name in ("unmarked", "kept_counts", "tally", "set_aside", "response_rates", "monthly_rates"):
        run.create_table(f"tally/{name}")
    count_people(run)
    _resample_votes(run)


def _count_loaded(run: Run) -> None:
    for name in ("forms", "overpicked"):
        run.create_table(f"tally/{name}")
    run.create_view("tally/screened_ratings")
    run.create_table("tally/replaced")
    for name in ("adjudicated_ratings", "adjudicated_counts"):
        run.create_view(f"tally/{name}")
    for name in COUNTED:
        run.create_table(f"tally/{name}")


def _count_nothing(run: Run) -> None:
    """Leave the tables of the count empty, which spares a fifth of a small review."""
    define(run.connection, script.text("schema/tally"))
    for name in ("screened_ratings", "adjudicated_ratings", "adjudicated_counts"):
        run.create_view(f"tally/{name}")


def count_people(run: Run) -> None:
    """Who was counted by the plan's weights, and which facts were not; the count of votes may be shared with others."""
    run.create_table("tally/respondents")
    run.insert_rows("tally/excluded_facts")


# ---------------------------------------------------------------- the store


def _count_store(run: Run) -> None:
    """Add what the ratings of the store come to. Raises: PartsDamaged, EngineFailed."""
    hashes = [digest for (digest,) in run.connection.table("rating_parts").project("sha256").fetchall()]
    if not hashes:
        return
    check_parts(stored_paths(run.connection), hashes)
    with _apart(run) as apart:
        if address := engine_address():
            with reading_on_engine(apart, address) as fetch:
                _count_shares(apart, fetch)
            return
        counts = find_counts(apart)
        if counts is None:
            _count_shares(apart)
        else:
            for _ in go_on_with(apart, counts):
                _count_shares(apart)
        if counts is None or counts.parts != set(hashes):
            keep_counts(apart)


@contextmanager
def _apart(run: Run) -> Iterator[Run]:
    """The run on a connection of its own, with tables apart for what is counted; at the end they are added to those of
    the result. The stage is one transaction, which keeps in memory whatever is dropped in it: every share would stay.
    """
    with closing(run.connection.cursor()) as connection:
        apart = replace(run, connection=connection, apart=True)
        ((until,),) = run.connection.sql("select getvariable('known_until')").fetchall()
        connect_parts(connection, stored_paths(run.connection), until)
        connection.execute("create temp table ratings as from ratings limit 0")
        with apart.looking_at(later_share=True):
            _count_loaded(apart)
        yield apart
        for name in filter(run.is_wanted, COUNTED):
            counted = connection.sql(f"from temp.{name}").pl()  # noqa: F841 - read by name in the next line
            run.connection.execute(f"insert into {name} by name from counted")


def _count_shares(run: Run, fetch: Fetch | None = None) -> None:
    """Count the ratings that are stored, share after share; a table of their own stands before the others.

    fetch: has them read elsewhere.
    """
    every = list(shares(run.connection.execute(script.text("store/units")).fetchall()))
    for first, last, ratings in every:
        parts = 1 if fetch else -(-ratings // SHARE)
        for part in range(parts):
            some = run.looking_at(later_share=True, person_part=part, person_parts=parts)
            with some, looking_at_share(run, first, last, alike=True, fetch=fetch):
                for name in COUNTED:
                    run.insert_rows(f"tally/{name}")
                if not run.tried and run.answers(OF_A_SHARE):
                    run.ask_check(OF_A_SHARE)
    if not fetch and any(ratings > SHARE for _, _, ratings in every):
        add_up(run)


@contextmanager
def looking_at_share(
    run: Run, first: str, last: str, *, alike: bool = False, fetch: Fetch | None = None
) -> Iterator[None]:
    """Let statements look at the ratings of some units of the store, from the first to the last, instead of others.

    alike: whether those that nothing tells apart stand in one row. fetch: has them read elsewhere.
    """
    with run.looking_at(first_unit=first, last_unit=last, alike=alike):
        try:
            if fetch:
                fetch(first, last)
            else:
                _read_share(run, alike)
            run.create_share("tally/replaced")
            yield
        finally:
            for name in ("turn_days", "repeated_turns", "ratings", "replaced"):
                run.connection.execute(f"drop table if exists temp.{name}")


def _read_share(run: Run, alike: bool) -> None:
    """Fill `ratings`. The store is read past the small tables that it is joined with, as it is written: DuckDB takes
    the first of many files for an average one, and would gather all ratings in memory where that is a small one.
    """
    run.create_share("store/turn_days")
    run.connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    _note_repeated(run, alike)
    run.create_share("store/ratings")
    run.connection.execute("reset disabled_optimizers")


def _note_repeated(run: Run, alike: bool) -> None:
    """Note the turns that stand more than once in the share, whose ratings stand by themselves."""
    turns = run.select_rows("store/turns").fetchnumpy()["turn"] if alike else np.array([], np.uint64)
    turns.sort()
    repeated = pl.DataFrame({"turn": np.unique(turns[1:][turns[1:] == turns[:-1]])})  # noqa: F841 - read by name
    run.connection.execute("create or replace temp table repeated_turns as select turn from repeated")


def shares(ratings: Iterable[tuple[str, int]], most: int = SHARE) -> Iterator[tuple[str, str, int]]:
    """The first and the last unit of each share, and its ratings: no more than that, unless they are of one unit.

    ratings: units in their order, with the ratings of each.
    """
    first, last, many = "", "", 0
    for unit, number in ratings:
        if first and many + number > most:
            yield first, last, many
            first, many = "", 0
        first, last, many = first or unit, unit, many + number
    if first:
        yield first, last, many


# ---------------------------------------------------------------- counts drawn anew


def _resample_votes(run: Run) -> None:
    """Add draws 1 … `draws` to `tally` and `draws`; none where there are no votes. Equal seed and tally give equal
    draws, in any row order.
    """
    counted = run.connection.table("tally").filter("draw = 0").pl().sort([*CELL, "level"])
    if run.draws < 1 or not counted.height:
        return
    run.connection.execute("insert into draws select unnest(range(1, $draws + 1))", {"draws": run.draws})
    resampled = _draw_votes(counted, run.draws, run.seed)  # noqa: F841 - read by name in the next line
    run.connection.execute("insert into tally by name select * from resampled")


def _draw_votes(counted: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
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
