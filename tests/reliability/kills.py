"""Runs killed at any moment: what was finished stays as it was, and the next run makes the same tables."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.killing import content, finished, tables
from tests.reliability.figure import Figure
from tests.small import project
from tests.support import ROOT

SEED = 20201215
REAL = 60
"""Runs with notebooks and kernels that full size kills; small size leaves them to `tests/test_crash.py`."""


def figures(full: bool) -> Iterator[Figure]:
    """Kills at each kind of step that a run takes; at full size also of whole runs at any time."""
    yield _steps("kills at steps of a run, in chains", 2, 31, goal=60, whole=False)
    if full:
        yield _steps("kills at steps of a run, each followed by one that finishes", 1000, 1, goal=1000, whole=True)
        yield _real()


def _steps(what: str, chains: int, kills: int, *, goal: int, whole: bool) -> Figure:
    """Chains of kills in a process that forks its runs."""
    with TemporaryDirectory() as place:
        words = [f"{place}/project", str(chains), str(kills), str(SEED), *(["--whole"] if whole else [])]
        done = subprocess.run(
            [sys.executable, "-m", "tests.killing", *words],
            cwd=ROOT,
            env=os.environ | {"POLARS_MAX_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return Figure(what, 1, goal, [done.stderr[-2000:]])
    found = json.loads(done.stdout)
    return Figure(what, found["killed"], goal, found["wrong"], said=f"a run takes {found['steps']} steps")


def _real() -> Figure:
    """`pingyi run` with everything that it starts, killed at a random time; the next run resumes or begins anew."""
    chance, wrong = random.Random(SEED), []
    with TemporaryDirectory() as place:
        folder = project(Path(place) / "project")
        start = time.perf_counter()
        subprocess.run(_command(), cwd=folder, check=True, capture_output=True)
        longest = time.perf_counter() - start
        reports = folder / "reports" / "small"
        (first,) = finished(reports)
        before = content(first)
        for place_ in range(REAL):
            after = chance.uniform(0.3, longest)
            killed(folder, after)
            done = subprocess.run(
                _command(resume=place_ % 2 == 0), cwd=folder, capture_output=True, text=True, check=False
            )
            if done.returncode or content(first) != before:
                wrong.append(f"killed after {after:.2f} s: {done.stderr[-300:]}")
            others = [run for run in finished(reports) if content(run / "tables") != tables(before)]
            wrong += [f"killed after {after:.2f} s: other tables in {run.name}" for run in others]
    return Figure("kills of whole runs at any time", REAL, 50, wrong)


def _command(*, resume: bool = False) -> list[str]:
    return [sys.executable, "-m", "pingyi.cli", "run", "small", *(["--resume"] if resume else [])]


def killed(folder: Path, after: float) -> None:
    """Begin `pingyi run`, and kill it, and nothing else, after so many seconds."""
    run = subprocess.Popen(_command(), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run.wait(after)
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGKILL)
        run.wait()
