"""A disk that is full, read-only or broken at any moment of a run: Chinese words, nothing lost, the next run works."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from tests.reliability.figure import Figure
from tests.support import ROOT

SEED = 7


def figures(full: bool) -> Iterator[Figure]:
    """Refusals at steps of a run, and limits to the size of files."""
    with TemporaryDirectory() as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.killing", f"{place}/p", str(180 if full else 5), str(SEED), "--refused"],
            cwd=ROOT,
            env=os.environ | {"POLARS_MAX_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    what = "writes refused (full, read-only, forbidden, broken disk; limit of size)"
    if done.returncode:
        yield Figure(what, 1, 100, [done.stderr[-2000:]])
        return
    found = json.loads(done.stdout)
    yield Figure(what, found["tried"], 100, found["wrong"], said="、".join(found["said"]))
