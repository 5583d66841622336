"""Results compared: other answers to open questions, other numbers of the plan, the year before.

difference(official, other)       what differs between two results
laboratory("campaign")            a campaign's facts, on which patches of its plan are tried
trials, most_moving               every other answer alone, and those that together move most
compare_years, carried            last year and this year; this year's lists for next year
tell_readings, tell_whatif, …     lines for the command line
"""

from pingyi.scenarios.bench import Bench
from pingyi.scenarios.carry import carried, write_history
from pingyi.scenarios.command import (
    laboratory,
    tell_carried,
    tell_readings,
    tell_whatif,
    tell_years,
    whatif,
    years_of,
)
from pingyi.scenarios.difference import Difference, difference
from pingyi.scenarios.readings import Laboratory, Trial, reading_effects, trials
from pingyi.scenarios.result import Result
from pingyi.scenarios.search import Combination, most_moving
from pingyi.scenarios.years import Year, Years, compare_years, moved

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
    "laboratory",
    "most_moving",
    "moved",
    "reading_effects",
    "tell_carried",
    "tell_readings",
    "tell_whatif",
    "tell_years",
    "trials",
    "whatif",
    "write_history",
    "years_of",
]
