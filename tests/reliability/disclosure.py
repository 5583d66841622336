"""Small numbers: of all documents of a run together, how many withheld numbers an outsider can work out again.

The judge shares nothing with the code that decides. It reads letters, page, figures and notice, writes down what they
print as equations over all votes that may be, and lets linear programming look for another value of each withheld
number (`tests.outside`).
"""

from collections.abc import Iterator

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.plan.reader import read_plan
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.outside.campaigns import random_book
from tests.outside.reading import printed
from tests.outside.solving import MOVED, leaves
from tests.reliability.figure import Figure

APART = 2.0 - 1e-6
"""How far apart two values of a withheld number are for who knows numbers of votes alone: three whole numbers."""


def sample_book(campaign: str) -> ResultTables:
    """The documents of a sample campaign."""
    made = read_plan(paths.plan_file(campaign))
    facts = read_facts(paths.facts_folder(campaign), made).tables
    return ResultTables(Review.begin(made, facts, draws=2).through("outcomes"), {"id": "1"})


def worked_out(book: ResultTables, most: int | None = None) -> tuple[int, list[str], list[str]]:
    """Withheld numbers of a run; those that are worked out; and those that numbers of votes alone leave too narrow.

    most: how many of a leaf are tried, evenly out of all; without it every one.
    """
    found = printed(book)
    wrong, narrow, many = [f"printed differently: {key}" for key in found.odd], [], 0
    for leaf in leaves(book, found):
        every = leaf.withheld()
        names = every[:: -(-len(every) // most)] if most and every else every
        many += len(names)
        wrong += [str(one) for one in leaf.ranges(names) if one.width <= MOVED]
        narrow += [str(one) for one in leaf.ranges(names, marks=False, wide=APART) if one.width <= APART]
    return many, wrong, narrow


def figures(full: bool) -> Iterator[Figure]:
    """Sample campaigns and random ones: with everything that is printed, and with numbers of votes alone."""
    campaigns = paths.campaigns() if full else ["lucheng-2018", "yuanba-2018"]
    yield from _figures("sample", len(campaigns), 5, (sample_book(one) for one in campaigns))
    seeds = range(200) if full else range(6)
    yield from _figures("random", len(seeds), 200, map(random_book, seeds))


def _figures(kind: str, tried: int, goal: int, books: Iterator[ResultTables]) -> Iterator[Figure]:
    many, wrong, narrow = 0, list[str](), list[str]()
    for nth, book in enumerate(books):
        here, found, close = worked_out(book)
        many += here
        wrong += [f"{kind} {nth}: {one}" for one in found]
        narrow += [f"{kind} {nth}: {one}" for one in close]
    said = f"{many} numbers withheld"
    yield Figure(f"{kind} campaigns in which a withheld number is worked out", tried, goal, wrong, said=said)
    yield Figure(
        f"{kind} campaigns in which counts alone leave fewer than three values", tried, goal, narrow, said=said
    )
