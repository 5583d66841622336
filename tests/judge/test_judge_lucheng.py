"""The judge of 鹿城管理部 2018, rule by rule, against numbers worked out by hand.

Windows are called 甲, 乙, 丙. What a test leaves out has no data: full marks, and the total starts from 100.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from .lucheng_2018 import DEDUCTED, FULL, NODES, POINTS, RATED, Facts, Verdict, judge
from .random_lucheng import campaigns

Row = dict[str, Any]
CHEAP = ("daily.guide.vague", "daily.data.unrecorded", "daily.online.offline")
HALF = ("client.late.red_card", "daily.onestop.not_onestop", "daily.onestop.lengthened", "daily.authority.outside")
DEAR = ("client.visit.finding", "client.file.defect", "daily.onestop.not_in", "daily.complaint.signed")
ITEMS = dict.fromkeys(CHEAP, "0.2") | dict.fromkeys(HALF, "0.5") | dict.fromkeys(DEAR, "1")


def window(*names: str, **tables: Any) -> Facts:
    """Windows and what is known of them."""
    return Facts(units=[{"unit": name, "name": name, "category": "窗口", "organ": "鹿城"} for name in names], **tables)


def votes(leaf: str, level: str, number: int = 1, unit: str = "甲") -> Row:
    """A ready count."""
    return {"method": leaf, "unit": unit, "level": level, "votes": number, "cycle": None, "group": None}


def rating(leaf: str, level: str, day: str) -> Row:
    """A single rating of 甲."""
    rater = {"form": day, "respondent": None, "group": None, "own": None}
    return {"method": leaf, "unit": "甲", "level": level, "rated_on": date.fromisoformat(day), **rater}


def mark(value: str) -> Row:
    """A mark that the centre gives 甲."""
    return {"method": "daily.overall", "unit": "甲", "mark": value}


def event(item: str, points: str | None = None, unit: str = "甲", day: str = "2018-06-05", **more: Any) -> Row:
    """A confirmed event of June, once, unless told otherwise."""
    row = {"event": f"{unit}{item}{day}", "unit": unit, "item": item, "happened_on": date.fromisoformat(day)}
    return {**row, "times": 1, "points": points, "deed": None, "status": "confirmed", "signed_on": None, **more}


def of(verdict: Verdict, component: str, unit: str = "甲") -> Decimal | None:
    """The marks of a component, None if there are none."""
    return verdict.marks.get((component, unit))


def left(*events: Row, leaf: str, **answers: int) -> Decimal | None:
    """What 甲 has left of a leaf after these events."""
    return of(judge(window("甲", events=list(events)), answers), leaf)


def test_the_tree_adds_up() -> None:
    """三, 附件2: 25 + 15 + 30 + 15 = 85, + 15 = 100."""
    assert {node: sum(FULL[part] for part in parts) for node, parts in NODES.items()} == {
        **{"client": 25, "daily": 15, "routine": 85, "total": 100}
    }
    assert len({*RATED, *DEDUCTED, "daily.overall"}) == 17
    assert {item for item, points in POINTS.items() if points} == ITEMS.keys()


def test_marks_climb_the_tree() -> None:
    """三: device 1.2 of 2, inspection 30 − 4.5, network 0: 25 − 0.8, 85 − 0.8 − 4.5, 79.7 + 0."""
    counts = [votes("client.device", "基本满意", 3), votes("network", "不满意")]
    verdict = judge(window("甲", counts=counts, events=[event("inspection.finding", "4.5")]))
    expected = {"client": "24.2", "daily": "15", "inspection": "25.5", "routine": "79.7", "network": "0"}
    assert {node: of(verdict, node) for node in expected} == {node: Decimal(value) for node, value in expected.items()}
    assert verdict.totals == {("total", "甲"): (Decimal("79.7"), 1)}
    assert verdict.lists == {}


def test_equal_totals_share_a_place() -> None:
    """Standing total: 甲 100, 乙 and 丙 99 by different leaves, 丁 98: 1 2 2 4; a seed changes nothing."""
    lost = [event("client.visit.finding", unit="乙"), event("daily.complaint.signed", unit="丙")]
    facts = window("丁", "丙", "乙", "甲", events=[*lost, event("hotline.case", "2", unit="丁")])
    facts.lots["total"] = "7"
    places = {unit: place for (_, unit), (_, place) in judge(facts).totals.items()}
    assert places == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}


@pytest.mark.parametrize(("leaf", "expected"), [(leaf, Decimal(full) * 8 / 15) for leaf, full in RATED.items()])
def test_a_rate_is_value_over_votes(leaf: str, expected: Decimal) -> None:
    """附件2, levels: 1 满意, 1 基本满意 and 1 不满意: full × 1.6 ÷ 3, rounded once to ten places."""
    counts = [votes(leaf, level) for level in ("满意", "基本满意", "不满意")]
    assert of(judge(window("甲", counts=counts)), leaf) == expected.quantize(Decimal("1E-10"))


FIVE = {"非常满意": ("7", "7"), "满意": ("7", "5.6"), "基本满意": ("4.2", "4.2"), "不满意": ("0", "2.1")}


@pytest.mark.parametrize(("level", "expected"), [*FIVE.items(), ("非常不满意", ("7", "0"))])
def test_levels_are_three_or_five(level: str, expected: tuple[str, str]) -> None:
    """levels: 1, 0.6, 0; answer 1: 1, 0.8, 0.6, 0.3, 0. Of 7; a level of the other scale is no vote: full marks."""
    facts = window("甲", counts=[votes("client.sms", level, 4)])
    assert [of(judge(facts, {"levels": answer}), "client.sms") for answer in (0, 1)] == [*map(Decimal, expected)]


EDGES = {"client.onsite": ("02-28", "03-01", "11-30", "12-01"), "network": ("11-30", "12-01", "12-10", "12-11")}


@pytest.mark.parametrize(("leaf", "days"), EDGES.items())
def test_ratings_count_in_their_window(leaf: str, days: tuple[str, ...]) -> None:
    """三(一): 1 March to 30 November; 三(二): 1 to 10 December; the middle two count: (1 + 0.6) ÷ 2."""
    levels = ("不满意", "满意", "基本满意", "不满意")
    ratings = [rating(leaf, level, f"2018-{day}") for day, level in zip(days, levels, strict=True)]
    assert of(judge(window("甲", ratings=ratings)), leaf) == Decimal("0.8") * FULL[leaf]
    assert (leaf, "甲") in judge(window("甲", ratings=[ratings[0], ratings[3]])).flags


def test_ratings_and_counts_are_one_heap() -> None:
    """附件2: one rating of 满意 and three counted 不满意: 4 × 1 ÷ 4; a count of 0 votes is no data."""
    facts = window("甲", ratings=[rating("client.callback", "满意", "2018-05-02")])
    facts.counts = [votes("client.callback", "不满意", 3), votes("client.device", "满意", 0)]
    verdict = judge(facts)
    assert of(verdict, "client.callback") == 1
    assert ("client.callback", "甲") not in verdict.flags
    assert ("client.device", "甲") in verdict.flags


@pytest.mark.parametrize(("item", "points"), ITEMS.items())
def test_every_item_costs_its_points(item: str, points: str) -> None:
    """附件2, file_score: 1, 0.5 or 0.2 each; × times; each leaf is floored at 0 on its own."""
    leaf = item.rpartition(".")[0]
    assert left(event(item), leaf=leaf) == FULL[leaf] - Decimal(points)
    assert left(event(item, times=2), leaf=leaf) == left(event(item), event(item), leaf=leaf)
    assert left(event(item, times=40), leaf=leaf) == 0
    assert left(event(item, times=40), leaf="routine") == 85 - FULL[leaf]


@pytest.mark.parametrize(("leaf", "item", "full"), [("inspection", "finding", 30), ("hotline", "case", 15)])
def test_the_office_enters_the_points(leaf: str, item: str, full: int) -> None:
    """三(一)(3), (4): −0.25 × 3 − 4; to the floor exactly, and beyond."""
    entered = [event(f"{leaf}.{item}", "0.25", times=3), event(f"{leaf}.{item}", "4")]
    assert left(*entered, leaf=leaf) == full - Decimal("4.75")
    assert left(event(f"{leaf}.{item}", str(full)), leaf=leaf) == 0
    assert left(event(f"{leaf}.{item}", "30", times=2), leaf=leaf) == 0


COUNTED: list[dict[str, str]] = [{"status": "upheld"}, {"day": "2018-03-01"}, {"day": "2018-11-30"}]
IGNORED = [{"status": status} for status in ("proposed", "objected", "withdrawn")]
IGNORED += [{"day": day} for day in ("2018-02-28", "2018-12-01")]


@pytest.mark.parametrize("more", [*COUNTED, *IGNORED])
def test_only_established_events_from_march_to_november_count(more: dict[str, str]) -> None:
    """附件2: 经查属实; 三(一): 1 March to 30 November, both included: 2 − 1, or 2 and unmeasured."""
    verdict = judge(window("甲", events=[event("daily.complaint.signed", **more)]))
    assert of(verdict, "daily.complaint") == (1 if more in COUNTED else 2)
    assert (("daily.complaint", "甲") in verdict.flags) == (more in IGNORED)


@pytest.mark.parametrize(("given_marks", "expected"), [(["2", "1.5"], "1.75"), (["2", "2", "1"], "1.6666666667")])
def test_overall_is_the_mean_of_the_marks(given_marks: Sequence[str], expected: str) -> None:
    """附件2, 审管办综合评价."""
    facts = window("甲", marks=[mark(value) for value in given_marks])
    assert of(judge(facts), "daily.overall") == Decimal(expected)


def test_a_leaf_without_data_has_full_marks_and_a_flag() -> None:
    """not_yet: all 17 are unmeasured, the total is 100; a mark of 0 is data."""
    assert len(judge(window("甲")).flags) == 17
    verdict = judge(window("甲", marks=[mark("0")]))
    assert (of(verdict, "total"), len(verdict.flags)) == (Decimal(98), 16)
    assert set(verdict.flags.values()) == {"unmeasured"}


@pytest.mark.parametrize("leaf", DEDUCTED)
def test_clean_says_that_somebody_looked(leaf: str) -> None:
    """not_yet: `clean` costs nothing and makes the leaf measured, if it counts."""
    verdict = judge(window("甲", events=[event(f"{leaf}.clean", times=3)]))
    assert of(verdict, leaf) == FULL[leaf]
    assert (leaf, "甲") not in verdict.flags
    assert left(event(f"{leaf}.clean"), leaf=leaf, not_yet=1) == FULL[leaf]
    assert left(event(f"{leaf}.clean", day="2018-12-01"), leaf=leaf, not_yet=1) is None
    assert left(event(f"{leaf}.clean", status="proposed"), leaf=leaf, not_yet=1) is None


def test_what_is_left_out_is_spread() -> None:
    """not_yet 1: client 3.5 of 7 → 12.5 of 25; daily 0; 12.5 of 40 → 26.5625 of 85; no network: 31.25 of 100."""
    counts = [votes("client.sms", "满意"), votes("client.sms", "不满意")]
    verdict = judge(window("甲", "乙", counts=counts, marks=[mark("0")]), {"not_yet": 1})
    expected = {"client.sms": "3.5", "client": "12.5", "daily.overall": "0", "daily": "0"}
    expected |= {"routine": "26.5625", "total": "31.25"}
    assert verdict.marks == {(component, "甲"): Decimal(value) for component, value in expected.items()}
    assert verdict.totals == {("total", "甲"): (Decimal("31.25"), 1)}
    assert verdict.flags == {}


def test_a_spread_node_is_rounded_before_it_is_added() -> None:
    """not_yet 1: 29 + 14 of 45: × 85 ÷ 45 = 81.2222222222|2…; of that × 100 ÷ 85 = 95.5555555555|2… (not …56)."""
    events = [event("inspection.finding", "1"), event("hotline.case", "1")]
    verdict = judge(window("甲", events=events), {"not_yet": 1})
    assert (of(verdict, "routine"), of(verdict, "total")) == (Decimal("81.2222222222"), Decimal("95.5555555555"))
    only_network = judge(window("甲", counts=[votes("network", "基本满意")]), {"not_yet": 1})
    assert (of(only_network, "routine"), of(only_network, "total")) == (None, Decimal(60))


def test_answers_that_no_reading_has_are_refused() -> None:
    """file_score has the official answer alone; small_day is a matter of drawing."""
    assert judge(window("甲"), {"small_day": 1}) == judge(window("甲"))
    for answers in ({"file_score": 1}, {"not_yet": 2}, {"other": 0}):
        with pytest.raises(ValueError, match="no answer"):
            judge(window("甲"), answers)


@given(campaigns())
def test_marks_stay_within_their_bounds_and_rows_have_no_order(campaign: tuple[Facts, dict[str, int]]) -> None:
    """三: 0 to full marks, in ten places; rows in another order give the same verdict."""
    facts, answers = campaign
    verdict = judge(facts, answers)
    assert all(0 <= value <= FULL[component] for (component, _), value in verdict.marks.items())
    assert all(value.as_tuple().exponent == -10 for value in verdict.marks.values())
    tables = ("units", "ratings", "counts", "marks", "events")
    turned: dict[str, Any] = {name: getattr(facts, name)[::-1] for name in tables}
    assert judge(Facts(**turned), answers) == verdict
