"""Database files, wherever they lie: DuckDB takes a question mark in a path for the beginning of options.

It would put its log of changes into a folder that is not there. Such a file is attached without that log: what is not
closed well is lost, and computed again.
"""

from pathlib import Path

import duckdb

RESERVED = "?"


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the file of that path, whatever its folders are called."""
    if RESERVED not in str(path.resolve()):
        return duckdb.connect(str(path), read_only=read_only)
    connection = duckdb.connect(":memory:")
    quoted = str(path.absolute()).replace("'", "''")
    connection.execute(f"attach '{quoted}' as own (recovery_mode no_wal_writes{', read_only' * read_only})")
    connection.execute("use own")
    return connection
