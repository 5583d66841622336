"""A pytest plugin: statements read from a changed copy (`SQL_OF`: its folder), or for changes the tests in which they
select other rows, noted (`CHANGES`: a file of them; `NOTE_IN`: a folder).
"""

import json
import os
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

import duckdb

from pingyi.scoring import reads, script
from pingyi.scoring.review import Review

WHERE, CHANGES, NOTED = "SQL_OF", "CHANGES", "NOTE_IN"
ENOUGH = 60
"""Tests that are noted for a change; whoever is to notice it is among the first."""


def use(folder: Path) -> None:
    """Read every statement from this folder from now on."""
    script.SQL = folder
    for known in (script.text, script.words, script.names, reads.needed_tables, reads._words_by_table):
        known.cache_clear()


def rows_of(review: Review, text: str) -> list[str]:
    """The rows that a statement selects over a review, in no order; what it ends in otherwise."""
    try:
        return sorted(map(repr, review.run.connection.execute(text).fetchall()))
    except duckdb.Error as error:
        return [type(error).__name__]


class Notes:
    """For each change the first tests that finish a stage over which its statement selects other rows."""

    def __init__(self, changes: Path, folder: Path) -> None:
        self.file = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'all')}.json"
        self.test, self.tests = "", defaultdict(dict)
        self.changes = defaultdict(list)
        for one in json.loads(changes.read_text(encoding="utf-8")):
            self.changes[one["name"]].append((one["key"], one["text"]))
        through = Review.through

        def noting(review, stage):
            done = through(review, stage)
            for name in review.run.seconds.keys() & self.changes.keys():
                self._compare(review, name)
            return done

        patch.object(Review, "through", noting).start()

    def _compare(self, review, name):
        waiting = [one for one in self.changes[name] if len(self.tests[one[0]]) < ENOUGH]
        original = rows_of(review, script.text(name)) if waiting else []
        for key, text in waiting:
            if self.test not in self.tests[key] and rows_of(review, text) != original:
                self.tests[key][self.test] = None

    def pytest_runtest_logstart(self, nodeid):
        self.test = nodeid

    def pytest_sessionfinish(self):
        found = {key: list(tests) for key, tests in self.tests.items()}
        self.file.write_text(json.dumps(found), encoding="utf-8")


def pytest_configure(config):
    """Note, where that is asked for."""
    if NOTED in os.environ and _works(config):
        config.pluginmanager.register(Notes(Path(os.environ[CHANGES]), Path(os.environ[NOTED])))


def _works(config):
    """Whether this process runs tests itself, and does not only hand them out to others."""
    return hasattr(config, "workerinput") or not config.getoption("numprocesses", None)


if WHERE in os.environ:
    use(Path(os.environ[WHERE]))
