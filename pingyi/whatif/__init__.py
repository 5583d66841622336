"""Results compared: other answers to open questions, other numbers of the plan, the year before.

    difference(official, other)       what differs between two results
    Laboratory(tree, facts)           a campaign's facts, on which patches of its plan are tried
    trials, most_moving               every other answer alone, and those that together move most
    compare_years, carried            last year and this year; this year's lists for next year

`pingyi.whatif.command` is what the command line calls.
"""

from pingyi.whatif.bench import Bench
from pingyi.whatif.carry import carried, latest_run, write_history
from pingyi.whatif.difference import Difference, difference
from pingyi.whatif.readings import Laboratory, Trial, reading_effects, trials
from pingyi.whatif.result import Result
from pingyi.whatif.search import Combination, most_moving
from pingyi.whatif.years import Year, Years, compare_years, moved

__all__ = [
    "Bench",
    "Combination",
    "Difference",
    "Laboratory",
    "Result",
    "Trial",
    "Year",
    "Years",
    "carried",
    "compare_years",
    "difference",
    "latest_run",
    "moved",
    "most_moving",
    "reading_effects",
    "trials",
    "write_history",
]
