"""Whether the suite notices a changed statement: by random plans, whose right answers are known, by the golden results
of the samples, then by chapters.

The review of each plan and sample is kept. A changed statement is first run by itself over it, as
`tests/rules/test_statements.py` does; only where it selects other rows the whole review is done anew and compared with
what the judge says.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from tests.mutation.plugin import rows_of
from tests.reference.agreement import asked, compared, of_judge, of_package, reviewed
from tests.reference.plans import case

SEEDS, WHOLE, MORE = 240, 12, 24
"""Random plans of the suite that a change is tried on; of those where it selects other rows, so many are reviewed anew
before the chapters are asked, and so many more after them.
"""

TESTS = ("tests/rules", "tests/reference/test_faults.py", "tests/test_arithmetic.py", "tests/test_tables.py")
"""What is asked where no random plan noticed: of it the tests in which the changed statement selects other rows; all of
it for macros and conditions, which are no statements.
"""

RE_EVALUATIONS = "tests/test_following.py::test_re_evaluations_name_lists_and_units_never_their_ids"
BESIDE = {
    "roster/carried_entries": (
        "tests/rules/test_unit_changes.py",
        "tests/test_whatif.py::test_final_lists_become_rows_of_history",
    ),
    "roster/carried_as_listed": (
        "tests/test_whatif.py::test_lists_of_a_run_from_before_there_were_predecessors_stay_as_they_came",
    ),
    **dict.fromkeys(("roster/earlier_entries", "work/recheck_states"), (RE_EVALUATIONS,)),
    "outcomes/notices/correction_open": ("tests/test_ledger.py",),
}
"""What is asked of statements that no review runs, or that look at tables which no chapter fills."""

TURN_BY_TURN = [
    f"tests/rules/test_statements.py::test_every_statement_gives_its_whole_table_over_a_finished_review[{seed}]"
    for seed in range(0, 12)
    if not case(seed).fault
]
"""What is asked of a change that selects the same rows over every finished review: it may add some in each turn."""

NO_STATEMENT = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
"""What a change ends in that leaves no statement: it is none of those that are counted."""

ORIGINAL = script.SQL


def note_tests(changes: list[Change], folder: Path) -> None:
    """Note in a folder, for each change, tests in which it selects other rows.

    Raises: RuntimeError where one of the tests fails as things are.
    """
    asked_of, noted = folder / "changes.json", folder / "noted"
    asked_of.write_text(json.dumps([{"key": str(one), "name": one.name, "text": one.text} for one in changes]))
    noted.mkdir()
    done = _pytest(TESTS, {plugin.CHANGES: str(asked_of), plugin.NOTED: str(noted)}, "-n", "2")
    if done.returncode:
        raise RuntimeError(f"the suite fails without any change:\n{done.stdout.decode()[-2000:]}")


@cache
def _noted(folder: Path) -> dict[str, list[str]]:
    found = defaultdict(list)
    for file in sorted((folder / "noted").glob("*.json")):
        for key, tests in json.loads(file.read_text(encoding="utf-8")).items():
            found[key] += tests
    return found


def noticed(change: Change, notes: Path) -> str:
    """What noticed the change; empty where nothing did, `no statement` where it is none. notes: of `note_tests`."""
    if _is_no_statement(change):
        return "no statement"
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
    """A review, done, the names of the statements that it ran, and hashes of what they select over it."""

    review: Review
    statements: frozenset[str]
    rows: dict[str, int] = field(default_factory=dict)


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
    apart = [seed for seed, one in running.items() if _selects_otherwise(change, one)]
    return apart or list(running)[:WHOLE] or list(_order)


def _selects_otherwise(change: Change, one: Finished) -> bool:
    known = one.rows.get(change.name)
    if known is None:
        known = one.rows[change.name] = hash(tuple(rows_of(one.review, script.text(change.name))))
    return known != hash(tuple(rows_of(one.review, change.text)))


def _is_no_statement(change: Change) -> bool:
    """Whether the changed text cannot be read at all, or names what is not there."""
    if change.name in SINGLE:
        return False
    for seed in _order:
        if (one := _finished(seed)) and change.name in one.statements:
            try:
                one.review.run.connection.execute(f"explain {change.text}")
            except NO_STATEMENT:
                return True
            except duckdb.Error:
                pass
            return False
    return False


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
    for campaign in golden.campaigns():
        one = _sample(campaign)
        whole = change.name not in one.statements  # of macros and views it cannot be told by itself
        if (whole and change.name in SINGLE) or (not whole and _selects_otherwise(change, one)):
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
    noted = _noted(notes).get(str(change), ())
    asked_first = _tests_naming(change.name.rsplit("/", 1)[-1])
    tests = TESTS if change.name in SINGLE else (*asked_first, *(noted or TURN_BY_TURN), *BESIDE.get(change.name, ()))
    return "a chapter" if tests and _pytest(tests, {plugin.WHERE: str(folder)}).returncode == 1 else ""


@cache
def _tests_naming(table: str) -> tuple[str, ...]:
    """The tests of the chapters that ask for a table, or a kind of notice, by its name."""
    found = []
    for file in sorted(Path("tests/rules").glob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        tests = [node for node in functions if node.name.startswith("test_")]
        found += [f"{file}::{one.name}" for one in tests if f'"{table}"' in str(ast.get_source_segment(text, one))]
    return tuple(found)


def _pytest(tests: Any, variables: dict[str, str], *more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:nbval"]
    options = ["-m", "not full and not browser and not spark", "--timeout=240", "-p", "tests.mutation.plugin", *more]
    options += ["--ignore", "tests/rules/test_new_kind.py"]  # it runs a copy of the tree, which the change is not in
    return subprocess.run([*command, *options, *tests], env=os.environ | variables, capture_output=True, check=False)
