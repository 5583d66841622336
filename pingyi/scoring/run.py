"""A review at work: its database and plan, and how the SQL files fill its tables."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.scoring import script
from pingyi.scoring.reads import is_answered, needed_tables

SHOWN = 5
"""Rows shown of a check that fails."""


@dataclass(frozen=True)
class Run:
    """What a stage works on: the database, the plan, and how often counts are drawn anew from which seed.

    tried: in a trial, the texts that stand in for those of the package, by name; None where nothing is tried. wanted:
    the tables that are asked for, where not all are: only they and what they hang on are filled. running: where counts
    of the store are kept from run to run; without it all is counted anew. apart: tables and views are of this
    connection alone, and stand before those of the database. seconds: what each statement has taken.
    """

    connection: duckdb.DuckDBPyConnection
    plan: Plan
    draws: int = 0
    seed: int = 0
    tried: Mapping[str, str] | None = None
    wanted: frozenset[str] = frozenset()
    running: Path | None = None
    apart: bool = False
    seconds: dict[str, float] = field(default_factory=dict, compare=False)

    def create_table(self, name: str) -> None:
        """Fill the table that a file names, replacing what it held."""
        self._fill(f"create or replace {self._kind}table {script.table_of(name)} as ", name)

    def create_share(self, name: str, table: str = "") -> None:
        """Fill a table that stands before the one of that name, or of the file's, until it is dropped."""
        self._execute(f"create or replace temp table {table or script.table_of(name)} as ", name)

    def create_view(self, name: str) -> None:
        """Give what a file selects its name, to be looked up whenever it is asked for."""
        self._fill(f"create or replace {self._kind}view {script.table_of(name)} as ", name)

    def insert_rows(self, name: str) -> None:
        """Add what a file selects to the table that it names, or that its folder fills together."""
        self._fill(f"insert into {script.table_of(name)} by name ", name)

    def select_rows(self, name: str) -> duckdb.DuckDBPyConnection:
        """What a file selects."""
        return self._execute("", name)

    def answers(self, check: str) -> bool:
        """Whether a check can be asked: all that it reads is filled."""
        return not self.wanted or is_answered(check, needed_tables(self.wanted))

    def ask_check(self, name: str) -> None:
        """Whether a check finds nothing. Raises: CheckFailed with the first rows that it finds."""
        rows = self.select_rows(name)
        columns = [column[0] for column in rows.description or ()]
        found = rows.fetchmany(SHOWN + 1)
        if found:
            shown = [
                "、".join(f"{column} {value}" for column, value in zip(columns, row, strict=True)) for row in found
            ]
            more = ["……"] if len(found) > SHOWN else []
            raise CheckFailed("\n  ".join([f"核对不成立：{script.sentence(name)}", *shown[:SHOWN], *more]))

    @contextmanager
    def looking_at(self, **variables: int | str) -> Iterator[None]:
        """Let statements look at one turn, phase or step alone (`sql/schema/scores.sql`); afterwards at all again."""
        for name, value in variables.items():
            self.connection.execute("set variable " + name + " = ?", [value])
        try:
            yield
        finally:
            for name in variables:
                self.connection.execute("reset variable " + name)

    @property
    def _kind(self) -> str:
        return "temp " if self.apart else ""

    def is_wanted(self, table: str) -> bool:
        """Whether a table is filled."""
        return not self.wanted or table in needed_tables(self.wanted)

    def _fill(self, start: str, name: str) -> None:
        if self.is_wanted(script.table_of(name)):
            self._execute(start, name)

    def _execute(self, start: str, name: str) -> duckdb.DuckDBPyConnection:
        began = time.perf_counter()
        statement = (
            start + self.tried[name]
            if self.tried and name in self.tried
            else _parse_statements(start + script.text(name))[0]
        )
        found = self.connection.execute(statement)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
        return found


def define(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Run the statements of a text."""
    for statement in _parse_statements(text):
        connection.execute(statement)


@cache
def _parse_statements(text: str) -> list[duckdb.Statement]:
    """Statements, parsed once: reviews that follow (readings, what-ifs) spare a quarter of their time."""
    return duckdb.extract_statements(text)
