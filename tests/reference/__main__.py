"""`python -m tests.reference COUNT [--from SEED] [--jobs N]`: both sides on as many random plans, and what occurred.

Every difference is printed with its seed; at the end, how often each word of the language, each fault and each edge
occurred, so that a generator that never comes to one is seen.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.reference.agreement import asked, compared, of_judge, of_package
from tests.reference.edges import EXPECTED, edges
from tests.reference.plans import case
from tests.reference.spoiled import FAULTS

RARE = 20
"""Words that occur less often than this are listed at the end."""


def one_seed(seed: int) -> tuple[int, list[str], Counter[str]]:
    """What one seed comes to."""
    made = case(seed)
    ours = asked(of_judge, made.tree, made.facts, made.as_of)
    try:
        found = compared(ours, asked(of_package, made.tree, made.facts, made.as_of))
    except Exception as error:
        found = [f"{type(error).__name__}: {str(error)[:300]}"]
    told = [f"(spoiled: {made.fault})", *found] if found and made.fault else found
    return seed, told, made.used + edges(made, ours)


def coverage(used: Counter[str]) -> str:
    """What never occurred of what should, and what was rare."""
    wanted = [*EXPECTED, *(f"fault.{name}" for name in FAULTS)]
    never = [word for word in wanted if not used[word]]
    rare = [f"{word} {many}" for word, many in sorted(used.items(), key=lambda one: one[1]) if many < RARE]
    edge = [f"{word} {used[word]}" for word in EXPECTED]
    return "\n".join(["never: " + (", ".join(never) or "–"), "rare: " + ", ".join(rare), "edges: " + ", ".join(edge)])


def main() -> int:
    """Ask, print, and say with the exit code whether the sides agree."""
    parser = ArgumentParser(prog="python -m tests.reference")
    parser.add_argument("count", type=int)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=6, help="differences shown of each seed")
    options = parser.parse_args()
    used: Counter[str] = Counter()
    wrong = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = range(options.start, options.start + options.count)
        for seed, found, words in pool.map(one_seed, seeds, chunksize=8):
            used += words
            if found:
                wrong += 1
                print(f"seed {seed}", *found[: options.show], sep="\n  ", flush=True)
    print(f"{options.count} plans, {wrong} with differences", coverage(used), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
