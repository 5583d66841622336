"""Random plans over the whole language, scored by the SQL and by the judge, which shares no code with the package."""

from collections.abc import Iterator

from tests.reference.__main__ import one_seed
from tests.reliability.figure import Figure


def figures(full: bool) -> Iterator[Figure]:
    """Plans on which any refusal, mark, flag, place, list, band or consequence is not the judge's."""
    seeds = range(20_000, 40_000 if full else 20_010)
    wrong = [f"seed {seed}: {found[0]}" for seed in seeds if (found := one_seed(seed)[1])]
    yield Figure("random plans of the language as its judge has them", len(seeds), 10_000, wrong)
