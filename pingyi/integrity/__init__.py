"""Detectors of canvassing and of careless or invented answers: they propose what to look at and delete nothing.

    found = find(plan, facts)
    found.frame, found.rows, found.looked_at, found.sentences
    changes(found.findings, without(plan, facts, found.top(10)))

repeats, bursts, runs, straight, hands, digits, channels, slates, spread    one kind of pattern each
material      the facts as the detectors see them
chance, alike, strata, bodies    what several detectors reckon with
search        all detectors, and what a report needs of them
without       places and lists without the rows of a finding
life, habits  simulated campaigns made more like life, in which nothing is wrong
plant, plant_numbers, planting    patterns planted into them
trial         what share of these is found, and what is flagged by mistake
"""

from pingyi.integrity.finding import Finding
from pingyi.integrity.search import DETECTORS, Found, find
from pingyi.integrity.without import Without, changes, without

__all__ = ["DETECTORS", "Finding", "Found", "Without", "changes", "find", "without"]
