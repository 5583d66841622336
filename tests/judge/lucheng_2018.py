"""鹿城管理部 2018, scored slowly and plainly in exact fractions.

The judge shares no code with the package and reads neither its plan nor its SQL. It follows the clauses one
by one, works in fractions, rounds a leaf once to ten places, and finds a place by counting the better units.
Where the plan is open, `answers` says what is meant: 0 is the official answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .plain import Key, place, rounded

Row = Mapping[str, Any]
Window = tuple[date, date]
Marks = dict[tuple[str, str], Decimal]

ANSWERS = {"levels": 2, "small_day": 2, "file_score": 1, "not_yet": 2}
"""How many answers each reading has; index 0 is the official one."""

DAILY_STAGE: Window = (date(2018, 3, 1), date(2018, 11, 30))
NETWORK_STAGE: Window = (date(2018, 12, 1), date(2018, 12, 10))
NETWORK, OVERALL, TOTAL = "network", "daily.overall", "total"

LEVELS = (
    {"满意": Fraction(1), "基本满意": Fraction(3, 5), "不满意": Fraction(0)},
    {
        "非常满意": Fraction(1),
        "满意": Fraction(4, 5),
        "基本满意": Fraction(3, 5),
        "不满意": Fraction(3, 10),
        "非常不满意": Fraction(0),
    },
)
"""What a vote of each level is worth, by the answer to `levels`."""

RATED = {"client.device": 2, "client.sms": 7, "client.onsite": 4, "client.callback": 4, NETWORK: 15}
"""附件2, 三(二): leaves scored by a satisfaction rate, and their full marks (分)."""

DEDUCTED = {
    "client.visit": 3,
    "client.file": 3,
    "client.late": 2,
    "daily.onestop": 3,
    "daily.guide": 2,
    "daily.authority": 2,
    "daily.data": 2,
    "daily.online": 2,
    "daily.complaint": 2,
    "inspection": 30,
    "hotline": 15,
}
"""附件2, 三(一): leaves that lose points, and their full marks (分)."""

POINTS = {
    "client.visit.finding": Fraction(1),
    "client.file.defect": Fraction(1),
    "client.late.red_card": Fraction(1, 2),
    "daily.onestop.not_in": Fraction(1),
    "daily.onestop.not_onestop": Fraction(1, 2),
    "daily.onestop.lengthened": Fraction(1, 2),
    "daily.guide.vague": Fraction(1, 5),
    "daily.authority.outside": Fraction(1, 2),
    "daily.data.unrecorded": Fraction(1, 5),
    "daily.online.offline": Fraction(1, 5),
    "daily.complaint.signed": Fraction(1),
} | {f"{leaf}.clean": Fraction(0) for leaf in DEDUCTED}
"""附件2: what an item costs each time; `clean` says that somebody looked and found nothing."""

ENTERED = ("inspection.finding", "hotline.case")
"""三(一)(3), (4): items whose points the office enters."""

FULL: dict[str, int] = {**RATED, **DEDUCTED, OVERALL: 2, "client": 25, "daily": 15, "routine": 85, TOTAL: 100}
NODES = {
    "client": tuple(leaf for leaf in FULL if leaf.startswith("client.")),
    "daily": tuple(leaf for leaf in FULL if leaf.startswith("daily.")),
    "routine": ("client", "daily", "inspection", "hotline"),
    TOTAL: ("routine", NETWORK),
}
"""三: what each node adds up, parts before wholes."""


@dataclass
class Facts:
    """What happened: lists of plain rows, in any order; lots: standing -> seed (equal totals share here)."""

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

    marks: (component, unit) -> marks; totals: (standing, unit) -> (marks, place); lists: none in this campaign;
    flags: (leaf, unit) -> "unmeasured".
    """

    marks: Marks
    totals: dict[tuple[str, str], tuple[Decimal, int]]
    lists: dict[str, list[tuple[int, str]]]
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
    """三: the leaves and nodes of every unit, and the place of its total among all units."""
    case = open_case(facts, answers or {})
    marks: Marks = {}
    flags: dict[tuple[str, str], str] = {}
    for row in facts.units:
        unit = row["unit"]
        leaves = measured_leaves(case, unit)
        if case.answer("not_yet") == 0:
            flags |= {(leaf, unit): "unmeasured" for leaf, value in leaves.items() if value is None}
            leaves = {leaf: Fraction(FULL[leaf]) if value is None else value for leaf, value in leaves.items()}
        known = {leaf: rounded(value) for leaf, value in leaves.items() if value is not None}
        marks |= {(component, unit): value for component, value in with_nodes(known).items()}
    keys: dict[str, Key] = {unit: (value,) for (component, unit), value in marks.items() if component == TOTAL}
    totals = {(TOTAL, unit): (marks[TOTAL, unit], place(unit, keys, keys)) for unit in keys}
    return Verdict(marks, totals, {}, flags)


def open_case(facts: Facts, answers: Mapping[str, int]) -> Case:
    """The case to be judged; an answer that no reading has is refused."""
    for reading, answer in answers.items():
        if not 0 <= answer < ANSWERS.get(reading, 0):
            raise ValueError(f"no answer {answer} to reading {reading!r}")
    return Case(facts, answers)


def within(day: date, window: Window) -> bool:
    """Both ends belong to a window."""
    return window[0] <= day <= window[1]


# ---------------------------------------------------------------- leaves (三, 附件2)


def measured_leaves(case: Case, unit: str) -> dict[str, Fraction | None]:
    """三, 附件2: every leaf of a unit, not rounded; None where there are no data yet."""
    return {
        **{leaf: rate_marks(case, leaf, unit) for leaf in RATED},
        **{leaf: marks_left(case, leaf, unit) for leaf in DEDUCTED},
        OVERALL: mean_mark(case, unit),
    }


def values_of(case: Case, leaf: str, unit: str) -> list[tuple[Fraction, int]]:
    """levels: what the votes of a leaf are worth, and how many; a level the answer does not name is no vote."""
    worth = LEVELS[case.answer("levels")]
    window = NETWORK_STAGE if leaf == NETWORK else DAILY_STAGE
    rows = [(row, 1) for row in case.facts.ratings if within(row["rated_on"], window)]
    rows += [(row, int(row["votes"])) for row in case.facts.counts]
    asked = [(row, votes) for row, votes in rows if row["method"] == leaf and row["unit"] == unit]
    return [(worth[row["level"]], votes) for row, votes in asked if row["level"] in worth]


def rate_marks(case: Case, leaf: str, unit: str) -> Fraction | None:
    """附件2, 三(二): satisfaction rate × full marks; None of no votes."""
    values = values_of(case, leaf, unit)
    number = sum(votes for _, votes in values)
    earned = sum((value * votes for value, votes in values), Fraction(0))
    return FULL[leaf] * earned / number if number else None


def happened(case: Case, leaf: str, unit: str) -> list[Row]:
    """三(一): the confirmed events of a leaf from March to the end of November."""
    return [
        row
        for row in case.facts.events
        if row["unit"] == unit
        and row["item"] in (*POINTS, *ENTERED)
        and row["item"].rpartition(".")[0] == leaf
        and row["status"] in ("confirmed", "upheld")
        and within(row["happened_on"], DAILY_STAGE)
    ]


def cost(event: Row) -> Fraction:
    """附件2: the points of an event, those of the item or those entered, × times."""
    points = Fraction(event["points"]) if event["item"] in ENTERED else POINTS[event["item"]]
    return points * int(event["times"])


def marks_left(case: Case, leaf: str, unit: str) -> Fraction | None:
    """附件2: full marks less every deduction, not below 0; None if nobody looked yet."""
    events = happened(case, leaf, unit)
    lost = sum((cost(event) for event in events), Fraction(0))
    return max(Fraction(0), FULL[leaf] - lost) if events else None


def mean_mark(case: Case, unit: str) -> Fraction | None:
    """附件2, 审管办综合评价: the mean of the marks given; None of none."""
    rows = [row for row in case.facts.marks if row["method"] == OVERALL and row["unit"] == unit]
    return sum((Fraction(row["mark"]) for row in rows), Fraction(0)) / len(rows) if rows else None


# ---------------------------------------------------------------- nodes (三, not_yet)


def with_nodes(leaves: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """三: the leaves that have marks, and the nodes above them; not_yet 1: what is left out is spread."""
    marks = dict(leaves)
    for node, parts in NODES.items():
        present = [part for part in parts if part in marks]
        if present:
            reached = sum((Fraction(marks[part]) for part in present), Fraction(0))
            marks[node] = rounded(reached * FULL[node] / sum(FULL[part] for part in present))
    return marks
