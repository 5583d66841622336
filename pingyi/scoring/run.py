"""A review at work: its database and plan, and how the SQL files fill its tables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from pingyi.plan import Plan
from pingyi.scoring import script


@dataclass(frozen=True)
class Run:
    """What a stage works on: the database, the plan, and how often counts are drawn anew from which seed."""

    connection: duckdb.DuckDBPyConnection
    plan: Plan
    draws: int = 0
    seed: int = 0

    def create(self, name: str, **values: Any) -> None:
        """Fill the table that a file names, replacing what it held."""
        self.create_as(_table(name), name, **values)

    def create_as(self, table: str, name: str, **values: Any) -> None:
        """Fill a table of another name, which the file may read while it is replaced."""
        self._execute("create or replace table " + table + " as ", name, values)

    def insert(self, name: str, **values: Any) -> None:
        """Add what a file selects to the table that it names."""
        self.insert_into(_table(name), name, **values)

    def insert_into(self, table: str, name: str, **values: Any) -> None:
        """Add what a file selects to a table of another name, which several files fill together."""
        self._execute("insert into " + table + " by name ", name, values)

    def select(self, name: str, **values: Any) -> duckdb.DuckDBPyConnection:
        """What a file selects; `values` are those of its $parameters, others are left out."""
        return self._execute("", name, values)

    def _execute(self, start: str, name: str, values: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        wanted = {key: value for key, value in values.items() if f"${key}" in script.text(name)}
        return self.connection.execute(_parsed(start, name), wanted)


@cache
def _parsed(start: str, name: str) -> duckdb.Statement:
    """A file's statement, parsed once: reviews that follow (readings, what-ifs) spare a quarter of their time."""
    return duckdb.extract_statements(start + script.text(name))[0]


def _table(name: str) -> str:
    return name.rsplit("/", 1)[-1]
