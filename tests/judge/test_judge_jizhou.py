"""The judge of 吉州区 2012, rule by rule, against numbers worked out by hand.

Sections are called 甲, 乙, 丙... of 行政执法类. What a test leaves out: every method has one 优 (16, 16, 8, 40), and
nothing is left unrectified (20).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from .jizhou_2012 import CATEGORIES, FULL, Facts, Verdict, judge
from .random_jizhou import campaigns

Row = dict[str, Any]
PRAISED, EXPLAIN, RECTIFY = "满意科室", "书面说明", "限期整改"
LIMIT: dict[str, Any] = {"gathering": "较差", "refused": 1}
"""16 + 16 + 8 + 20 + 10 = 70."""


def votes(unit: str, method: str, level: str, number: int = 1) -> Row:
    """A ready count."""
    return {"method": method, "unit": unit, "level": level, "votes": number, "cycle": None, "group": None}


def rating(method: str, level: str, point: str | None = None, day: str = "2012-05-08") -> Row:
    """A single form about 甲; a monitoring point may be named."""
    rater = {"form": f"{method}{level}{point}{day}", "respondent": point, "group": None, "own": None}
    return {"method": method, "unit": "甲", "level": level, "rated_on": date.fromisoformat(day), **rater}


def event(item: str, deed: str | None = None, unit: str = "甲", day: str = "2012-06-05", **more: Any) -> Row:
    """A confirmed event of June, once, unless told otherwise."""
    row = {"event": f"{unit}{item}{day}{deed}", "unit": unit, "item": item, "happened_on": date.fromisoformat(day)}
    return {**row, "times": 1, "points": None, "deed": deed, "status": "confirmed", **more}


def section(unit: str, category: str = CATEGORIES[0], /, **facts: Any) -> Facts:
    """A section: the level of each method (None: no form), and how often each item happened."""
    levels = {method: facts.get(method, "优") for method in FULL}
    return Facts(
        units=[{"unit": unit, "name": unit, "category": category, "organ": "局"}],
        counts=[votes(unit, method, level) for method, level in levels.items() if level],
        events=[event(item, unit=unit, times=times) for item, times in facts.items() if item not in FULL],
    )


def together(*parts: Facts, **lots: str) -> Facts:
    """Several sections as one campaign."""
    whole = Facts(lots=lots)
    for part in parts:
        for name in ("units", "counts", "events"):
            getattr(whole, name).extend(getattr(part, name))
    return whole


def of(verdict: Verdict, *components: str, unit: str = "甲") -> list[Decimal | None]:
    """The marks of components, None where there are none."""
    return [verdict.marks.get((component, unit)) for component in components]


def places(facts: Facts, answers: Mapping[str, int] | None = None) -> dict[str, int]:
    """The places of all sections in their categories."""
    return {unit: place for (_, unit), (_, place) in judge(facts, answers).totals.items()}


def decimals(*values: str) -> list[Decimal]:
    """Several numbers."""
    return [Decimal(value) for value in values]


def test_levels_are_worth_90_to_30_of_90() -> None:
    """五, 六: 16 × 90, 75, 60, 45, 30 ÷ 90."""
    found = [judge(section("甲", instant=level)).marks["instant", "甲"] for level in ("优", "良", "一般", "较差", "差")]
    assert found == decimals("16", "13.3333333333", "10.6666666667", "8", "5.3333333333")


def test_marks_are_four_methods_and_rectification() -> None:
    """六: 80 × (0.2 × ½ + 0.2 + 0.1 × ½ + 0.5 × ½) = 8 + 16 + 4 + 20 = 48; + 20 − 3 = 65."""
    verdict = judge(section("甲", instant="较差", visit="较差", gathering="较差", late=1))
    assert of(verdict, *FULL, "satisfaction") == decimals("8", "16", "4", "20", "48")
    assert of(verdict, "rectification", "total") == decimals("17", "65")
    assert verdict.totals == {("total", "甲"): (Decimal(65), 1)}
    assert verdict.flags == {}


def test_forms_of_the_year_and_counts_are_one_heap() -> None:
    """六: 优 on the first and the last day, 差 × 2 counted; forms of other years do not count: (180 + 60) ÷ 360 × 8."""
    days = {"2011-12-31": "差", "2012-01-01": "优", "2012-12-31": "优", "2013-01-01": "差"}
    facts = section("甲", visit=None)
    facts.ratings = [rating("visit", level, day=day) for day, level in days.items()]
    facts.counts.append(votes("甲", "visit", "差", 2))
    assert of(judge(facts), "visit") == decimals("5.3333333333")


MISSING = [(0, ["8", None, None, "40", "68.5714285714", "88.5714285714"]), (1, ["8", "0", "0", "40", "48", "68"])]


@pytest.mark.parametrize(("answer", "expected"), [*MISSING, (2, ["8", None, None, "40", None, None])])
def test_a_method_without_forms(answer: int, expected: list[str | None]) -> None:
    """method_missing: 48 of 56 is spread to 80; 1: it counts 0; 2: no satisfaction. A count of 0 votes is no form."""
    facts = section("甲", instant="较差", monthly=None, visit=None)
    facts.counts.append(votes("甲", "monthly", "差", 0))
    verdict = judge(facts, {"method_missing": answer})
    found = of(verdict, *FULL, "satisfaction", "total")
    assert found == [None if value is None else Decimal(value) for value in expected]
    assert verdict.flags == ({("satisfaction", "甲"): "spread"} if answer == 0 else {})


@pytest.mark.parametrize(("answer", "total"), [(0, None), (1, Decimal(17)), (2, None)])
def test_a_section_without_any_form(answer: int, total: Decimal | None) -> None:
    """method_missing: nothing to spread, no satisfaction, no flag, no place; rectification is known."""
    facts = section("甲", **dict.fromkeys(FULL), late=1)
    verdict = judge(facts, {"method_missing": answer})
    assert of(verdict, "total", "rectification") == [total, Decimal(17)]
    assert (len(verdict.totals), verdict.flags) == (0 if total is None else 1, {})


POINTS = [("instant", "10", "11.2"), ("monthly", "10", "11.2"), ("visit", "5", "5"), ("gathering", "25", "25")]


@pytest.mark.parametrize(("method", "official", "by_point"), POINTS)
def test_a_monitoring_point_may_count_once(method: str, official: str, by_point: str) -> None:
    """monitor_weight: 5 ÷ 8 of all; 1: ½ (M1, three forms), 1 (M2), 1 and ½ (no name), ½ (counts): 3.5 ÷ 5."""
    facts = section("甲", **{method: None})
    facts.ratings = [rating(method, "较差", "M1", day) for day in ("2012-01-02", "2012-01-03", "2012-01-04")]
    facts.ratings += [rating(method, "优"), rating(method, "较差"), rating(method, "优", "M2")]
    facts.counts += [votes("甲", method, "较差"), votes("甲", method, "较差")]
    assert of(judge(facts), method) == decimals(official)
    assert of(judge(facts, {"monitor_weight": 1}), method) == decimals(by_point)


def test_rectification_falls_from_20_to_0() -> None:
    """六: −3, −5, −10 each, until nothing is left."""
    happened = [
        ("late", 1),
        ("late", 6),
        ("late", 7),
        ("supervised", 1),
        ("refused", 1),
        ("refused", 2),
        ("refused", 3),
    ]
    found = [judge(section("甲", **{item: times})).marks["rectification", "甲"] for item, times in happened]
    assert found == [17, 2, 0, 15, 10, 0, 0]


COUNTED: list[dict[str, str]] = [{"status": "upheld"}, {"day": "2012-01-01"}, {"day": "2012-12-31"}]
IGNORED = [{"status": status} for status in ("proposed", "objected", "withdrawn")]
IGNORED += [{"day": day} for day in ("2011-12-31", "2013-01-01")]


@pytest.mark.parametrize("more", [*COUNTED, *IGNORED])
def test_only_established_events_of_the_year_count(more: dict[str, str]) -> None:
    """六: the year 2012, both ends included; one that does not count cannot be the gravest of its problem either."""
    facts = section("甲")
    facts.events = [event("refused", "D1", **more), event("late", "D1")]
    assert of(judge(facts), "rectification") == [10 if more in COUNTED else 17]


STEPS = [
    ([event("late", "D1"), event("refused", "D1"), event("supervised", "D1")], 10, 2),
    ([event("late", "D1", times=2), event("supervised", "D1")], 14, 9),
    ([event("late", "D1"), event("supervised", "D2")], 12, 12),
    ([event("late"), event("supervised")], 12, 12),
    ([event("late", "D1"), event("supervised", "D1", unit="乙")], 17, 17),
]


@pytest.mark.parametrize(("events", "gravest", "sum_of_all"), STEPS)
def test_a_problem_that_goes_through_several_steps(events: list[Row], gravest: int, sum_of_all: int) -> None:
    """same_problem: the gravest, points × times, of a deed (10, 6); 1: all (18, 11); no deed: a problem of its own."""
    facts = together(section("甲"), section("乙"))
    facts.events = events
    assert of(judge(facts), "rectification") == [gravest]
    assert of(judge(facts, {"same_problem": 1}), "rectification") == [sum_of_all]


def tied(**lots: str) -> Facts:
    """Totals of 80: 72 + 8 (甲, 丁, with instant 8; 乙 with 16), 60 + 20 (丙), 80 + 0 (戊, no gathering)."""
    slow = [section(name, instant="较差", late=4) for name in "甲丁"]
    others = [section("乙", monthly="较差", late=4), section("丙", gathering="较差")]
    others += [section("戊", gathering=None, refused=2), section("己", CATEGORIES[1], gathering="差")]
    return together(*slow, *others, **lots)


def test_ties_go_by_gathering_then_instant_then_lot() -> None:
    """tie: gathering 40, 40, 40, 20, 0; instant 16, 8, 8; seed 4: 丁, 甲. 己 is alone in its category."""
    assert places(tied()) == {"乙": 1, "甲": 2, "丁": 2, "丙": 4, "戊": 5, "己": 1}
    assert places(tied(total="4")) == {"乙": 1, "丁": 2, "甲": 3, "丙": 4, "戊": 5, "己": 1}
    assert places(tied(total="4"), {"tie": 1}) == {**dict.fromkeys("甲乙丙丁戊", 1), "己": 1}


def test_first_six_and_last_three_of_each_category() -> None:
    """七: a to h have 100, 97 ... 82, 80; x and y 100, 97; best first on one list, worst first on the other."""
    eight = [section(name, late=step) for step, name in enumerate("abcdefgh")]
    facts = together(*eight, section("x", CATEGORIES[1]), section("y", CATEGORIES[1], late=1))
    lists = judge(facts).lists
    assert lists[PRAISED] == [(1, "a"), (1, "x"), (3, "b"), (3, "y"), (5, "c"), (6, "d"), (7, "e"), (8, "f")]
    assert lists[EXPLAIN] == [(1, "h"), (2, "g"), (3, "f"), (4, "y"), (5, "x")]
    assert lists[RECTIFY] == []


def test_a_tie_at_the_cut_takes_all_unless_lots_are_drawn() -> None:
    """七, tie: seven of 100; the tickets of seed 4 stand in the order e d g f b a c."""
    seven = [section(name) for name in "abcdefg"]
    for facts, answers in ((together(*seven), {}), (together(*seven, total="4"), {"tie": 1})):
        lists = judge(facts, answers).lists
        assert lists[PRAISED] == lists[EXPLAIN] == [(1, name) for name in "abcdefg"]
    lists = judge(together(*seven, total="4")).lists
    assert lists[PRAISED] == [(1, "e"), (2, "d"), (3, "g"), (4, "f"), (5, "b"), (6, "a")]
    assert lists[EXPLAIN] == [(1, "c"), (2, "a"), (3, "b")]


def test_seventy_is_enough() -> None:
    """七: 甲 70 explains; 乙 68.67 and 丙 67 rectify; they are among the first six, below_70_in_top 1: not listed."""
    below = section("乙", visit="良", **LIMIT), section("丙", CATEGORIES[1], late=1, **LIMIT)
    facts = together(section("甲", **LIMIT), *below)
    lists = judge(facts).lists
    assert lists[PRAISED] == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert (lists[EXPLAIN], lists[RECTIFY]) == ([(1, "甲")], [(1, "丙"), (2, "乙")])
    assert judge(facts, {"below_70_in_top": 1}).lists == {**lists, PRAISED: [(1, "甲")]}


def test_answers_that_no_reading_has_are_refused() -> None:
    """The page offers so many answers and no more."""
    for answers in ({"method_missing": 3}, {"tie": -1}, {"other": 0}):
        with pytest.raises(ValueError, match="no answer"):
            judge(Facts(), answers)


@given(campaigns())
def test_marks_stay_within_their_bounds_and_rows_have_no_order(campaign: tuple[Facts, dict[str, int]]) -> None:
    """六: 0 to 16, 16, 8, 40, 80, 20, 100 in ten places; rows in another order give the same verdict."""
    facts, answers = campaign
    verdict = judge(facts, answers)
    full = {**FULL, "satisfaction": 80, "rectification": 20, "total": 100}
    assert all(0 <= value <= full[component] for (component, _), value in verdict.marks.items())
    assert all(value.as_tuple().exponent == -10 for value in verdict.marks.values())
    turned: dict[str, Any] = {name: getattr(facts, name)[::-1] for name in ("units", "ratings", "counts", "events")}
    assert judge(Facts(**turned, lots=facts.lots), answers) == verdict
