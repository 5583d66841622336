"""Published marks from the rows that their explanation names, by the judge; formulas that lead to them."""

import random
from collections.abc import Iterator

from pingyi.common import paths
from pingyi.explain import Explainer
from pingyi.results.result_tables import ResultTables
from tests.golden import scored
from tests.reference.named import Named
from tests.reference.plans import case
from tests.reliability.figure import Figure

QUICK = ("lucheng-2018", "yuanba-2018")
"""Campaigns of the fast size; the suite asks all of them in `tests/test_explained.py`."""

LEAVES, SEEDS = (20, None), (range(60, 70), range(5000))
"""How many leaves of each campaign (none: all), and which random plans: at the fast size and the full one."""


def figures(full: bool) -> Iterator[Figure]:
    """The stored campaigns, and random plans."""
    names = paths.campaigns() if full else QUICK
    yield _stored(names, LEAVES[full])
    yield _random(SEEDS[full])
    yield _formulas(names)


def _stored(names: tuple[str, ...] | list[str], many: int | None) -> Figure:
    wrong, tried = [], 0
    for name in names:
        named = Named.of_sample(name)
        leaves = named.leaves()
        for at in leaves if many is None else random.Random(1).sample(leaves, k=many):
            tried, wrong = tried + 1, [*wrong, *named.differences(*at)]
    return Figure("leaf marks of the samples from their named rows, by the judge", tried, tried, wrong)


def _random(seeds: range) -> Figure:
    wrong, tried = [], 0
    for seed in seeds:
        named = Named.of_case(case(seed))
        if named is not None:
            for at in named.leaves():
                tried, wrong = tried + 1, wrong + [f"seed {seed}: {said}" for said in named.differences(*at)]
            named.review.close()
    return Figure(f"leaf marks of {len(seeds)} random plans from their named rows, by the judge", tried, tried, wrong)


def _formulas(names: tuple[str, ...] | list[str]) -> Figure:
    wrong, tried = [], 0
    for name in names:
        for told in Explainer(ResultTables(scored(name))).units():
            tried += len(told.parts)
            wrong += [f"{name} {told.unit} {part.component}" for part in told.parts if part.replayed != part.marks]
    return Figure("formulas that lead to the published marks", tried, tried, wrong)
