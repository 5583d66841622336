"""Detectors of canvassing and of careless or invented answers: they propose what to look at and delete nothing.

    found = find(plan, facts)
    found.frame, found.rows, found.sentences
    without(plan, facts, found.findings)

repeats, bursts, runs, straight, hands, digits, channels, slates, spread    one kind of pattern each
material      the facts as the detectors see them
chance, alike, strata, bodies    what several detectors reckon with
search        all detectors, and what a report needs of them
without       places and lists without the rows of a finding
plant, life, trial    patterns planted into simulated facts, to measure what is found and what is flagged by mistake
"""

from pingyi.integrity.finding import Finding
from pingyi.integrity.search import DETECTORS, Found, find
from pingyi.integrity.without import Without, without

__all__ = ["DETECTORS", "Finding", "Found", "Without", "find", "without"]
