"""What can be said only of all ratings together, asked of the parts of a store: the same questions as are asked of rows
in memory (`fact_tables`, `table_checks`), with the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common.database import connect_in_memory
from pingyi.facts import store
from pingyi.facts.intake.fact_tables import (
    MANY,
    RUN,
    SHARED,
    Added,
    FactTable,
    note_common_rows,
    note_same_bytes,
    note_same_rows,
    settle_repeated_keys,
)
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW, SHEET
from pingyi.facts.intake.table_checks import LOST
from pingyi.facts.ledger import Entry

REST = "rest.parts"
"""The folder for the part with the rows of files that were read at once."""

MEMORY = "2GB"
"""What a question may take; beyond it DuckDB works on the disk."""


@dataclass
class StoredRatings:
    """The ratings of a store, and which rows of it do not stand.

    folder: in which DuckDB may work, and the rest lies. rest: a part with the rows of files that were read at once.
    """

    whole: FactTable
    folder: Path
    rest: list[dict[str, Any]] = field(default_factory=list)
    left_out: set[tuple[str, str | None, int]] = field(default_factory=set)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Every part, in the order of the files."""
        return [*(one for part in self.whole.parts for one in part.stored), *self.rest]

    def tables(self) -> dict[str, pl.DataFrame]:
        """What the facts hold of the store: its parts, and the rows that do not stand."""
        rows = [{**{name: one[name] for name in store.PARTS_SCHEMA}, **_days(one)} for one in self.parts]
        gone = sorted(self.left_out, key=lambda one: (one[0], one[1] or "", one[2]))
        return {
            store.PARTS: pl.DataFrame(rows, schema=store.PARTS_SCHEMA),
            store.LEFT_OUT: pl.DataFrame(gone, schema=store.LEFT_OUT_SCHEMA, orient="row"),
        }

    def put_rest(self, ballots: Sequence[str]) -> None:
        """Put the rows in memory that are no ballots into a part of their own: they may be of the same persons."""
        judged = pl.col("method").cast(pl.String).is_in(list(ballots))
        rest = self.whole.frame.filter(~judged)
        self.whole.frame = self.whole.frame.filter(judged)
        if rest.is_empty():
            return
        places = pl.DataFrame(
            [(nth, part.log.file, part.log.sheet) for nth, part in enumerate(self.whole.parts)],
            schema={SHEET: pl.UInt32, "source": pl.String, "sheet": pl.String},
            orient="row",
        )
        folder = self.folder / REST
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with connected() as connection:
            block = rest.join(places, on=SHEET, how="left")
            name = f"{block.hash_rows().sort().implode().hash()[0]:016x}{store.SUFFIX}"
            part = store.write_part(connection, block, folder / name)
        self.rest = [{**part, "zeros": "", "forms": block["form"].null_count() < block.height}]

    # ------------------------------------------------------------ questions

    def note_repeated_batches(self, added: Added) -> None:
        """Note files with the same bytes, and sheets with the same rows, as another one, where rows have no number."""
        parts = self.whole.parts
        streamed = [nth for nth, part in enumerate(parts) if part.stored]
        again = note_same_bytes(parts, streamed)
        with self._opened() as connection:
            sheets = self._sheets(without=again)
            if not sheets["meets"].any():
                return
            connection.register("sheets", sheets)
            connection.execute("create temp table hashes as " + store.text("hashes"))
            pairs = connection.execute(store.text("same_rows"), {"least": MANY}).fetchall()
            noted = note_same_rows(parts, pairs, added)
            connection.execute("delete from hashes where list_contains(?, sheet)", [sorted(noted)])
            common = [
                (one, other, many + run - 1)
                for run in (1, RUN)
                for one, other, many in connection.execute(
                    store.text("common_rows"), {"least": MANY, "share": SHARED, "run": run}
                ).fetchall()
            ]
            note_common_rows(parts, common, added)

    def note_uneven_zeros(self) -> None:
        """Note every id that stands elsewhere with more zeros before it."""
        files = [one["zeros"] for one in self.parts if one["zeros"]]
        if not files:
            return
        with self._opened() as connection:
            connection.register("zeros", pl.concat(map(pl.read_parquet, files)).unique())
            for name, written, found, source, sheet, row in connection.execute(store.text("uneven_zeros")).fetchall():
                self._log(source, sheet).note_cell(row, name, found, LOST.format(written))

    def settle_repeated_keys(self, setting: Setting) -> None:
        """Leave out rows that repeat an earlier one; note rows with the key of an earlier one and other content."""
        if not any(one["forms"] for one in self.parts):
            return
        with self._opened() as connection:
            found: pl.DataFrame = connection.sql(store.text("repeated_keys")).pl()
        if found.is_empty():
            return
        nth = {(part.log.file, part.log.sheet): at for at, part in enumerate(self.whole.parts)}
        places = [nth[source, sheet] for source, sheet in found.select("source", "sheet").iter_rows()]
        frame = found.with_columns(pl.Series(SHEET, places, dtype=pl.UInt32)).cast({ROW: pl.UInt32})
        frame = frame.sort(SHEET, ROW)
        again = FactTable(self.whole.table, self.whole.parts, frame.select(*self.whole.table.names, ROW, SHEET))
        settle_repeated_keys(again, setting)
        gone = frame.join(again.frame.select(SHEET, ROW), on=[SHEET, ROW], how="anti")
        self.left_out |= set(gone.select("source", "sheet", ROW).iter_rows())

    def records(self) -> pl.DataFrame:
        """How many ratings there are of each kind and day, as `count_records` counts rows in memory."""
        with self._opened() as connection:
            found: pl.DataFrame = connection.sql(store.text("records")).pl()
        return found

    def rows_meant(self, entries: Sequence[Entry]) -> dict[str, list[int]]:
        """The rows that entries of the ledger may speak of, by file: those that have what they say of the key."""
        found: dict[str, set[int]] = {}
        with self._opened() as connection:
            for entry in entries:
                said = {name: _as_stored(name, text) for name, text in entry.draft.record.items() if text}
                known = {name: value for name, value in said.items() if value is not None}
                asked = " and ".join(f'"{name}" = ?' for name in known) or "true"
                rows = connection.execute(f"select source, row from stored where {asked}", list(known.values()))
                for source, row in rows.fetchall():
                    found.setdefault(source, set()).add(row)
        return {source: sorted(rows) for source, rows in found.items()}

    # ------------------------------------------------------------ what they are asked of

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with connected() as connection:
            connection.execute(f"set memory_limit = '{MEMORY}'")
            connection.execute("set temp_directory = ?", [str(self.folder / "spill")])
            connection.register(store.LEFT_OUT, self.tables()[store.LEFT_OUT])
            store.connect_parts(connection, [Path(one["path"]) for one in self.parts])
            yield connection

    def _sheets(self, without: Sequence[int]) -> pl.DataFrame:
        """The sheets that parts were made of. meets: whether the days of another one meet its own."""
        days: dict[int, list[Any]] = {}
        for nth, part in enumerate(self.whole.parts):
            if part.stored and nth not in without:
                days[nth] = [min(one["first"] for one in part.stored), max(one["last"] for one in part.stored)]
        of_rest = [nth for nth, part in enumerate(self.whole.parts) if not part.stored and self.rest]
        days |= {nth: [self.rest[0]["first"], self.rest[0]["last"]] for nth in of_rest}
        rows = [
            (nth, part.log.file, part.log.sheet, nth in days and _meets(nth, days))
            for nth, part in enumerate(self.whole.parts)
        ]
        schema = {"nth": pl.Int64, "source": pl.String, "sheet": pl.String, "meets": pl.Boolean}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _log(self, source: str, sheet: str | None) -> Any:
        return next(one.log for one in self.whole.parts if (one.log.file, one.log.sheet) == (source, sheet))


def _meets(nth: int, days: Mapping[int, Sequence[Any]]) -> bool:
    first, last = map(str, days[nth])
    return any(other != nth and str(span[0]) <= last and first <= str(span[1]) for other, span in days.items())


def _days(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(str(part[name])).date() for name in ("first", "last")}


def _as_stored(name: str, text: str) -> Any:
    """A value of the ledger as parts hold it; nothing where that is not certain."""
    return text if name in ("form", "method", "unit", "level", "group", "channel", "item", "batch") else None


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for some questions."""
    connection = connect_in_memory()
    try:
        yield connection
    finally:
        connection.close()
