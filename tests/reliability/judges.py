"""Random campaigns scored by the SQL and by a judge in plain fractions that shares no code with the package."""

from collections.abc import Callable, Iterator

from tests.judges import JUDGES
from tests.reliability.figure import Figure
from tests.test_judge_agrees import CAMPAIGN, agree, agree_elsewhere

EACH = 50
"""Campaigns from one seed."""


def figures(full: bool) -> Iterator[Figure]:
    """For each plan, campaigns in which any mark, total, place, list or consequence is not the judge's."""
    yield _figure(CAMPAIGN, 20 if full else 1, EACH if full else 3, agree)
    for campaign in JUDGES:
        yield _figure(
            campaign, 6 if full else 1, EACH if full else 1, lambda *how, of=campaign: agree_elsewhere(of, *how)
        )


def _figure(campaign: str, parts: int, many: int, check: Callable[[int, int], None]) -> Figure:
    wrong = [found for part in range(parts) if (found := _differs(part, many, check))]
    return Figure(f"random campaigns of {campaign} as its judge has them", parts * many, 300, wrong)


def _differs(part: int, many: int, check: Callable[[int, int], None]) -> str:
    """What differs in the campaigns of this seed; nothing where all agree."""
    try:
        check(1000 + part, many)
    except AssertionError as differs:
        return f"seed {1000 + part}: {differs}"
    return ""
