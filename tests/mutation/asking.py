"""Whether the suite notices a changed statement: by random plans, whose right answers are known, then by chapters."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from pingyi.scoring import script
from pingyi.scoring.run import Run
from tests.mutation import plugin
from tests.mutation.changes import Change
from tests.reference.agreement import asked, compared, of_judge, of_package
from tests.reference.plans import case

FIRST, SEEDS = 40, 240
"""Random plans of the suite that a change is tried on, of those that run the statement: so many before the chapters,
and all after them.
"""

CHAPTERS = {
    "roster": ("result_checks", "lists", "marks"),
    "tally": ("ratings", "forms", "notices", "work"),
    "marks": ("marks", "events", "nodes", "ratings"),
    "transformations": ("converts",),
    "aggregations": ("nodes", "ratings", "marks"),
    "ranking": ("standings", "lists", "decisions"),
    "outcomes": ("outcomes", "notices", "decisions"),
    "work": ("work",),
    "conditions": ("lists", "outcomes"),
    "macros": ("marks", "converts"),
}
"""The chapters of `tests/rules/` on the statements of a folder: asked where the first plans noticed nothing."""

ELSEWHERE = ("tests/reference/test_faults.py", "tests/test_arithmetic.py", "tests/test_tables.py")
"""What is asked besides, with all chapters, where nothing noticed."""

NO_STATEMENT = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
"""What a change ends in that leaves no statement: it is none of those that are counted."""

ORIGINAL = script.SQL


def noticed(change: Change) -> str:
    """What noticed the change; empty where nothing did, `no statement` where it is none."""
    with _copy(change) as folder:
        seeds = [seed for seed in _order if change.name in _statements(seed)] or list(_order)
        near = [f"tests/rules/test_{name}.py" for name in CHAPTERS[change.name.split("/")[0]]]
        return (
            _by_plans(folder, seeds[:FIRST])
            or _by_chapters(folder, near)
            or _by_plans(folder, seeds[FIRST:])
            or _by_chapters(folder, ["tests/rules", *ELSEWHERE])
        )


_order = list(range(SEEDS))
"""Seeds in the order in which they are asked: what noticed a change is asked first about the next one."""


def _by_plans(folder: Path, seeds: list[int]) -> str:
    plugin.use(folder)
    try:
        for seed in seeds:
            found = _differs(seed)
            if found:
                _order.remove(seed)
                _order.insert(0, seed)
                return found
    finally:
        plugin.use(ORIGINAL)
    return ""


@contextmanager
def _copy(change: Change) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "sql"
        shutil.copytree(ORIGINAL, folder)
        changed = folder / f"{change.name}.sql"  # of a kind of rule it is found before the one in `pingyi/rules/`
        changed.parent.mkdir(exist_ok=True)
        changed.write_text(change.text, encoding="utf-8")
        yield folder


@cache
def _statements(seed: int) -> set[str]:
    """The statements that the review of a plan runs, by name; macros are none of them."""
    names, execute = set[str](), Run._execute

    def noting(run: Run, start: str, name: str) -> duckdb.DuckDBPyConnection:
        names.add(name)
        return execute(run, start, name)

    made, _ = _right(seed)
    with patch.object(Run, "_execute", noting):
        asked(of_package, made.tree, made.facts, made.as_of)
    return names


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


def _by_chapters(folder: Path, chapters: list[str]) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.mutation.plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *chapters],
        env=os.environ | {plugin.WHERE: str(folder)},
        capture_output=True,
        check=False,
    )
    return "a chapter" if done.returncode == 1 else ""
