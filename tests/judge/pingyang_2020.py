"""平阳县 2020, scored slowly and plainly in exact fractions.

The judge shares no code with the package and reads neither its plan nor its SQL. It follows the clauses one
by one, works in fractions, rounds a leaf once to ten places (half away from zero), and finds a place by
counting the better units. Where the plan is open, `answers` says what is meant: 0 is the official answer.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

Row = Mapping[str, Any]
Window = tuple[date, date]
Marks = dict[tuple[str, str], Fraction]
Key = tuple[Any, ...]
Keys = dict[str, Key]
Totals = dict[tuple[str, str], tuple[Decimal, int]]
Lists = dict[str, list[tuple[int, str]]]

ALONE, DUAL, TOWNSHIP = "单独", "双重", "乡镇"
GOOD, FAIR, BAD = "满意", "基本满意", "不满意"
BEST_CANDIDATES, WORST_CANDIDATES = "满意候选", "不满意候选"
BEST, LOWEST, WORST = "满意单位", "不满意单位", "最不满意单位"
REST = "其他"

ANSWERS = {
    "small_sample_scope": 3,
    "item_mean_units": 3,
    "no_votes": 3,
    "hotline_quarters": 2,
    "direct_entry": 2,
    "other_44": 2,
    "both_lists": 2,
    "unmarked": 2,
    "wrong_picks": 2,
    "worst_points": 2,
    "several_units": 2,
    "tie": 2,
}
"""How many answers each reading has; index 0 is the official one."""

CONDUCT_ITEMS = ("conduct",)
HANDLING_ITEMS = ("late", "contact", "shirk", "undone", "urgent")
ONLINE_ITEMS = ("valid",)
INSPECTION_ITEMS = (
    "county",
    "city",
    "complaint",
    "head_case",
    "deputy_case",
    "staff_case",
    "unit_case",
    "old_head_case",
    "old_deputy_case",
    "old_staff_case",
    "old_unit_case",
)
BONUS_ITEMS = (
    "award_nation",
    "award_province",
    "award_city",
    "model_nation",
    "model_province",
    "model_city",
    "covid_centre",
    "covid_province",
    "covid_city",
)


@dataclass
class Facts:
    """What happened: lists of plain rows, in any order."""

    units: list[dict[str, Any]] = field(default_factory=list)
    ratings: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    lots: dict[str, str] = field(default_factory=dict)
    grades: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Cycle:
    """A half of the client ratings: its days, both included, and its full marks (分)."""

    first: date
    last: date
    full: Fraction


def _cycles() -> dict[str, Cycle]:
    return {
        "半年度": Cycle(date(2020, 4, 20), date(2020, 6, 30), Fraction(25)),
        "年终": Cycle(date(2020, 7, 1), date(2020, 11, 10), Fraction(25)),
    }


def _levels() -> dict[str, Fraction]:
    return {GOOD: Fraction(1), FAIR: Fraction(3, 5), BAD: Fraction(0)}


def _points() -> dict[str, Fraction]:
    amounts = {
        **{"late": 1, "contact": 1, "shirk": 2, "urgent": 5, "valid": 1},
        **{"county": 1, "city": 2, "complaint": 1},
        **{"head_case": 20, "deputy_case": 10, "staff_case": 5, "unit_case": 20},
        **{"old_head_case": 8, "old_deputy_case": 5, "old_staff_case": 3, "old_unit_case": 10},
        **{"award_nation": 5, "award_province": 3, "award_city": 1},
        **{"model_nation": 3, "model_province": 2, "model_city": 1},
        **{"covid_centre": 5, "covid_province": 3, "covid_city": 2},
    }
    return {item: Fraction(amount) for item, amount in amounts.items()}


def _amounts() -> dict[str, tuple[Fraction, Fraction]]:
    return {
        BEST: (Fraction(5), Fraction(5, 2)),
        LOWEST: (Fraction(-5), Fraction(-5, 2)),
        WORST: (Fraction(-10), Fraction(-5)),
    }


@dataclass(frozen=True)
class Rules:
    """The numbers of the plan; a small campaign may be given smaller quotas, finals and picks.

    amounts: for each final list what the manager gets, and what the township gets under dual management.
    """

    year: int = 2020
    categories: tuple[str, ...] = ("机关中层科室", "审批服务类", "管理执法类")
    levels: Mapping[str, Fraction] = field(default_factory=_levels)
    cycles: Mapping[str, Cycle] = field(default_factory=_cycles)
    few_below: int = 30
    own_share: Fraction = Fraction(3, 10)
    year_window: Window = (date(2020, 1, 1), date(2020, 11, 10))
    quarters: tuple[Window, ...] = (
        (date(2020, 1, 1), date(2020, 3, 31)),
        (date(2020, 4, 1), date(2020, 6, 30)),
        (date(2020, 7, 1), date(2020, 9, 30)),
        (date(2020, 10, 1), date(2020, 11, 10)),
    )
    record_window: Window = (date(2019, 12, 1), date(2020, 11, 30))
    network_window: Window = (date(2020, 11, 11), date(2020, 11, 30))
    conduct_base: Fraction = Fraction(10)
    handling_base: Fraction = Fraction(90)
    hotline_scale: Fraction = Fraction(5, 100)
    online_base: Fraction = Fraction(5)
    inspection_base: Fraction = Fraction(20)
    points: Mapping[str, Fraction] = field(default_factory=_points)
    factors: Mapping[str, Fraction] = field(
        default_factory=lambda: {"cohandler": Fraction(1, 2), "aggravated": Fraction(2)}
    )
    bonus_cap: Fraction = Fraction(5)
    marker_weights: Mapping[str, Fraction] = field(
        default_factory=lambda: {"主管部门": Fraction(2), "乡镇": Fraction(1)}
    )
    network_full: Fraction = Fraction(15)
    picks: Mapping[str, int] = field(default_factory=lambda: {GOOD: 10, BAD: 10})
    system_quotas: Mapping[str, int] = field(default_factory=lambda: {"卫健": 2, "金融": 4})
    rest_quota: int = 44
    finals: Mapping[str, int] = field(default_factory=lambda: {BEST: 10, LOWEST: 10, WORST: 3})
    amounts: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=_amounts)


@dataclass(frozen=True)
class Verdict:
    """What the judge finds.

    marks: (component, unit) -> marks; totals: (standing, unit) -> (marks, place);
    lists: list -> (place, unit) in order; outcome_sums: (subject_kind, subject) -> points of effect 考绩分.
    """

    marks: dict[tuple[str, str], Decimal]
    totals: Totals
    lists: Lists
    outcome_sums: dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Case:
    """Facts, rules and answers together with the units that take part."""

    facts: Facts
    rules: Rules
    answers: Mapping[str, int]
    units: Mapping[str, Row]

    def answer(self, reading: str) -> int:
        """Which answer to a reading is meant: 0 is the official one."""
        return self.answers.get(reading, 0)


def judge(facts: Facts, rules: Rules | None = None, answers: Mapping[str, int] | None = None) -> Verdict:
    """The whole campaign: daily marks, candidates, network marks, totals, lists, consequences."""
    case = open_case(facts, rules or Rules(), answers or {})
    marks = daily_stage(case)
    by_day = order_keys(case, "daily", marks)
    lists = shortlists(case, by_day)
    marks |= network_stage(case, members(lists), marks)
    by_total = order_keys(case, "total", marks)
    lists |= final_lists(case, lists, by_total)
    return Verdict(
        marks={place: exposed(value) for place, value in marks.items()},
        totals=standings(case, marks, {"daily": by_day, "total": by_total}),
        lists=lists,
        outcome_sums=outcome_sums(case, lists),
    )


def open_case(facts: Facts, rules: Rules, answers: Mapping[str, int]) -> Case:
    """The case to be judged; an answer that no reading has is refused."""
    for reading, answer in answers.items():
        if not 0 <= answer < ANSWERS.get(reading, 0):
            raise ValueError(f"no answer {answer} to reading {reading!r}")
    away = exempt(facts, rules)
    units = {row["unit"]: row for row in facts.units if row["unit"] not in away}
    return Case(facts, rules, answers, units)


# ---------------------------------------------------------------- numbers


def rounded(value: Fraction) -> Fraction:
    """Ten decimal places, half away from zero (四舍五入)."""
    steps = int(abs(value) * 10**10 + Fraction(1, 2))
    return Fraction(steps if value >= 0 else -steps, 10**10)


def exposed(value: Fraction) -> Decimal:
    """The value with exactly ten decimal places."""
    return Decimal(int(rounded(value) * 10**10)).scaleb(-10)


def total_of(values: Iterable[Fraction]) -> Fraction:
    """Their sum, 0 if there are none."""
    return sum(values, Fraction(0))


def mean(values: list[Fraction]) -> Fraction | None:
    """The arithmetic mean; None of nothing."""
    return total_of(values) / len(values) if values else None


def within(day: date, window: Window) -> bool:
    """Both ends belong to a window."""
    return window[0] <= day <= window[1]


# ---------------------------------------------------------------- units (二)


def listed(facts: Facts, year: int, name: str) -> set[str]:
    """The units on a list of an earlier year."""
    return {row["unit"] for row in facts.history if row["year"] == year and row["list"] == name}


def exempt(facts: Facts, rules: Rules) -> set[str]:
    """二: 满意单位 in both of the last two years takes no part."""
    return listed(facts, rules.year - 1, BEST) & listed(facts, rules.year - 2, BEST)


def direct_entries(case: Case) -> set[str]:
    """四(二)1: last year's 不满意单位 that take part this year."""
    return listed(case.facts, case.rules.year - 1, LOWEST) & set(case.units)


def own_units(case: Case) -> list[str]:
    """二: the units scored here; 卫健 and 金融 score their own."""
    return [unit for unit, row in case.units.items() if row.get("system") is None]


def category(case: Case, unit: str) -> str:
    """The unit's category (附件1)."""
    name: str = case.units[unit]["category"]
    return name


# ---------------------------------------------------------------- client (四(一)1)


@dataclass(frozen=True)
class Polls:
    """The client ratings in the periods in which they are scored.

    full: the full marks (分) of each period; votes: of each (period, unit), also where 0; own: the unrounded
    marks of each (period, unit) that has votes.
    """

    full: Mapping[str, Fraction]
    votes: Mapping[tuple[str, str], int]
    own: Mapping[tuple[str, str], Fraction]


def client_levels(case: Case) -> dict[tuple[str, str], Counter[str]]:
    """四(一)1: the votes of each level for a unit in a cycle; ready counts add to single ratings."""
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in case.facts.ratings:
        cycle = cycle_of(row["rated_on"], case.rules)
        if row["method"] == "client" and cycle is not None:
            votes[cycle, row["unit"]][row["level"]] += 1
    for row in case.facts.counts:
        if row["method"] == "client":
            votes[row["cycle"], row["unit"]][row["level"]] += row["votes"]
    return votes


def cycle_of(day: date, rules: Rules) -> str | None:
    """四(一)1: the half a day belongs to; None outside both."""
    for name, cycle in rules.cycles.items():
        if cycle.first <= day <= cycle.last:
            return name
    return None


def periods(case: Case) -> dict[str, tuple[str, ...]]:
    """small_sample_scope: each half for itself; answer 1: both halves pooled."""
    if case.answer("small_sample_scope") == 1:
        return {"全年": tuple(case.rules.cycles)}
    return {cycle: (cycle,) for cycle in case.rules.cycles}


def polls(case: Case) -> Polls:
    """四(一)1: votes and own marks, rate × full marks, of each unit in each period."""
    levels, cycles = client_levels(case), case.rules.cycles
    full: dict[str, Fraction] = {}
    votes: dict[tuple[str, str], int] = {}
    own: dict[tuple[str, str], Fraction] = {}
    for period, span in periods(case).items():
        full[period] = total_of(cycles[cycle].full for cycle in span)
        for unit in own_units(case):
            given = pooled(levels.get((cycle, unit), Counter()) for cycle in span)
            votes[period, unit] = given.total()
            if given.total() > 0:
                own[period, unit] = full[period] * earned(case, given) / given.total()
    return Polls(full, votes, own)


def pooled(parts: Iterable[Counter[str]]) -> Counter[str]:
    """The votes of several cycles as one."""
    together: Counter[str] = Counter()
    for part in parts:
        together.update(part)
    return together


def earned(case: Case, given: Counter[str]) -> Fraction:
    """四(一)1: 满意 counts 1, 基本满意 0.6, 不满意 0."""
    return total_of(case.rules.levels[level] * number for level, number in given.items())


def has_enough(case: Case, poll: Polls, period: str, unit: str) -> bool:
    """四(一)1: 30 votes are enough, in the period; small_sample_scope 2: in the whole year."""
    whole_year = case.answer("small_sample_scope") == 2
    counted = poll.full if whole_year else (period,)
    return sum(poll.votes[name, unit] for name in counted) >= case.rules.few_below


def item_mean(case: Case, poll: Polls, period: str, unit: str) -> Fraction | None:
    """item_mean_units: over all rated units; 1: of the unit's category; 2: with enough votes."""
    answer = case.answer("item_mean_units")
    others = [other for (name, other) in poll.own if name == period]
    if answer == 1:
        others = [other for other in others if category(case, other) == category(case, unit)]
    if answer == 2:
        others = [other for other in others if has_enough(case, poll, period, other)]
    return mean([poll.own[period, other] for other in others])


def period_marks(case: Case, poll: Polls, period: str, unit: str) -> Fraction | None:
    """四(一)1: own marks; with few votes 70 % of the item's mean and 30 % own; without votes the mean."""
    own = poll.own.get((period, unit))
    if own is None:
        return marks_without_votes(case, poll, period, unit)
    if has_enough(case, poll, period, unit):
        return own
    middle = item_mean(case, poll, period, unit)
    share = case.rules.own_share
    return None if middle is None else (1 - share) * middle + share * own


def marks_without_votes(case: Case, poll: Polls, period: str, unit: str) -> Fraction | None:
    """no_votes: the item's mean; 1: nothing earned; 2: not scored."""
    if case.answer("no_votes") == 1:
        return Fraction(0)
    if case.answer("no_votes") == 2:
        return None
    return item_mean(case, poll, period, unit)


def client(case: Case) -> dict[str, Fraction]:
    """四(一)1: 50 points, the sum of the halves; a unit with an unscored half has none."""
    poll = polls(case)
    scored = {}
    for unit in own_units(case):
        halves = [period_marks(case, poll, period, unit) for period in poll.full]
        known = [half for half in halves if half is not None]
        if len(known) == len(halves):
            scored[unit] = rounded(total_of(known))
    return scored


# ---------------------------------------------------------------- events (四(一)2, 4; 附件2; 四(二)5)


def happened(case: Case, unit: str, items: Collection[str], window: Window) -> list[Row]:
    """The confirmed events of a unit, of these items, inside the window."""
    return [
        event
        for event in case.facts.events
        if event["unit"] == unit
        and event["item"] in items
        and event["status"] == "confirmed"
        and within(event["happened_on"], window)
    ]


def worth(case: Case, event: Row) -> Fraction:
    """附件2, 四(一)4: the item's points (of a range: the event's own) × times × factors."""
    own = event.get("points")
    value = case.rules.points[event["item"]] if own is None else Fraction(own)
    for factor in event.get("factors") or ():
        value *= case.rules.factors[factor]
    return value * int(event["times"])


def left_of(case: Case, base: Fraction, unit: str, items: Collection[str], window: Window) -> Fraction:
    """附件2, 四(一)4: the base less what is deducted, never below 0 (扣完为止)."""
    deducted = total_of(worth(case, event) for event in happened(case, unit, items, window))
    return max(base - deducted, Fraction(0))


def conduct(case: Case, unit: str) -> Fraction:
    """附件2 作风投诉: base 10, for the year."""
    return left_of(case, case.rules.conduct_base, unit, CONDUCT_ITEMS, case.rules.year_window)


def handling(case: Case, unit: str) -> Fraction:
    """附件2 办理评价: base 90 each quarter, the mean of the quarters; hotline_quarters 1: one base."""
    rules = case.rules
    windows = (rules.year_window,) if case.answer("hotline_quarters") == 1 else rules.quarters
    quarters = [left_of(case, rules.handling_base, unit, HANDLING_ITEMS, window) for window in windows]
    return total_of(quarters) / len(quarters)


def online(case: Case, unit: str) -> Fraction:
    """附件2 注3: 5 points, 1 off for each valid complaint."""
    return left_of(case, case.rules.online_base, unit, ONLINE_ITEMS, case.rules.year_window)


def inspection(case: Case, unit: str) -> Fraction:
    """四(一)4: 20 points less problems, complaints and cases."""
    return left_of(case, case.rules.inspection_base, unit, INSPECTION_ITEMS, case.rules.record_window)


def bonus(case: Case, unit: str) -> Fraction:
    """四(二)5: each deed once at its highest, at most 5 together."""
    deeds: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for event in happened(case, unit, BONUS_ITEMS, case.rules.record_window):
        deed = event.get("deed")
        key = ("event", event["event"]) if deed is None else ("deed", deed)
        deeds[key] = max(deeds[key], worth(case, event))
    return min(total_of(deeds.values()), case.rules.bonus_cap)


# ---------------------------------------------------------------- marks (四(一)3, 二)


def given_marks(case: Case, method: str, unit: str) -> dict[str, Fraction]:
    """The mark of each marker; one marker, one mark."""
    rows = [row for row in case.facts.marks if row["method"] == method and row["unit"] == unit]
    marks = {row["marker"]: Fraction(row["mark"]) for row in rows}
    if len(marks) < len(rows):
        raise ValueError(f"a marker marked unit {unit} twice for {method}")
    return marks


def supervisor(case: Case, unit: str) -> Fraction | None:
    """四(一)3: organ and township weigh 2 : 1, over those that handed in."""
    marks = given_marks(case, "supervisor", unit)
    if not marks:
        return None
    weights = {marker: case.rules.marker_weights[marker] for marker in marks}
    return total_of(weights[marker] * mark for marker, mark in marks.items()) / total_of(weights.values())


def imported_daily(case: Case, unit: str) -> Fraction | None:
    """二: the daily marks a system hands in for its unit."""
    marks = list(given_marks(case, "daily", unit).values())
    if len(marks) > 1:
        raise ValueError(f"unit {unit} has more than one imported daily mark")
    return marks[0] if marks else None


# ---------------------------------------------------------------- the daily stage (四(一))


def daily_stage(case: Case) -> Marks:
    """四(一): the marks of everything that is known before the network stage."""
    marks: Marks = {("client", unit): value for unit, value in client(case).items()}
    for unit, row in case.units.items():
        marks["bonus", unit] = rounded(bonus(case, unit))
        scored_here = row.get("system") is None
        leaves = own_leaves(case, unit) if scored_here else {"daily": imported_daily(case, unit)}
        marks |= {(leaf, unit): rounded(value) for leaf, value in leaves.items() if value is not None}
    add_hotline(case, marks)
    add_daily(case, marks)
    return marks


def own_leaves(case: Case, unit: str) -> dict[str, Fraction | None]:
    """四(一)2–4: the leaves of a unit that is scored here, but for client."""
    return {
        "hotline.conduct": conduct(case, unit),
        "hotline.handling": handling(case, unit),
        "online": online(case, unit),
        "supervisor": supervisor(case, unit),
        "inspection": inspection(case, unit),
    }


def add_hotline(case: Case, marks: Marks) -> None:
    """附件2: the two items together, from 100 down to 5."""
    for unit in own_units(case):
        hundred = marks["hotline.conduct", unit] + marks["hotline.handling", unit]
        marks["hotline", unit] = rounded(hundred * case.rules.hotline_scale)


def add_daily(case: Case, marks: Marks) -> None:
    """四(一): 85 points; a unit that lacks one of the five has no daily marks."""
    for unit in own_units(case):
        parts = [(leaf, unit) for leaf in ("client", "hotline", "online", "supervisor", "inspection")]
        if all(part in marks for part in parts):
            marks["daily", unit] = total_of(marks[part] for part in parts)


# ---------------------------------------------------------------- standings


def ticket(seed: str, unit: str) -> str:
    """The lot of a unit: the smaller ticket has the better place."""
    return sha256(f"{seed}:{unit}".encode()).hexdigest()


def order_key(case: Case, standing: str, unit: str, marks: Marks) -> Key:
    """tie: higher marks, then client, then inspection, then lots if drawn; answer 1: marks alone."""
    if case.answer("tie") == 1:
        return (-marks[standing, unit],)
    leaves = [marks.get((leaf, unit), Fraction(0)) for leaf in ("client", "inspection")]
    seed = case.facts.lots.get(standing)
    lot = [] if seed is None else [ticket(seed, unit)]
    return (-marks[standing, unit], *(-leaf for leaf in leaves), *lot)


def order_keys(case: Case, standing: str, marks: Marks) -> Keys:
    """The units that are ranked; the smaller key is the better unit."""
    return {unit: order_key(case, standing, unit, marks) for unit in case.units if (standing, unit) in marks}


def places_from_top(units: Iterable[str], keys: Keys) -> dict[str, int]:
    """One more than the number of better units: equal units share a place (1, 2, 2, 4)."""
    pool = list(units)
    return {unit: 1 + sum(keys[other] < keys[unit] for other in pool) for unit in pool}


def places_from_bottom(units: Iterable[str], keys: Keys) -> dict[str, int]:
    """One more than the number of worse units."""
    pool = list(units)
    return {unit: 1 + sum(keys[other] > keys[unit] for other in pool) for unit in pool}


def standings(case: Case, marks: Marks, keys: Mapping[str, Keys]) -> Totals:
    """The place of each ranked unit: daily among its system, total among all."""
    found: Totals = {}
    systems = {row.get("system") for row in case.units.values()}
    for system in systems:
        group = [unit for unit in keys["daily"] if case.units[unit].get("system") == system]
        for unit, place in places_from_top(group, keys["daily"]).items():
            found["daily", unit] = (exposed(marks["daily", unit]), place)
    for unit, place in places_from_top(keys["total"], keys["total"]).items():
        found["total", unit] = (exposed(marks["total", unit]), place)
    return found


# ---------------------------------------------------------------- candidates (四(二)1)


def pool_of(case: Case, unit: str) -> str:
    """四(二)1: the pool whose seats a unit competes for; other_44 1: each category is one."""
    system: str | None = case.units[unit].get("system")
    if system is not None:
        return system
    return category(case, unit) if case.answer("other_44") == 1 else REST


def seats(case: Case) -> dict[str, int]:
    """四(二)1: 卫健 2, 金融 4, the other three categories 44 together."""
    rest = shared_seats(case) if case.answer("other_44") == 1 else {REST: case.rules.rest_quota}
    return {**case.rules.system_quotas, **rest}


def shared_seats(case: Case) -> dict[str, int]:
    """other_44 1: the 44 in proportion to the size of the categories, by largest remainder."""
    sizes = Counter(category(case, unit) for unit in own_units(case))
    if not sizes:
        return dict.fromkeys(case.rules.categories, 0)
    number = case.rules.rest_quota
    exact = {name: Fraction(number * sizes[name], sizes.total()) for name in case.rules.categories}
    whole = {name: int(share) for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (whole[name] - exact[name], -sizes[name]))
    for name in order[: number - sum(whole.values())]:
        whole[name] += 1
    return whole


def best_candidates(case: Case, keys: Keys) -> set[str]:
    """四(二)1: the top of each pool; both_lists: last year's ten are left out first, answer 1: they stay."""
    out = set() if case.answer("both_lists") == 1 else direct_entries(case)
    chosen: set[str] = set()
    for pool, number in seats(case).items():
        inside = [unit for unit in keys if pool_of(case, unit) == pool and unit not in out]
        chosen |= {unit for unit, place in places_from_top(inside, keys).items() if place <= number}
    return chosen


def worst_candidates(case: Case, keys: Keys) -> set[str]:
    """四(二)1: last year's ten and the bottom of each pool of the others; direct_entry 1: the ten take seats."""
    direct = direct_entries(case)
    chosen = set(direct)
    for pool, number in seats(case).items():
        inside = [unit for unit in keys if pool_of(case, unit) == pool and unit not in direct]
        if case.answer("direct_entry") == 1:
            number -= sum(pool_of(case, unit) == pool for unit in direct)
        chosen |= {unit for unit, place in places_from_bottom(inside, keys).items() if place <= number}
    return chosen


def best_first(units: Iterable[str], keys: Keys) -> list[tuple[int, str]]:
    """A list whose first place is the best."""
    return sorted((place, unit) for unit, place in places_from_top(units, keys).items())


def worst_first(units: Iterable[str], keys: Keys) -> list[tuple[int, str]]:
    """A list whose first place is the worst; units without marks come last and share a place."""
    known = [unit for unit in units if unit in keys]
    last = [(len(known) + 1, unit) for unit in units if unit not in keys]
    return sorted([(place, unit) for unit, place in places_from_bottom(known, keys).items()] + last)


def shortlists(case: Case, keys: Keys) -> Lists:
    """四(二)1: the two lists of candidates."""
    return {
        BEST_CANDIDATES: best_first(best_candidates(case, keys), keys),
        WORST_CANDIDATES: worst_first(worst_candidates(case, keys), keys),
    }


def members(lists: Lists) -> set[str]:
    """All units on any of the lists."""
    return {unit for entries in lists.values() for _, unit in entries}


# ---------------------------------------------------------------- network (四(二)2–4)


@dataclass(frozen=True)
class Form:
    """What one voter handed in: unit -> level."""

    form: str
    respondent: str | None
    rated_on: date
    levels: Mapping[str, str]


def forms(case: Case) -> list[Form]:
    """四(二)3: the forms handed in while the ballot is open."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in case.facts.ratings:
        if row["method"] == "network" and within(row["rated_on"], case.rules.network_window):
            rows[row["form"]].append(row)
    return [one_form(form, sorted(own, key=lambda row: row["rated_on"])) for form, own in rows.items()]


def one_form(form: str, rows: list[Row]) -> Form:
    """The rows of a form, earliest first, taken together."""
    levels = {row["unit"]: row["level"] for row in rows}
    if len(levels) < len(rows):
        raise ValueError(f"form {form} names a unit twice")
    return Form(form, rows[0].get("respondent"), rows[0]["rated_on"], levels)


def first_forms(handed_in: list[Form]) -> list[Form]:
    """四(二)3: a code is used once, so a voter's first form counts; a nameless form stands for itself."""
    first: dict[tuple[str, str], Form] = {}
    for form in sorted(handed_in, key=lambda form: (form.rated_on, form.form)):
        voter = ("form", form.form) if form.respondent is None else ("respondent", form.respondent)
        first.setdefault(voter, form)
    return list(first.values())


def has_right_picks(case: Case, form: Form) -> bool:
    """四(二)3: exactly ten 满意 and ten 不满意, whoever they are for."""
    given = Counter(form.levels.values())
    return all(given[level] == number for level, number in case.rules.picks.items())


def without_excess(case: Case, form: Form) -> dict[str, str | None]:
    """wrong_picks 1: a level marked more than ten times is struck out; None says struck out."""
    given = Counter(form.levels.values())
    dropped = {level for level, number in case.rules.picks.items() if given[level] > number}
    return {unit: None if level in dropped else level for unit, level in form.levels.items()}


def ballots(case: Case) -> list[dict[str, str | None]]:
    """四(二)3: the forms that count, each as unit -> level (None: struck out)."""
    counted = first_forms(forms(case))
    if case.answer("wrong_picks") == 1:
        return [without_excess(case, form) for form in counted]
    return [dict(form.levels) for form in counted if has_right_picks(case, form)]


def network_levels(case: Case, unit: str, cast: list[dict[str, str | None]]) -> Counter[str]:
    """unmarked: a candidate without a mark is 基本满意; answer 1: has no vote."""
    unmarked = None if case.answer("unmarked") == 1 else FAIR
    given = [ballot.get(unit, unmarked) for ballot in cast]
    return Counter(level for level in given if level is not None)


def network_stage(case: Case, candidates: set[str], marks: Marks) -> Marks:
    """四(二)4, 四(三): network marks out of 15; total = daily + network + bonus."""
    cast = ballots(case)
    found: Marks = {}
    for unit in candidates:
        given = network_levels(case, unit, cast)
        if given.total() > 0:
            found["network", unit] = rounded(case.rules.network_full * earned(case, given) / given.total())
            if ("daily", unit) in marks:
                found["total", unit] = marks["daily", unit] + found["network", unit] + marks["bonus", unit]
    return found


# ---------------------------------------------------------------- final lists (四(三))


def final_lists(case: Case, lists: Lists, keys: Keys) -> Lists:
    """四(三): the best ten, the lowest ten, and the lowest three of these."""
    number = case.rules.finals
    hopeful = [unit for _, unit in lists[BEST_CANDIDATES] if unit in keys]
    doubtful = [unit for _, unit in lists[WORST_CANDIDATES] if unit in keys]
    best = [entry for entry in best_first(hopeful, keys) if entry[0] <= number[BEST]]
    lowest = [entry for entry in worst_first(doubtful, keys) if entry[0] <= number[LOWEST]]
    worst = [entry for entry in lowest if entry[0] <= number[WORST]]
    return {BEST: best, LOWEST: lowest, WORST: worst}


# ---------------------------------------------------------------- consequences (五(一))


def listings(case: Case, lists: Lists) -> list[tuple[str, str]]:
    """五(一): the (list, unit) that earn points; 最不满意 stands for 不满意, worst_points 1: besides it."""
    found = [(name, unit) for name in (BEST, LOWEST, WORST) for _, unit in lists[name]]
    if case.answer("worst_points") == 1:
        return found
    return [(name, unit) for name, unit in found if name != LOWEST or (WORST, unit) not in found]


def shares(case: Case, name: str, unit: str) -> list[tuple[tuple[str, str], Fraction]]:
    """五(一): who gets the points: the organ, organ and township, or the township."""
    row = case.units[unit]
    manager, township = case.rules.amounts[name]
    return {
        ALONE: [(("organ", row["organ"]), manager)],
        DUAL: [(("organ", row["organ"]), manager), (("township", row.get("township")), township)],
        TOWNSHIP: [(("township", row.get("township")), manager)],
    }[row["management"]]


def outcome_sums(case: Case, lists: Lists) -> dict[tuple[str, str], Decimal]:
    """五(一): yearly assessment points by organ and township."""
    amounts: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for name, unit in listings(case, lists):
        for subject, amount in shares(case, name, unit):
            amounts[subject].append(amount)
    return {subject: exposed(together(case, given)) for subject, given in amounts.items()}


def together(case: Case, amounts: list[Fraction]) -> Fraction:
    """several_units: points add up; 1: only the strongest plus and the strongest minus."""
    if case.answer("several_units") == 1:
        return max([Fraction(0), *amounts]) + min([Fraction(0), *amounts])
    return total_of(amounts)
