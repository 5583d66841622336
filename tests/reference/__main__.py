"""`python -m tests.reference COUNT [--from SEED] [--jobs N]`: both sides on as many random plans, and what occurred in them.

Every difference is printed with its seed; at the end, how often each word of the language and each edge occurred, so that
a generator that never comes to an edge is seen.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.reference.agreement import Refused, differences
from tests.reference.plans import case

RARE = 20
"""Words that occur less often than this are listed at the end."""


def asked(seed: int) -> tuple[int, list[str], Counter[str]]:
    """What one seed comes to."""
    made = case(seed)
    try:
        return seed, differences(made.tree, made.facts, made.as_of), made.used
    except Refused as refused:
        return seed, [f"refused: {refused}"], made.used
    except Exception as error:
        return seed, [f"{type(error).__name__}: {str(error)[:300]}"], made.used


def main() -> int:
    """Ask, print, and say with the exit code whether the sides agree."""
    parser = ArgumentParser(prog="python -m tests.reference")
    parser.add_argument("count", type=int)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=6, help="differences shown of each seed")
    options = parser.parse_args()
    seeds = range(options.start, options.start + options.count)
    used: Counter[str] = Counter()
    wrong = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for seed, found, words in pool.map(asked, seeds, chunksize=8):
            used += words
            if found:
                wrong += 1
                print(f"seed {seed}", *found[: options.show], sep="\n  ", flush=True)
    print(f"{options.count} plans, {wrong} with differences")
    print("rare:", ", ".join(f"{word} {many}" for word, many in sorted(used.items(), key=lambda one: one[1]) if many < RARE))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
