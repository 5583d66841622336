"""`python -m tests.reference COUNT [--from SEED] [--jobs N]`: both sides on as many random plans, and what occurred.

`--refusals` asks only whether both accept or refuse a plan: ten thousand in some minutes.

Every difference is printed with its seed; at the end, how much of the language the plans reached (kinds, policies,
pairs of them), and how often each fault and each edge occurred, so that a generator that never comes to one is seen.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations

from tests.reference.agreement import asked, compared, of_judge, of_package, refusals_apart
from tests.reference.edges import EXPECTED, edges
from tests.reference.plans import case
from tests.reference.reach import reached, told
from tests.reference.spoiled import FAULTS


def one_seed(seed: int) -> tuple[int, list[str], Counter[str], set[str]]:
    """What one seed comes to: differences, edges and faults, and the kinds of rule that were scored."""
    made = case(seed)
    ours = asked(of_judge, made.tree, made.facts, made.as_of)
    try:
        found = compared(ours, asked(of_package, made.tree, made.facts, made.as_of))
    except Exception as error:
        found = [f"{type(error).__name__}: {str(error)[:300]}"]
    found = [f"(spoiled: {made.fault})", *found] if found and made.fault else found
    return seed, found, edges(made, ours), set() if made.fault else reached(made.tree)


def refusals_of_seed(seed: int) -> tuple[int, list[str], Counter[str], set[str]]:
    """The same without scoring: whether one side accepts what the other refuses, and why."""
    made = case(seed)
    return seed, refusals_apart(made.tree), Counter(), set() if made.fault else reached(made.tree)


def coverage(used: Counter[str]) -> str:
    """How often edges and faults occurred, and which never did."""
    wanted = [*EXPECTED, *(f"fault.{name}" for name in FAULTS)]
    never = [word for word in wanted if not used[word]]
    often = [f"{word} {used[word]}" for word in wanted]
    return f"edges and faults: {', '.join(often)}\nnever: {', '.join(never) or '–'}"


def main() -> int:
    """Ask, print, and say with the exit code whether the sides agree."""
    parser = ArgumentParser(prog="python -m tests.reference")
    parser.add_argument("count", type=int)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=6, help="differences shown of each seed")
    parser.add_argument("--refusals", action="store_true", help="ask only whether plans are accepted")
    options = parser.parse_args()
    ask = refusals_of_seed if options.refusals else one_seed
    used, kinds, pairs, wrong = Counter[str](), Counter[str](), set[tuple[str, str]](), 0
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = range(options.start, options.start + options.count)
        for seed, found, words, here in pool.map(ask, seeds, chunksize=8):
            if seed % 100 == 99:
                print(f"… {seed + 1 - options.start} plans, {wrong} with differences", file=sys.stderr, flush=True)
            used += words
            kinds.update(here)
            pairs.update(combinations(sorted(here), 2))
            if found:
                wrong += 1
                print(f"seed {seed}", *found[: options.show], sep="\n  ", flush=True)
    more = [] if options.refusals else [told(kinds, pairs), coverage(used)]
    print(f"{options.count} plans, {wrong} with differences", *more, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
