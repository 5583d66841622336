"""`python -m tests.mutation [COUNT] [--seed N] [--jobs N] [--again FILE]`: statements changed, how many were noticed.

Which changes are drawn hangs on the seed and on each of them alone: a statement that is edited moves no other.
What is printed of those that nobody noticed can be handed in again (`--again`) once a chapter asks more.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.asking import note_tests, noticed
from tests.mutation.changes import Change, every_change

EXPLAINED = Path(__file__).with_name("explained.txt")
"""Changes that change nothing: they say the same in other words. One a line, with the reason behind a tab."""

MISSED = "not noticed: "


def main() -> int:
    """Change, ask, print; 1 where less than 95 % were noticed."""
    parser = ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--again", type=Path, help="ask only about changes that were printed as not noticed, and are not explained"
    )
    options = parser.parse_args()
    drawn = sorted(every_change(), key=lambda change: sha256(f"{options.seed} {change.key}".encode()).digest())
    if options.again:
        lines = options.again.read_text(encoding="utf-8").splitlines()
        missed = {line.removeprefix(MISSED).rsplit(" (line ", 1)[0] for line in lines if line.startswith(MISSED)}
        drawn = [change for change in drawn if change.key in missed - _explained()]
    drawn = drawn[: options.count]
    by, nobody = Counter[str](), []
    with TemporaryDirectory() as folder, ProcessPoolExecutor(options.jobs) as pool:
        note_tests(drawn, Path(folder))
        asked = {pool.submit(noticed, change, Path(folder)): change for change in drawn}
        for done, one in enumerate(as_completed(asked), start=1):
            found, change = one.result(), asked[one]
            by[found or "nobody"] += 1
            if not found:
                nobody.append(change)
                print(f"{MISSED}{change}", flush=True)
            if done % 20 == 0:
                print(f"… {done} changes: {dict(by)}", file=sys.stderr, flush=True)
    return _told(by, nobody)


@cache
def _explained() -> frozenset[str]:
    return frozenset(line.split("\t")[0] for line in EXPLAINED.read_text(encoding="utf-8").splitlines())


def _told(by: Counter[str], missed: list[Change]) -> int:
    explained = [change for change in missed if change.key in _explained()]
    whole = sum(by.values()) - by["no statement"] - len(explained)
    caught = sum(by.values()) - by["no statement"] - by["nobody"]
    share = 100 * caught / whole
    print(f"{whole} changed statements: {caught} noticed ({share:.1f} %), by {dict(by)}")
    print(f"beside them {len(explained)} that mean the same as before (tests/mutation/explained.txt)")
    return int(share < 95)


if __name__ == "__main__":
    sys.exit(main())
