"""Detectors of canvassing and of careless or invented answers: they propose what to look at and delete nothing.

    found = find(plan, facts)
    found.frame, found.rows, found.looked_at, found.sentences
    changes(found.findings, without(plan, facts, found.top(10)))

repeated_responses, rating_bursts, nondifferentiation, interviewer_effects, digit_heaping, ballot_clusters    patterns
detector      what every detector reads and what it answers
significance  how unlikely a pattern is where nothing is wrong
search        all detectors, and what the result would be without the rows of a finding
leads         findings in the words of an office, and as a workbook

What share of planted patterns they find, and what they flag by mistake: `tests/canvassing/`.
"""

from pingyi.integrity.detector import DETECTORS, Finding
from pingyi.integrity.search import Found, Without, changes, find, without

__all__ = ["DETECTORS", "Finding", "Found", "Without", "changes", "find", "without"]
