"""What can be said only of all ratings together, asked of the parts of a store: the same questions as are asked of rows
in memory (`fact_tables`, `table_checks`), with the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common.codebook import Column
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
from pingyi.facts.intake.streaming import leading_zeros
from pingyi.facts.intake.table_checks import LOST
from pingyi.facts.ledger import Entry

REST = "rest.parts"
"""The folder for the part with the rows of files that were read at once."""

ZEROS = ".zeros.parquet"
"""The end of the name of a file with its ids that begin with zeros."""


@dataclass
class StoredRatings:
    """The ratings of a store, and which rows of it do not stand.

    folder: in which DuckDB may work, and the rest lies. rest: the rows of files that were read at once, and a part with
    them. left_out: file, sheet and row.
    """

    whole: FactTable
    folder: Path
    rest: pl.DataFrame = field(default_factory=pl.DataFrame)
    rest_parts: list[dict[str, Any]] = field(default_factory=list)
    left_out: set[tuple[str, str | None, int]] = field(default_factory=set)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Every part, in the order of the files."""
        return [*self._streamed, *self.rest_parts]

    @property
    def streamed_files(self) -> set[str]:
        """The files that were read block by block."""
        return {part.log.file for part in self.whole.parts if part.stored}

    @property
    def _streamed(self) -> list[dict[str, Any]]:
        """The parts that files became block by block."""
        return [one for part in self.whole.parts for one in part.stored]

    def tables(self) -> dict[str, pl.DataFrame]:
        """What the facts hold of the store: its parts, and the rows that do not stand."""
        return self._tables_of(self.parts)

    def _tables_of(self, parts: Sequence[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
        rows = [{**{name: one[name] for name in store.PARTS_SCHEMA}, **_days(one)} for one in parts]
        gone = sorted(self.left_out, key=lambda one: (one[0], one[1] or "", one[2]))
        return {
            store.PARTS: pl.DataFrame(rows, schema=store.PARTS_SCHEMA),
            store.LEFT_OUT: pl.DataFrame(gone, schema=store.LEFT_OUT_SCHEMA, orient="row"),
        }

    def put_rest(self, ballots: Sequence[str]) -> None:
        """Put the rows in memory that are no ballots into a part of their own: they may be of the same persons."""
        judged = pl.col("method").cast(pl.String).is_in(list(ballots))
        self.rest = self.whole.frame.filter(~judged)
        self.whole.frame = self.whole.frame.filter(judged)
        self.rest_parts = []
        if self.rest.is_empty():
            return
        block, folder = self._with_places(self.rest).drop(SHEET), self.folder / REST
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{block.hash_rows().sort().implode().hash()[0]:016x}"
        path, zeros = folder / f"{name}{store.SUFFIX}", leading_zeros(self.rest, self.whole.table)
        with closing(connect_in_memory()) as connection:
            part = store.write_part(connection, block, path)
        if zeros.height:
            zeros.write_parquet(path.with_suffix(ZEROS))
        forms = block["form"].null_count() < block.height
        self.rest_parts = [{**part, "zeros": str(path.with_suffix(ZEROS)) if zeros.height else "", "forms": forms}]

    def _with_places(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the file and the sheet that they stand in."""
        places = [(nth, part.log.file, part.log.sheet) for nth, part in enumerate(self.whole.parts)]
        schema = {SHEET: pl.UInt32, "source": pl.String, "sheet": pl.String}
        return rows.join(pl.DataFrame(places, schema=schema, orient="row"), on=SHEET, how="left", maintain_order="left")

    # ------------------------------------------------------------ the ledger

    def rows_meant(self, entries: Sequence[Entry]) -> dict[str, list[int]]:
        """The rows of files read block by block that entries of the ledger may speak of, by file."""
        return self.rows_like([entry.draft.record for entry in entries])

    def rows_like(self, records: Sequence[Mapping[str, str]], most: int | None = None) -> dict[str, list[int]]:
        """The rows of files read block by block that have what one of the records says, by file; at most so many."""
        found: dict[str, set[int]] = {}
        with self._opened(self._streamed) as connection:
            for asked in self._asked(connection, records):
                rows = connection.sql(f"select source, row {asked}")
                for source, row in (rows.limit(most) if most else rows).fetchall():
                    found.setdefault(source, set()).add(row)
        return {source: sorted(rows) for source, rows in found.items()}

    def count_like(self, record: Mapping[str, str]) -> int:
        """How many ratings have what a record says."""
        with self._opened() as connection:
            counts = [
                connection.sql(f"select count(*) {asked}").fetchall() for asked in self._asked(connection, [record])
            ]
        return sum(many for ((many,),) in counts)

    def _asked(self, connection: duckdb.DuckDBPyConnection, records: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """Where to look for what records say, for those together that name the same columns."""
        alike: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
        for record in records:
            if record.keys() <= set(self.whole.table.names):
                alike.setdefault(tuple(sorted(record)), []).append(record)
        for names, said in alike.items():
            same = [_is_as_said(self.whole.table.column(name)) for name in names]
            connection.register("meant", pl.DataFrame(list(map(dict, said)), schema=dict.fromkeys(names, pl.String)))
            yield f"from stored semi join meant on {' and '.join(same) or 'true'}"

    def leave_out(self, rows: pl.DataFrame) -> None:
        """Let these rows (SHEET, ROW) not stand."""
        self.left_out |= set(self._with_places(rows.select(SHEET, ROW)).select("source", "sheet", ROW).iter_rows())

    def standing(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Those of these rows that were not left out."""
        gone = self.tables()[store.LEFT_OUT].cast({ROW: pl.UInt32})
        placed = self._with_places(rows)
        rest = placed.join(gone, on=["source", "sheet", ROW], how="anti", nulls_equal=True, maintain_order="left")
        return rest.drop("source", "sheet")

    # ------------------------------------------------------------ questions

    def note_repeated_batches(self, added: Added) -> None:
        """Note files with the same bytes, and sheets with the same rows, as another one, where rows have no number."""
        parts = self.whole.parts
        unkeyed = [nth for nth, part in enumerate(parts) if any(one["unkeyed"] for one in part.stored)]
        if not self.rest.is_empty():
            unkeyed += self.rest.filter(pl.col("form").is_null())[SHEET].unique().to_list()
        again = note_same_bytes(parts, unkeyed)
        sheets = self._sheets(without=again)
        met = set(sheets.filter("meets")["nth"])
        if not met:
            return
        close = [one for nth, part in enumerate(parts) if nth in met for one in part.stored]
        with self._opened([*close, *self.rest_parts]) as connection:
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

    def settle_repeated_keys(self, setting: Setting, of: str | None = None) -> None:
        """Leave out rows that repeat an earlier one; note rows with the key of an earlier one and other content.

        of: only rows with the key of one of this source.
        """
        if not any(one["forms"] for one in self.parts):
            return
        with self._opened() as connection:
            found: pl.DataFrame = connection.sql(store.text("repeated_keys"), params={"of": of}).pl()
        if found.is_empty():
            return
        nth = {(part.log.file, part.log.sheet): at for at, part in enumerate(self.whole.parts)}
        places = [nth[source, sheet] for source, sheet in found.select("source", "sheet").iter_rows()]
        frame = found.with_columns(pl.Series(SHEET, places, dtype=pl.UInt32)).cast({ROW: pl.UInt32})
        frame = frame.sort(SHEET, ROW)
        again = FactTable(self.whole.table, self.whole.parts, frame.select(*self.whole.table.names, ROW, SHEET))
        settle_repeated_keys(again, setting)
        self.leave_out(frame.join(again.frame.select(SHEET, ROW), on=[SHEET, ROW], how="anti"))

    def records(self) -> pl.DataFrame:
        """How many ratings there are of each kind and day, as `count_records` counts rows in memory."""
        with self._opened() as connection:
            found: pl.DataFrame = connection.sql(store.text("records")).pl()
        return found

    # ------------------------------------------------------------ what they are asked of

    def _opened(self, parts: Sequence[dict[str, Any]] = ()) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection that sees these parts, or all."""
        return store.opened(self._tables_of(parts or self.parts), self.folder / "spill")

    def _sheets(self, without: Sequence[int]) -> pl.DataFrame:
        """The sheets that parts were made of. meets: whether the days of another one meet its own."""
        days: dict[int, list[Any]] = {}
        for nth, part in enumerate(self.whole.parts):
            if part.stored and nth not in without:
                days[nth] = [min(one["first"] for one in part.stored), max(one["last"] for one in part.stored)]
        for rest in self.rest_parts:
            of_rest = [nth for nth, part in enumerate(self.whole.parts) if not part.stored and nth not in without]
            days |= {nth: [rest["first"], rest["last"]] for nth in of_rest}
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


def _is_as_said(column: Column) -> str:
    """Whether a rating of the store has what `meant` says of a column, as the ledger writes it (`rows_as_text`)."""
    said = f"nullif(meant.\"{column.name}\", '')"
    if column.name == "respondent":
        return (
            f"stored.respondent_high is not distinct from md5_number_lower({said})"
            f" and stored.respondent_low is not distinct from md5_number_upper({said})"
        )
    if column.name in store.NUMBERED:
        said = f"md5({said})"
    if column.kind == "moment":
        said = f"try_cast({said} as timestamp)"
    if column.kind == "yes_no":
        said = f"case {said} when '是' then true when '否' then false end"
    return f'stored."{column.name}" is not distinct from {said}'
