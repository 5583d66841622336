"""元坝镇 2018, scored slowly and plainly in exact fractions.

The judge shares no code with the package and reads neither its plan nor its SQL. It follows the clauses one
by one, works in fractions, rounds a leaf once to ten places, and finds a place by counting the better units.
Where the plan is open, `answers` says what is meant: 0 is the official answer.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .plain import Key, place, place_from_below, rounded, ticket

Row = Mapping[str, Any]
Window = tuple[date, date]
Marks = dict[tuple[str, str], Decimal]
Entries = list[tuple[int, str]]

ANSWERS = {"conversion": 2, "tie": 1, "self_vote": 2, "group_missing": 2}
"""How many answers each reading has; index 0 is the official one."""

OPEN, INTERNAL, EXTERNAL, BONUS, DEDUCTIONS = "open", "internal", "external", "bonus", "deductions"
TOTAL = "total"
FULL = {OPEN: 40, INTERNAL: 30, EXTERNAL: 30}
FORMS: Window = (date(2018, 8, 1), date(2018, 11, 30))
EVENTS: Window = (date(2018, 1, 1), date(2018, 12, 31))
LEVELS = {"满意": 90, "基本满意": 70, "不满意": 50}
BEST_OF = (100, 90)
"""What counts as full marks before they are converted, by the answer to `conversion`."""
LEADERS, STAFF = "班子成员", "部门人员"
PRAISE = Fraction(5)
FIRST, LAST = "首位", "末位"


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

    marks: (component, unit) -> marks; totals: (standing, unit) -> (marks, place);
    lists: list -> (place, unit) in order; flags: (component, unit) -> "group_missing".
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
    """The whole campaign: three measurements, bonus and deductions, the first and the last."""
    case = open_case(facts, answers or {})
    marks: Marks = {}
    for row in facts.units:
        marks |= unit_marks(case, row["unit"])
    keys = order_keys(case, marks)
    return Verdict(
        marks=marks,
        totals={(TOTAL, unit): (marks[TOTAL, unit], place(unit, keys, keys)) for unit in keys},
        lists={
            FIRST: sorted((1, unit) for unit in keys if place(unit, keys, keys) == 1),
            LAST: sorted((1, unit) for unit in keys if place_from_below(unit, keys, keys) == 1),
        },
        flags={(INTERNAL, row["unit"]): "group_missing" for row in facts.units if one_group(case, row["unit"])},
    )


def open_case(facts: Facts, answers: Mapping[str, int]) -> Case:
    """The case to be judged; an answer that no reading has is refused."""
    for reading, answer in answers.items():
        if not 0 <= answer < ANSWERS.get(reading, 0):
            raise ValueError(f"no answer {answer} to reading {reading!r}")
    return Case(facts, answers)


def within(day: date, window: Window) -> bool:
    """Both ends belong to a window."""
    return window[0] <= day <= window[1]


# ---------------------------------------------------------------- forms (三(二)3, 三(三))


def votes_of(case: Case, method: str, unit: str, group: str | None = None) -> Counter[str]:
    """三(二)3, 三(三): the votes of each level, of one group or of all; self_vote: without the unit's own staff."""
    votes: Counter[str] = Counter()
    for row in case.facts.ratings:
        if asked(row, method, unit, group) and within(row["rated_on"], FORMS) and admitted(case, row):
            votes[row["level"]] += 1
    for row in case.facts.counts:
        if asked(row, method, unit, group):
            votes[row["level"]] += row["votes"]
    return Counter({level: number for level, number in votes.items() if level in LEVELS})


def asked(row: Row, method: str, unit: str, group: str | None) -> bool:
    """Whether a rating or a count belongs to a method, a unit and, if one is asked for, a group."""
    return row["method"] == method and row["unit"] == unit and group in (None, row["group"])


def admitted(case: Case, rating: Row) -> bool:
    """self_vote: a form that says it is the department's own does not count; answer 1: it does."""
    return rating["own"] is not True or case.answer("self_vote") == 1


def rate(case: Case, votes: Counter[str]) -> Fraction | None:
    """满意 90, 基本满意 70, 不满意 50: the mean as a part of 100; conversion 1: of 90. None of no votes."""
    if votes.total() == 0:
        return None
    earned = sum(LEVELS[level] * number for level, number in votes.items())
    return Fraction(earned, BEST_OF[case.answer("conversion")] * votes.total())


def group_rates(case: Case, unit: str) -> list[Fraction]:
    """三(三)1: the rates of leaders and of staff, those that returned forms."""
    rates = [rate(case, votes_of(case, INTERNAL, unit, group)) for group in (LEADERS, STAFF)]
    return [value for value in rates if value is not None]


def one_group(case: Case, unit: str) -> bool:
    """group_missing: whether just one of the two groups returned forms."""
    return len(group_rates(case, unit)) == 1


def internal_rate(case: Case, unit: str) -> Fraction | None:
    """三(三)1: 50 % each; group_missing: the other group alone, answer 1: 0 for the missing half."""
    rates = group_rates(case, unit)
    if not rates:
        return None
    halves = 2 if case.answer("group_missing") == 1 else len(rates)
    return sum(rates, Fraction(0)) / halves


# ---------------------------------------------------------------- bonus and deductions (三(四))


def happened(case: Case, unit: str, item: str) -> list[Row]:
    """三(四): the confirmed events of a unit in the year 2018."""
    return [
        row
        for row in case.facts.events
        if row["unit"] == unit
        and row["item"] == item
        and row["status"] in ("confirmed", "upheld")
        and within(row["happened_on"], EVENTS)
    ]


def bonus(case: Case, unit: str) -> Fraction:
    """三(四): 5 for each praise by the district."""
    return sum((PRAISE * int(row["times"]) for row in happened(case, unit, "praise")), Fraction(0))


def deductions(case: Case, unit: str) -> Fraction:
    """三(四): what the office entered for each breach, not above 0."""
    return -sum((Fraction(row["points"]) * int(row["times"]) for row in happened(case, unit, "breach")), Fraction(0))


# ---------------------------------------------------------------- total and places (三, 三(四))


def unit_marks(case: Case, unit: str) -> Marks:
    """三: total = open + external + internal + bonus − deductions; no total unless all three are measured."""
    rates = {method: rate(case, votes_of(case, method, unit)) for method in (OPEN, EXTERNAL)}
    rates[INTERNAL] = internal_rate(case, unit)
    leaves = {method: value * FULL[method] for method, value in rates.items() if value is not None}
    measured = len(leaves) == len(FULL)
    leaves |= {BONUS: bonus(case, unit), DEDUCTIONS: deductions(case, unit)}
    marks = {(leaf, unit): rounded(value) for leaf, value in leaves.items()}
    if measured:
        marks[TOTAL, unit] = sum(marks.values(), Decimal(0))
    return marks


def order_keys(case: Case, marks: Marks) -> dict[str, Key]:
    """名次不得并列, tie: total, external, internal, open, then the lot if one was drawn."""
    seed = case.facts.lots.get(TOTAL)
    keys: dict[str, Key] = {}
    for unit in [unit for component, unit in marks if component == TOTAL]:
        parts = [marks[part, unit] for part in (TOTAL, EXTERNAL, INTERNAL, OPEN)]
        keys[unit] = (*parts, *([] if seed is None else [ticket(seed, unit)]))
    return keys
