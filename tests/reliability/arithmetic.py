"""Marks rounded by the macros of SQL and by Python's fractions."""

from collections.abc import Iterator

import duckdb

from pingyi.scoring import script
from tests.reliability.figure import Figure
from tests.test_arithmetic import rounded_otherwise


def figures(full: bool) -> Iterator[Figure]:
    """Random scores that come out otherwise at the tenth place."""
    tries = 1_000_000 if full else 20_000
    connection = duckdb.connect()
    connection.execute(script.text("macros"))
    wrong = [str(row) for row in rounded_otherwise(connection, tries)]
    yield Figure("random scores that round as fractions do", tries, 1_000_000, wrong)
