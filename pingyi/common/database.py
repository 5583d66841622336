"""Database files, wherever they lie: DuckDB takes a question mark in a path for the beginning of options.

It would put its log of changes into a folder that is not there. Nor does it find a file whose name is not UTF-8 on the
disk (a locale of GBK). Such a file is worked on as a copy elsewhere, and put back whenever it is saved.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import duckdb

from pingyi.common.files import replacing

RESERVED = "?"
_copies: dict[str, Path] = {}
"""Copies that are worked on → the files that they stand for."""


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the file of that path, whatever its folders are called."""
    whole = path.resolve()
    plain = RESERVED not in str(whole) and os.fsencode(whole) == str(whole).encode(errors="surrogatepass")
    own = path if plain else _work_on_copy(path)
    return _without_bar(duckdb.connect(str(own), read_only=read_only))


def connect_in_memory() -> duckdb.DuckDBPyConnection:
    """A new database in memory."""
    return _without_bar(duckdb.connect(":memory:"))


def _without_bar(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """In a notebook DuckDB shows a bar once a query takes two seconds: what is shown would hang on the machine."""
    connection.execute("set enable_progress_bar = false")
    return connection


def save(connection: duckdb.DuckDBPyConnection) -> None:
    """Put what was changed into the file that a copy stands for."""
    if not _copies:
        return
    found = connection.sql("select path from duckdb_databases() where path is not null").fetchall()
    for own, path in ((own, _copies[own]) for (own,) in found if own in _copies):
        connection.sql("checkpoint")
        with replacing(path) as fresh:
            shutil.copyfile(own, fresh)


def _work_on_copy(path: Path) -> Path:
    """A copy of the file, or room for one, that is gone when the program ends."""
    base = Path(tempfile.mkdtemp(prefix="pingyi-")).resolve()
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    own = base / path.name
    if path.exists():
        shutil.copyfile(path, own)
    _copies[str(own)] = path.absolute()
    return own
