"""A pytest plugin: statements read from a changed copy (`SQL_OF`: its folder), or noted by test (`NOTE_IN`: a file)."""

import json
import os
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

from pingyi.scoring import run, script

WHERE, NOTED = "SQL_OF", "NOTE_IN"


def use(folder: Path) -> None:
    """Read every statement from this folder from now on."""
    script.SQL = folder
    for known in (script.text, script.names, run._parse_statement):
        known.cache_clear()


class Notes:
    """Which statements each test runs, written to a file in the end: by statement, the ids of tests."""

    def __init__(self, file):
        self.file, self.test, self.tests = file, "", defaultdict(dict)
        execute = run.Run._execute

        def noting(one, start, name):
            self.tests[name][self.test] = None
            return execute(one, start, name)

        patch.object(run.Run, "_execute", noting).start()

    def pytest_runtest_logstart(self, nodeid):
        self.test = nodeid

    def pytest_sessionfinish(self):
        found = {name: list(tests) for name, tests in self.tests.items()}
        self.file.write_text(json.dumps(found), encoding="utf-8")


def pytest_configure(config):
    """Note, where that is asked for."""
    if NOTED in os.environ:
        config.pluginmanager.register(Notes(Path(os.environ[NOTED])))


if WHERE in os.environ:
    use(Path(os.environ[WHERE]))
