"""银川市 2018, scored slowly and plainly in exact fractions.

The judge shares no code with the package and reads neither its plan nor its SQL. It follows the clauses one
by one, works in fractions, rounds a leaf once to ten places, and finds a place by counting the better units.
Where the plan is open, `answers` says what is meant: 0 is the official answer.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chinese_calendar import is_workday  # type: ignore[import-untyped]

from .plain import Key, place, place_from_below, rounded, ticket

Row = Mapping[str, Any]
Window = tuple[date, date]
Marks = dict[tuple[str, str], Decimal]
Entries = list[tuple[int, str]]

ANSWERS = {"levels": 2, "impossible_date": 1, "tie": 2, "groups": 2, "thin_method": 2, "second_part_signed": 2}
"""How many answers each reading has; index 0 is the official one."""

THIRD, CENTER, DEPUTIES, NETWORK, VOTES = "third_party", "service_center", "deputies", "network", "network.votes"
STANDINGS = (THIRD, CENTER, DEPUTIES, NETWORK)
AUTUMN, YEAR = (date(2018, 10, 15), date(2018, 11, 30)), (date(2018, 1, 1), date(2018, 12, 10))
WINDOWS: dict[str, Window] = {THIRD: AUTUMN, CENTER: YEAR, DEPUTIES: AUTUMN, VOTES: YEAR}
DEDUCTIONS: Window = (date(2017, 12, 1), date(2018, 11, 30))
BAD = "不满意"
LEVELS = (
    {"满意": 100, "基本满意": 60, BAD: 0},
    {"满意": 100, "基本满意": 80, "一般": 60, BAD: 0},
)
"""What a level is worth, by the answer to `levels`; a level that is not named (不了解) has no value."""
CONDUCT = {"investigated": Fraction(1), "criticised": Fraction(1, 2)}
MEDIA = dict.fromkeys(("interview", "slow", "ignored", "onair"), Fraction(1, 10))
MEDIA_FLOOR = Fraction(-5)
FEW_BELOW = 30
LAST = 3
LIST = "重点跟踪对象"


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

    marks: (component, unit) -> marks; totals: (standing, unit) -> (marks, place in its category);
    lists: list -> (place, unit) in order, 1 is the worst; flags: (component, unit) -> "thin".
    """

    marks: Marks
    totals: dict[tuple[str, str], tuple[Decimal, int]]
    lists: dict[str, Entries]
    flags: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Case:
    """Facts, answers and the votes of each (method, unit): level -> number."""

    facts: Facts
    answers: Mapping[str, int]
    votes: Mapping[tuple[str, str], Counter[str]]

    def answer(self, reading: str) -> int:
        """Which answer to a reading is meant: 0 is the official one."""
        return self.answers.get(reading, 0)

    def valued(self, method: str, unit: str) -> Counter[str]:
        """The votes of a unit that have a value (不了解 has none)."""
        levels = LEVELS[self.answer("levels")]
        return Counter({level: number for level, number in self.votes[method, unit].items() if level in levels})


def judge(facts: Facts, answers: Mapping[str, int] | None = None) -> Verdict:
    """The whole campaign: four methods that are never summed, their places and their last three."""
    case = open_case(facts, answers or {})
    marks = all_marks(case)
    keys = {standing: order_keys(case, standing, marks) for standing in STANDINGS}
    return Verdict(
        marks=marks,
        totals={
            (standing, unit): (marks[standing, unit], place(unit, keys[standing], same_category(case, unit, ranked)))
            for standing, ranked in keys.items()
            for unit in ranked
        },
        lists={f"{LIST}.{standing}": tracked(case, keys[standing]) for standing in STANDINGS},
        flags=thin_flags(case, marks),
    )


def open_case(facts: Facts, answers: Mapping[str, int]) -> Case:
    """The case to be judged; an answer that no reading has is refused."""
    for reading, answer in answers.items():
        if not 0 <= answer < ANSWERS.get(reading, 0):
            raise ValueError(f"no answer {answer} to reading {reading!r}")
    votes = {(method, row["unit"]): votes_of(facts, method, row) for method in WINDOWS for row in facts.units}
    return Case(facts, answers, votes)


# ---------------------------------------------------------------- votes (五, 六3)


def within(day: date, window: Window) -> bool:
    """Both ends belong to a window."""
    return window[0] <= day <= window[1]


def votes_of(facts: Facts, method: str, unit: Row) -> Counter[str]:
    """五: single ratings inside the window and ready counts; 五2: the service centre measures 入驻 units alone."""
    votes: Counter[str] = Counter()
    if method == CENTER and unit["stationed"] != "是":
        return votes
    mine = [row for row in facts.ratings if row["method"] == method and row["unit"] == unit["unit"]]
    inside = [row for row in mine if within(row["rated_on"], WINDOWS[method])]
    for row in once_each(inside) if method == DEPUTIES else inside:
        votes[row["level"]] += 1
    for row in facts.counts:
        if row["method"] == method and row["unit"] == unit["unit"]:
            votes[row["level"]] += row["votes"]
    return votes


def once_each(rows: Iterable[Row]) -> list[Row]:
    """五3: who holds two posts rates a unit once, the first time; who is not known is a person of its own."""
    kept: list[Row] = []
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: (row["rated_on"], row["form"])):
        if row["respondent"] not in seen:
            kept.append(row)
        if row["respondent"] is not None:
            seen.add(row["respondent"])
    return kept


# ---------------------------------------------------------------- marks (五)


def all_marks(case: Case) -> Marks:
    """五: each method on a scale of its own; 五4: network is its votes less both parts of the deductions."""
    marks: Marks = {}
    for row in case.facts.units:
        unit = row["unit"]
        for method in WINDOWS:
            value = rate(case, method, unit)
            if value is not None:
                marks[method, unit] = rounded(value)
        marks["network.conduct", unit] = rounded(deducted(case, unit, CONDUCT))
        marks["network.media", unit] = rounded(max(deducted(case, unit, MEDIA), MEDIA_FLOOR))
        if (VOTES, unit) in marks:
            parts = (VOTES, "network.conduct", "network.media")
            marks[NETWORK, unit] = sum((marks[part, unit] for part in parts), Decimal(0))
    return marks


def rate(case: Case, method: str, unit: str) -> Fraction | None:
    """五 按百分制: the mean value of the votes that have one; thin_method 1: not below 30 votes."""
    votes = case.valued(method, unit)
    needed = FEW_BELOW if case.answer("thin_method") == 1 else 1
    if votes.total() < needed:
        return None
    levels = LEVELS[case.answer("levels")]
    earned = sum(levels[level] * number for level, number in votes.items())
    return 100 * Fraction(earned, 100 * votes.total())


def thin_flags(case: Case, marks: Marks) -> dict[tuple[str, str], str]:
    """thin_method: marks from fewer than 30 votes stand, and are flagged."""
    scored = [key for key in marks if key[0] in WINDOWS]
    return {key: "thin" for key in scored if case.valued(*key).total() < FEW_BELOW}


# ---------------------------------------------------------------- deductions (附件1)


def deducted(case: Case, unit: str, items: Mapping[str, Fraction]) -> Fraction:
    """附件1: what the events of one part cost, not above 0."""
    mine = [row for row in case.facts.events if row["unit"] == unit and row["item"] in items]
    return -sum((items[row["item"]] * int(row["times"]) for row in mine if counts(case, row)), Fraction(0))


def counts(case: Case, event: Row) -> bool:
    """附件1: confirmed, from 2017-12-01 to 2018-11-30; part two: signed by the head, and an answer truly late."""
    if event["status"] not in ("confirmed", "upheld") or not within(event["happened_on"], DEDUCTIONS):
        return False
    if event["item"] in MEDIA and event["signed_on"] is None and case.answer("second_part_signed") == 0:
        return False
    return event["item"] != "slow" or is_late(event)


def is_late(event: Row) -> bool:
    """附件1 二(二): not answered by the deadline; what was never passed on has none."""
    opened, closed = event["opened_on"], event["closed_on"]
    if opened is None:
        return False
    last = a_month_after(opened) if event["extended"] else working_days_after(opened, 5)
    return closed is None or closed > last


def working_days_after(day: date, number: int) -> date:
    """The working day that comes `number` working days after a day."""
    while number:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last day if it has no such day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# ---------------------------------------------------------------- places and lists (七3)


def order_keys(case: Case, standing: str, marks: Marks) -> dict[str, Key]:
    """tie: marks alone; answer 1: then fewer 不满意, then the lot if one was drawn."""
    ranked = [row["unit"] for row in case.facts.units if (standing, row["unit"]) in marks]
    if case.answer("tie") == 0:
        return {unit: (marks[standing, unit],) for unit in ranked}
    method, seed = (VOTES if standing == NETWORK else standing), case.facts.lots.get(standing)
    lots = {unit: () if seed is None else (ticket(seed, unit),) for unit in ranked}
    return {unit: (marks[standing, unit], -case.votes[method, unit][BAD], *lots[unit]) for unit in ranked}


def same_category(case: Case, unit: str, ranked: Collection[str]) -> list[str]:
    """The ranked units of a unit's category, itself among them."""
    categories = {row["unit"]: row["category"] for row in case.facts.units}
    return [other for other in ranked if categories[other] == categories[unit]]


def tracked(case: Case, keys: Mapping[str, Key]) -> Entries:
    """七3: the last three of both categories together; groups 1: of each, with places of its own. Equals all enter."""
    apart = case.answer("groups") == 1
    listed = [
        unit
        for unit in keys
        if place_from_below(unit, keys, same_category(case, unit, keys) if apart else keys) <= LAST
    ]
    return sorted(
        (place_from_below(unit, keys, same_category(case, unit, listed) if apart else listed), unit) for unit in listed
    )
