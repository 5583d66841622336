"""Canvassing and careless answers planted into simulated campaigns: what is found, what is flagged where all is well.

Every run makes a clean campaign from each plan, lets all detectors look at it, and plants each pattern of
`tests.canvassing.plants` by itself. Detectors and plants share no code. The same seeds give the same figures; a line of
what went wrong names plan, seed and plant.
"""

from collections.abc import Iterator

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.integrity import DETECTORS, find
from pingyi.plan.reader import read_plan
from tests.canvassing.trial import FALSE, FOUND, UNITS, Tally, trial
from tests.reliability.figure import Figure

FIRST = 1001
"""Seed of the first run; bounds of detectors were chosen on others."""

FEW = ("pingyang-2020",)
"""A plan that has room for every kind of plant, for the small size."""


def figures(full: bool) -> Iterator[Figure]:
    """Planted and found, clean and flagged, by detector and overall; findings on the stored samples."""
    tally = trial(20, UNITS, first=FIRST) if full else trial(1, UNITS, FEW, FIRST)
    for id in DETECTORS:
        yield _planted(tally, id)
        yield _clean(tally, id)
    planted, found = tally.weakest
    yield _planted(tally, None, f"of the weakest third {found} of {planted} found")
    yield _clean(tally, None, f"{tally.alarms} of {tally.campaigns} clean campaigns with any finding")
    yield _samples(paths.campaigns() if full else ["yuanba-2018"])


def _planted(tally: Tally, detector: str | None, said: str = "") -> Figure:
    own = [one for one in tally.tries if detector in (None, one.detector)]
    missed = [one.again for one in own if not one.found]
    what = f"{detector or 'all detectors'}: planted patterns found"
    return Figure(what, len(own), 50 if detector else 1_000, missed, round(1 - FOUND, 2), said)


def _clean(tally: Tally, detector: str | None, said: str = "") -> Figure:
    tested = tally.tested[detector] if detector else tally.tested.total()
    flagged = [one.again for one in tally.flags if detector in (None, one.detector)]
    what = f"{detector or 'all detectors'}: clean subjects not flagged"
    return Figure(what, tested, 100 if detector else 10_000, flagged, FALSE, said)


def _samples(campaigns: list[str]) -> Figure:
    """Findings in the stored samples, in which nothing is wrong."""
    wrong = []
    for name in campaigns:
        plan = read_plan(paths.plan_file(name))
        found = find(plan, read_facts(paths.facts_folder(name), plan).tables)
        wrong += [f"{name}: {one.sentence}" for one in found.findings]
    return Figure("stored samples without a finding", len(campaigns), len(paths.campaigns()), wrong)
