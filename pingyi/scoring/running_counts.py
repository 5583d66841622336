"""Counts of the store that are kept from run to run, so that a day costs what a day costs.

What ratings come to is a sum over persons. Where parts were added since the last count, only their persons are counted
again, with what they gave before in the same unit and cycle: their earlier ratings are taken out of the counts, and put
back together with the new ones. Same statements, same checks; parts of other cycles are not read.

Counts are kept with the user, under a name made of everything that they hang on beside the ratings, and may be deleted
at any time. Where they do not fit (another rule, a batch withdrawn or corrected, a damaged file), all is counted anew.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common.files import PlaceTaken, code_sha256, hash_file, new_folder
from pingyi.facts.store import COUNTS_SUFFIX, connect_parts, stored_paths
from pingyi.scoring import script
from pingyi.scoring.run import Run

COUNTED = {"kept": "votes", "excluded_ratings": "ratings", "received": "ratings", "monthly_votes": "ratings"}
"""Tables each of whose rows tells of one unit, with what they count: what is counted in pieces is added up."""

BOUNDS = {"first": "min", "last": "max"}
"""Columns of them that are not added up, and what becomes of them."""

NOTE = "note.json"
"""Says which parts were counted, and what the tables were when they were written."""

SHARE_OF_ALL = 0.5
"""Where more than that is new, all is counted anew."""


@dataclass(frozen=True)
class Counts:
    """Counts that were kept, by table. parts: the hashes of those that they count."""

    tables: dict[str, pl.DataFrame]
    parts: frozenset[str]


def find_counts(run: Run) -> Counts | None:
    """Counts that were kept and can be gone on with; nothing where all must be counted anew."""
    if not _may_go_on(run):
        return None
    folder = _folder(run)
    try:
        note: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        os.utime(folder)  # it is in use
        found = {name: _file(folder, name).read_bytes() for name in COUNTED}
        whole = all(hashlib.sha256(data).hexdigest() == note["tables"][name] for name, data in found.items())
        counted, left_out = frozenset(note["parts"]), note["left_out"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    parts = _parts(run)
    rows = dict(parts.select("sha256", "rows").iter_rows())
    new = sum(many for digest, many in rows.items() if digest not in counted)
    fits = counted <= rows.keys() and new <= SHARE_OF_ALL * sum(rows.values())
    if not (whole and fits and left_out == _left_out(run, parts, counted)):
        return None
    return Counts({name: pl.read_parquet(BytesIO(data)) for name, data in found.items()}, counted)


def keep_counts(run: Run) -> None:
    """Keep what the tables apart hold for the next run; a disk that is full costs that, and no count."""
    if not _may_go_on(run) or run.wanted:
        return
    folder, parts = _folder(run), _parts(run)
    hashes = parts["sha256"].to_list()
    with suppress(OSError, pl.exceptions.PolarsError, PlaceTaken):  # as well where somebody else keeps the same
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        with new_folder(folder) as written:
            for name in COUNTED:
                run.connection.sql(f"from temp.{name}").pl().write_parquet(_file(written, name))
            tables = {name: hash_file(_file(written, name)) for name in COUNTED}
            note = {"parts": hashes, "left_out": _left_out(run, parts, hashes), "tables": tables}
            (written / NOTE).write_text(json.dumps(note), encoding="utf-8")


def go_on_with(run: Run, counts: Counts) -> Iterator[None]:
    """Fill the tables apart with these counts and what was added since. Yields twice: count what `stored` holds now.

    First it holds what persons of the added ratings gave before, then that and the added ratings. Without added ones
    nothing is counted.
    """
    connection, parts = run.connection, _parts(run)
    added = parts["sha256"].is_in(counts.parts).not_()
    if not added.any():
        _take_over(run, counts)
        return
    with _looking_at_touched(run, parts.filter(added), parts.filter(~added)):
        _show_touched(connection, "not added")
        yield
        for name, number in _wanted_tables(run):
            connection.execute(f"update temp.{name} set {number} = -{number}")
        _take_over(run, counts)
        _show_touched(connection, "true")
        yield
        add_up(run)


def add_up(run: Run) -> None:
    """Add up the rows of one key in the tables apart."""
    for name, number in _wanted_tables(run):
        run.connection.execute(f"create or replace temp table {name} as {_sum_of(run.connection, name, number)}")


def _take_over(run: Run, counts: Counts) -> None:
    for name, _ in _wanted_tables(run):
        taken_over = counts.tables[name]  # noqa: F841 - read by name in the next line
        run.connection.execute(f"insert into temp.{name} by name from taken_over")


# ---------------------------------------------------------------- what was kept


def _may_go_on(run: Run) -> bool:
    """Whether counts of this run can be kept: a place is given, nothing is tried, no rater or form is told apart, and
    all ratings of the parts are known by the day that is looked at.
    """
    if run.running is None or run.tried is not None:
        return False
    apart = "select 1 from plan_ratings where not by_form and (by_rater or component in "
    apart += "(select component from plan_words where kind = 'item'))"
    hidden = "select 1 from rating_parts where last > until"
    return not run.connection.sql(f"{apart} union all {hidden}").fetchall()


def _folder(run: Run) -> Path:
    """Where counts of this setting lie. Raises: AssertionError without a place for them."""
    assert run.running is not None
    (setting,) = run.connection.sql(script.text("store/setting")).fetchall()[0]
    said = f"{setting} {code_sha256('facts/store', 'scoring')} {duckdb.__version__}"
    return run.running / (hashlib.sha256(said.encode()).hexdigest() + COUNTS_SUFFIX)


def _parts(run: Run) -> pl.DataFrame:
    """The parts of the store with where they lie (place), in their order."""
    parts: pl.DataFrame = run.connection.sql("select sha256, rows, first, last from rating_parts").pl()
    return parts.with_columns(place=pl.Series(map(str, stored_paths(run.connection)), dtype=pl.String))


def _left_out(run: Run, parts: pl.DataFrame, counted: Collection[str]) -> str:
    """Which rows of files with parts that were counted do not stand, as a hash."""
    paths = parts.filter(pl.col("sha256").is_in(counted))["place"].to_list()
    gone = run.connection.table("ratings_left_out").pl().select("source", "sheet", "row")
    if gone.is_empty() or not paths:
        return ""
    sources = pl.concat([pl.read_parquet(path, columns=["source"]).unique() for path in paths])["source"].unique()
    own = gone.filter(pl.col("source").is_in(sources.implode())).sort(pl.all())
    return hashlib.sha256(own.write_csv().encode()).hexdigest() if own.height else ""


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _wanted_tables(run: Run) -> Iterator[tuple[str, str]]:
    return ((name, number) for name, number in COUNTED.items() if run.is_wanted(name))


def _sum_of(connection: duckdb.DuckDBPyConnection, name: str, number: str) -> str:
    """The rows of a table apart, those of the same key added up; what comes to nothing is gone."""
    columns = connection.table(f"temp.{name}").columns
    keys = [one for one in columns if one != number and one not in BOUNDS]
    cells = [f"sum({one})::bigint as {one}" if one == number else one for one in columns if one not in BOUNDS]
    cells += [f'{how}("{one}") as "{one}"' for one, how in BOUNDS.items() if one in columns]
    return f"select {', '.join(cells)} from temp.{name} group by {', '.join(keys)} having sum({number}) <> 0"


# ---------------------------------------------------------------- what was added


@contextmanager
def _looking_at_touched(run: Run, added: pl.DataFrame, earlier: pl.DataFrame) -> Iterator[None]:
    """Let statements see the ratings of added parts, and what their persons gave before, instead of the whole store."""
    connection = run.connection
    every = stored_paths(connection)
    until: date | None = connection.sql("select getvariable('known_until')").fetchall()[0][0]
    try:
        connect_parts(connection, list(map(Path, added["place"])), until)
        rows = "select * exclude (file_index, file_row_number), true as added from stored"
        connection.execute(f"create or replace temp table touched as {rows}")
        run.create_share("store/turn_days")
        first, last = connection.sql(script.text("store/reach")).fetchall()[0]
        near = earlier.filter((pl.col("last") >= first) & (pl.col("first") <= last)) if first else earlier.clear()
        if near.height:
            connect_parts(connection, list(map(Path, near["place"])), until)
            connection.execute("insert into touched by name " + script.text("store/earlier"))
        yield
    finally:
        connect_parts(connection, every, until)
        for name in ("turn_days", "touched"):
            connection.execute(f"drop table if exists temp.{name}")


def _show_touched(connection: duckdb.DuckDBPyConnection, which: str) -> None:
    rows = f"select * exclude (added), 0 as file_index, rowid as file_row_number from touched where {which}"
    connection.execute(f"create or replace temp view stored as {rows}")
