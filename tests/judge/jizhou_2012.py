"""吉州区 2012, scored slowly and plainly in exact fractions.

The judge shares no code with the package and reads neither its plan nor its SQL. It follows the clauses one
by one, works in fractions, rounds a leaf once to ten places, and finds a place by counting the better units.
Where the plan is open, `answers` says what is meant: 0 is the official answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .plain import Key, place, place_from_below, rounded, ticket

Row = Mapping[str, Any]
Window = tuple[date, date]
Marks = dict[tuple[str, str], Decimal]
Keys = dict[str, Key]
Entries = list[tuple[int, str]]

ANSWERS = {"method_missing": 3, "monitor_weight": 2, "same_problem": 2, "below_70_in_top": 2, "tie": 2}
"""How many answers each reading has; index 0 is the official one."""

INSTANT, MONTHLY, VISIT, GATHERING = "instant", "monthly", "visit", "gathering"
SATISFACTION, RECTIFICATION, TOTAL = "satisfaction", "rectification", "total"
YEAR: Window = (date(2012, 1, 1), date(2012, 12, 31))
FULL = {INSTANT: 16, MONTHLY: 16, VISIT: 8, GATHERING: 40}
"""六: the weight of each method × 80."""
ALL_METHODS = 80
LEVELS = {"优": 90, "良": 75, "一般": 60, "较差": 45, "差": 30}
BEST_LEVEL = 90
BASE = Fraction(20)
POINTS = {"late": Fraction(3), "supervised": Fraction(5), "refused": Fraction(10)}
CATEGORIES = ("行政执法类", "综合管理类")
THRESHOLD = 70
PRAISED, EXPLAIN, RECTIFY = "满意科室", "书面说明", "限期整改"
BEST_PLACES, WORST_PLACES = 6, 3


@dataclass
class Facts:
    """What happened: lists of plain rows, in any order; lots: standing -> seed."""

    units: list[dict[str, Any]] = field(default_factory=list)
    ratings: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    lots: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the judge finds.

    marks: (component, unit) -> marks; totals: (standing, unit) -> (marks, place within the category);
    lists: list -> (place, unit) in order; flags: ("satisfaction", unit) -> "spread".
    """

    marks: Marks
    totals: dict[tuple[str, str], tuple[Decimal, int]]
    lists: dict[str, Entries]
    flags: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Case:
    """Facts and answers."""

    facts: Facts
    answers: Mapping[str, int]

    def answer(self, reading: str) -> int:
        """Which answer to a reading is meant: 0 is the official one."""
        return self.answers.get(reading, 0)


def judge(facts: Facts, answers: Mapping[str, int] | None = None) -> Verdict:
    """The whole campaign: four methods, rectification, places in each category, three lists."""
    case = open_case(facts, answers or {})
    marks: Marks = {}
    flags: dict[tuple[str, str], str] = {}
    for row in facts.units:
        unit, leaves = row["unit"], method_marks(case, row["unit"])
        marks |= {(component, unit): value for component, value in with_sums(case, unit, leaves).items()}
        if case.answer("method_missing") == 0 and 0 < len(leaves) < len(FULL):
            flags[SATISFACTION, unit] = "spread"
    keys = order_keys(case, marks)
    groups = [{row["unit"] for row in facts.units if row["category"] == name} & keys.keys() for name in CATEGORIES]
    totals = {(TOTAL, unit): (marks[TOTAL, unit], place(unit, keys, group)) for group in groups for unit in group}
    return Verdict(marks, totals, result_lists(case, marks, keys, groups), flags)


def open_case(facts: Facts, answers: Mapping[str, int]) -> Case:
    """The case to be judged; an answer that no reading has is refused."""
    for reading, answer in answers.items():
        if not 0 <= answer < ANSWERS.get(reading, 0):
            raise ValueError(f"no answer {answer} to reading {reading!r}")
    return Case(facts, answers)


def within(day: date, window: Window) -> bool:
    """Both ends belong to a window."""
    return window[0] <= day <= window[1]


# ---------------------------------------------------------------- the four methods (五, 六)


def values_by_rater(case: Case, method: str, unit: str) -> list[list[int]]:
    """五: the values of a unit's forms, apart for each rater; a form without a rater and the counts stand alone."""
    raters: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(case.facts.ratings):
        if row["method"] == method and row["unit"] == unit and within(row["rated_on"], YEAR):
            known = row["respondent"] is not None
            rater = ("rater", row["respondent"]) if known else ("form", str(number))
            raters[rater] += values(row["level"], 1)
    for row in case.facts.counts:
        if row["method"] == method and row["unit"] == unit:
            raters["counts", ""] += values(row["level"], int(row["votes"]))
    return [given for given in raters.values() if given]


def values(level: str, votes: int) -> list[int]:
    """五: 优 90, 良 75, 一般 60, 较差 45, 差 30; any other level is no vote."""
    return [LEVELS[level]] * votes if level in LEVELS else []


def rate(given: Collection[int]) -> Fraction:
    """六: Σ value × votes ÷ (90 × votes)."""
    return Fraction(sum(given), BEST_LEVEL * len(given))


def method_rate(case: Case, method: str, unit: str) -> Fraction | None:
    """六: the rate of all forms; monitor_weight 1: the mean of the monitoring points' own rates. None of no form."""
    raters = values_by_rater(case, method, unit)
    if not raters:
        return None
    if case.answer("monitor_weight") == 1 and method in (INSTANT, MONTHLY):
        return sum((rate(given) for given in raters), Fraction(0)) / len(raters)
    return rate([value for given in raters for value in given])


def method_marks(case: Case, unit: str) -> dict[str, Decimal]:
    """六: rate × weight × 80 of each method that has forms."""
    rates = {method: method_rate(case, method, unit) for method in FULL}
    return {method: rounded(value * FULL[method]) for method, value in rates.items() if value is not None}


def satisfaction(case: Case, leaves: Mapping[str, Decimal]) -> Decimal | None:
    """六, method_missing: the others are scaled up to 80; answer 2: none unless all four have forms."""
    if not leaves or (case.answer("method_missing") == 2 and len(leaves) < len(FULL)):
        return None
    reached = sum((Fraction(value) for value in leaves.values()), Fraction(0))
    return rounded(reached * ALL_METHODS / sum(FULL[method] for method in leaves))


# ---------------------------------------------------------------- rectification and total (六)


def happened(case: Case, unit: str) -> list[Row]:
    """六: the confirmed events of a unit in the year."""
    return [
        row
        for row in case.facts.events
        if row["unit"] == unit
        and row["item"] in POINTS
        and row["status"] in ("confirmed", "upheld")
        and within(row["happened_on"], YEAR)
    ]


def rectification(case: Case, unit: str) -> Fraction:
    """六, same_problem: 20 less the gravest event of each problem, not below 0; answer 1: less every event."""
    problems: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in happened(case, unit):
        alone = row["deed"] is None or case.answer("same_problem") == 1
        problem = ("event", row["event"]) if alone else ("deed", row["deed"])
        problems[problem] = max(problems[problem], POINTS[row["item"]] * int(row["times"]))
    return max(Fraction(0), BASE - sum(problems.values(), Fraction(0)))


def with_sums(case: Case, unit: str, leaves: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """六: the methods, satisfaction, rectification and, where satisfaction is known, the total of both."""
    if case.answer("method_missing") == 1:
        leaves = {method: leaves.get(method, Decimal("0E-10")) for method in FULL}
    marks = {**leaves, RECTIFICATION: rounded(rectification(case, unit))}
    reached = satisfaction(case, leaves)
    if reached is not None:
        marks |= {SATISFACTION: reached, TOTAL: reached + marks[RECTIFICATION]}
    return marks


# ---------------------------------------------------------------- places and lists (七)


def order_keys(case: Case, marks: Marks) -> Keys:
    """七, tie: total, gathering, instant (0 if missing), then the lot if one was drawn; answer 1: total alone."""
    seed = case.facts.lots.get(TOTAL)
    keys: Keys = {}
    for unit in [unit for component, unit in marks if component == TOTAL]:
        parts = [marks.get((part, unit), Decimal(0)) for part in (GATHERING, INSTANT)]
        lot = [] if seed is None else [ticket(seed, unit)]
        keys[unit] = (marks[TOTAL, unit],) if case.answer("tie") == 1 else (marks[TOTAL, unit], *parts, *lot)
    return keys


def result_lists(case: Case, marks: Marks, keys: Keys, groups: Iterable[Collection[str]]) -> dict[str, Entries]:
    """七: the first six and the last three of each category with places of their own, and whoever is below 70."""
    below = {unit for unit in keys if marks[TOTAL, unit] < THRESHOLD}
    first: Entries = []
    last: Entries = []
    for group in groups:
        praised = {unit for unit in group if place(unit, keys, group) <= BEST_PLACES}
        praised -= below if case.answer("below_70_in_top") == 1 else set()
        explaining = {unit for unit in group if place_from_below(unit, keys, group) <= WORST_PLACES} - below
        first += [(place(unit, keys, praised), unit) for unit in praised]
        last += [(place_from_below(unit, keys, explaining), unit) for unit in explaining]
    return {
        PRAISED: sorted(first),
        EXPLAIN: sorted(last),
        RECTIFY: sorted((place_from_below(unit, keys, below), unit) for unit in below),
    }
