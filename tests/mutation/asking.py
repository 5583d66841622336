"""Whether the suite notices a changed statement: by random plans, whose right answers are known, by the golden results
of the samples, then by chapters.

The review of each plan and sample is kept. A changed statement is first run by itself over it, as
`tests/rules/test_statements.py` does; only where it selects other rows the whole review is done anew and compared with
what the judge says.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from pingyi.scoring import script
from pingyi.scoring.review import Review
from pingyi.scoring.run import Run
from tests import golden
from tests.mutation import plugin
from tests.mutation.changes import SINGLE, Change
from tests.reference.agreement import asked, compared, of_judge, of_package, reviewed
from tests.reference.plans import case

SEEDS, WHOLE, MORE = 240, 12, 24
"""Random plans of the suite that a change is tried on; of those where it selects other rows, so many are reviewed anew
before the chapters are asked, and so many more after them.
"""

TESTS = ("tests/rules", "tests/reference/test_faults.py", "tests/test_arithmetic.py", "tests/test_tables.py")
"""What is asked where no random plan noticed: of it the tests that run the statement; all of it for macros."""

NO_STATEMENT = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
"""What a change ends in that leaves no statement: it is none of those that are counted."""

ORIGINAL = script.SQL


def note_tests(file: Path) -> None:
    """Write to a file which tests run which statement. Raises: RuntimeError where one of them fails as things are."""
    done = _pytest(TESTS, {plugin.NOTED: str(file)})
    if done.returncode:
        raise RuntimeError(f"the suite fails without any change:\n{done.stdout.decode()[-2000:]}")


def noticed(change: Change, notes: Path) -> str:
    """What noticed the change; empty where nothing did, `no statement` where it is none. notes: of `note_tests`."""
    seeds = iter(_seeds_told_apart(change))
    with _copy(change) as folder:
        return (
            _by_plans(folder, seeds, WHOLE)
            or _by_samples(folder, change)
            or _by_tests(folder, change, notes)
            or _by_plans(folder, seeds, MORE)
        )


# ---------------------------------------------------------------- by random plans


@dataclass(frozen=True)
class Finished:
    """A review, done, and the names of the statements that it ran."""

    review: Review
    statements: frozenset[str]


@cache
def _finished(seed: int) -> Finished | None:
    names: set[str] = set()
    with _noting(names):
        review = reviewed(case(seed))
    return Finished(review, frozenset(names)) if review else None


@contextmanager
def _noting(names: set[str]) -> Iterator[None]:
    """Put the names of all statements that are run into a set."""
    execute = Run._execute

    def noting(run: Run, start: str, name: str) -> duckdb.DuckDBPyConnection:
        names.add(name)
        return execute(run, start, name)

    with patch.object(Run, "_execute", noting):
        yield


_order = list(range(SEEDS))
"""Seeds in the order in which they are asked: what noticed a change is asked first about the next one."""


def _seeds_told_apart(change: Change) -> list[int]:
    """The plans over whose finished review the changed statement selects other rows; where that is nowhere, those that
    run it (what it does turn by turn may still differ), and all where it is no statement of its own.
    """
    running = {seed: one for seed in _order if (one := _finished(seed)) and change.name in one.statements}
    original = script.text(change.name)
    apart = [seed for seed, one in running.items() if _rows(one.review, original) != _rows(one.review, change.text)]
    return apart or list(running)[:WHOLE] or list(_order)


def _rows(review: Review, text: str) -> list[str]:
    """The rows that a statement selects, in no order; what it ends in otherwise."""
    try:
        return sorted(map(repr, review.run.connection.execute(text).fetchall()))
    except duckdb.Error as error:
        return [type(error).__name__]


def _by_plans(folder: Path, seeds: Iterator[int], most: int) -> str:
    plugin.use(folder)
    try:
        for seed in islice(seeds, most):
            found = _differs(seed)
            if found:
                _order.remove(seed)
                _order.insert(0, seed)
                return found
    finally:
        plugin.use(ORIGINAL)
    return ""


@cache
def _right(seed: int) -> tuple[Any, Any]:
    made = case(seed)
    return made, asked(of_judge, made.tree, made.facts, made.as_of)


def _differs(seed: int) -> str:
    made, right = _right(seed)
    try:
        return "a random plan" if compared(right, asked(of_package, made.tree, made.facts, made.as_of)) else ""
    except NO_STATEMENT:
        return "no statement"
    except Exception:
        return "a random plan"


# ---------------------------------------------------------------- by the samples


@cache
def _sample(campaign: str) -> Finished:
    names: set[str] = set()
    with _noting(names):
        review = golden.scored(campaign)
    return Finished(review, frozenset(names))


def _by_samples(folder: Path, change: Change) -> str:
    original = script.text(change.name)
    for campaign in golden.campaigns():
        one = _sample(campaign)
        whole = change.name not in one.statements  # of macros and views it cannot be told by itself
        if (whole and change.name in SINGLE) or (
            not whole and _rows(one.review, original) != _rows(one.review, change.text)
        ):
            plugin.use(folder)
            try:
                if golden.difference(campaign, golden.result(golden.scored(campaign))):
                    return "a golden result"
            except Exception:
                return "a golden result"
            finally:
                plugin.use(ORIGINAL)
    return ""


# ---------------------------------------------------------------- by tests


@contextmanager
def _copy(change: Change) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "sql"
        shutil.copytree(ORIGINAL, folder)
        changed = folder / f"{change.name}.sql"  # of a kind of rule it is found before the one in `pingyi/rules/`
        changed.parent.mkdir(exist_ok=True)
        changed.write_text(change.text, encoding="utf-8")
        yield folder


def _by_tests(folder: Path, change: Change, notes: Path) -> str:
    noted = json.loads(notes.read_text(encoding="utf-8"))
    tests = TESTS if change.name in SINGLE else noted.get(change.name, ())
    return "a chapter" if tests and _pytest(tests, {plugin.WHERE: str(folder)}).returncode == 1 else ""


def _pytest(tests: Any, variables: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:nbval"]
    options = ["-m", "not slow and not browser", "--timeout=240", "-p", "tests.mutation.plugin"]
    options += ["--ignore", "tests/rules/test_new_kind.py"]  # it runs a copy of the tree, which the change is not in
    return subprocess.run([*command, *options, *tests], env=os.environ | variables, capture_output=True, check=False)
