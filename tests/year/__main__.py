"""`python -m tests.year [STEPS] [--from SEED] [--each STEPS] [--jobs N]`: random years lived, and what went wrong."""

import random
import sys
import tempfile
import traceback
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.year.office import office
from tests.year.steps import Year


def lived(seed: int, steps: int) -> tuple[int, Counter[str], str]:
    """A year of so many steps: the seed, what was done how often, and what went wrong, with the last steps."""
    with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as made:
        year = Year(made, random.Random(seed))
        try:
            year.live(steps)
        except (Exception, pytest.fail.Exception):
            return seed, year.kinds, "\n".join([*year.did[-6:], traceback.format_exc(limit=-6)])
        return seed, year.kinds, ""


def main() -> int:
    """Live, print, and say with the exit code whether everything was as the model says."""
    parser = ArgumentParser(prog="python -m tests.year")
    parser.add_argument("steps", type=int, nargs="?", default=5000)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--each", type=int, default=100, help="steps of one year")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    kinds, wrong, years = Counter[str](), 0, -(-options.steps // options.each)
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = range(options.start, options.start + years)
        for seed, done, found in pool.map(partial(lived, steps=options.each), seeds):
            kinds += done
            wrong += bool(found)
            print(f"year {seed}:\n{found}" if found else f"… {kinds.total()} steps", flush=True)
    often = "、".join(f"{kind} {many}" for kind, many in kinds.most_common())
    print(f"{years} years, {kinds.total()} steps, {wrong} years in which something differs\n{often}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
