"""This year's final lists as next year's facts: rows of the table `history`."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.database import connect
from pingyi.common.faults import PingyiError
from pingyi.common.files import replacing, safe
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.intake.folder import READ
from pingyi.scoring import script
from pingyi.scoring.review import Review

TABLE = "history"
FOLLOWED = "earlier_entries"
"""The table that runs of older versions lack: their entries stay under the codes that they came with."""


class NothingToCarry(PingyiError):
    """There is no finished run whose lists could be carried over."""


class InTheWay(PingyiError):
    """A file stands where another must go; nothing was written."""


def carried(review: Review, *, earlier: bool = False) -> pl.DataFrame:
    """The final lists as rows of `history`: its columns, sorted.

    earlier: with the earlier years that the review knows, which a rule of next year may look back at too: under the
    codes of this year, with what the unit was when it was listed.
    """
    return _carried(review.run.connection, earlier)


def _carried(connection: duckdb.DuckDBPyConnection, earlier: bool) -> pl.DataFrame:
    known = {name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()}
    year = connection.table("plan_campaign").pl()["year"][0]
    how = "carried_entries" if FOLLOWED in known else "carried_as_listed"
    rows: pl.DataFrame = connection.sql(script.text(f"roster/{how}")).pl()
    return rows if earlier else rows.filter(pl.col("year") == year)


def write_history(source: Review | Path, folder: Path) -> Path:
    """Write the lists of a review, or of the folder of a finished run, into next year's folder of facts; the file.

    It holds the earlier years too, and goes into `history/`, beside what is there already: a file that holds the table
    alone so far is moved in there as it is. Intake counts a row that two files have once, so nothing changes by doing
    this twice. Raises: NothingToCarry, InTheWay.
    """
    if isinstance(source, Review):
        return _write(source.run.connection, folder)
    connection = _opened(source)
    try:
        return _write(connection, folder)
    finally:
        connection.close()


def undecided(run: Path) -> list[str]:
    """The final lists of a finished run that nobody has decided, by title. Raises: NothingToCarry."""
    connection = _opened(run)
    try:
        states = connection.table("list_states").filter("state = 'proposed'")
        rows = connection.table("plan_lists").filter("not shortlist").join(states, "list").order("position")
        return [str(name) for (name,) in rows.project("name").fetchall()]
    finally:
        connection.close()


def _opened(run: Path) -> duckdb.DuckDBPyConnection:
    """The database of a finished run. Raises: NothingToCarry."""
    databases = sorted(run.glob("*.duckdb"))
    if not databases:
        raise NothingToCarry(f"{run.as_posix()} 不是一次完成的运行，没有可以结转的名单。")
    return connect(databases[0], read_only=True)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    rows = _carried(connection, earlier=True)
    campaign = connection.table("plan_campaign").pl()["campaign"][0]
    heads = {column.name: column.head for column in codebook().facts[TABLE].columns}
    home = _home(folder)
    path = home / f"{safe(campaign)}.csv"
    with replacing(path) as fresh:
        write_csv(rows.rename(heads), fresh)
    return path


def _home(folder: Path) -> Path:
    """The table's folder, made where there is none, with every file of the table in it."""
    entries = list(_entries(folder))
    homes = [entry for entry in entries if entry.is_dir()] or [folder / TABLE]
    files = [entry for entry in entries if entry.is_file() and entry.suffix.lower() in READ]
    for file in files:
        if (homes[0] / file.name).exists():
            other = (homes[0] / file.name).as_posix()
            raise InTheWay(f"{file.as_posix()} 和 {other} 同名，请先合并；没有写入任何文件。")
    homes[0].mkdir(parents=True, exist_ok=True)
    for file in files:
        file.rename(homes[0] / file.name)
    return homes[0]


def _entries(folder: Path) -> Iterator[Path]:
    """What a folder of facts holds of the table."""
    known = codebook().facts[TABLE]
    for entry in sorted(folder.glob("*")):
        if (entry.name if entry.is_dir() else entry.stem).strip().casefold() in (known.name, known.title):
            yield entry
