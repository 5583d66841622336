"""The judge of 银川市 2018, rule by rule, against numbers worked out by hand. Units are called 甲, 乙, 丙..."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from .random_yinchuan import campaigns
from .yinchuan_2018 import ANSWERS, Facts, judge

Row = dict[str, Any]
ORGANS, INDUSTRIES = "机关单位", "重点行业"
METHODS = ("third_party", "service_center", "deputies", "network")
AUTUMN = ("2018-10-14", "2018-10-15", "2018-11-30", "2018-12-01")
YEAR = ("2017-12-31", "2018-01-01", "2018-12-10", "2018-12-11")
WINDOWS = {"third_party": AUTUMN, "service_center": YEAR, "deputies": AUTUMN, "network.votes": YEAR}
"""The day before, the first, the last and the day after."""


def unit(name: str, category: str = ORGANS, stationed: str = "是") -> Row:
    return {"unit": name, "name": name, "category": category, "organ": name, "stationed": stationed}


def rated(level: str, day: str, method: str = "third_party", who: str | None = None, form: str = "") -> Row:
    own = {"respondent": who, "group": None, "own": None}
    return {"form": form or level + day, "method": method, "unit": "甲", "level": level, **own} | {"rated_on": on(day)}


def votes(name: str, method: str, **levels: int) -> list[Row]:
    row = {"method": method, "unit": name, "cycle": None, "group": None}
    return [{**row, "level": level, "votes": number} for level, number in levels.items()]


def event(item: str, day: str = "2018-05-04", **more: Any) -> Row:
    row = {"event": item + day, "unit": "甲", "item": item, "happened_on": on(day), "times": 1, "points": None}
    times = {"signed_on": on("2018-06-01"), "opened_on": None, "closed_on": None, "extended": None}
    return {**row, **times, "deed": None, "status": "confirmed", **more}


def on(day: str) -> date:
    return date.fromisoformat(day)


def one(*ratings: Row, events: tuple[Row, ...] = (), counts: Iterable[Row] = (), stationed: str = "是") -> Facts:
    """甲 alone."""
    return Facts([unit("甲", stationed=stationed)], list(ratings), list(counts), events=list(events))


def marks(facts: Facts, component: str, **answers: int) -> dict[str, str]:
    """The marks of a component, without trailing zeros."""
    found = judge(facts, answers).marks
    return {name: f"{value.normalize():f}" for (which, name), value in found.items() if which == component}


def mark(facts: Facts, component: str, **answers: int) -> str | None:
    return marks(facts, component, **answers).get("甲")


def scored(method: str = "third_party", lots: str | None = None, **rates: str) -> Facts:
    """Units with 30 votes: so many 满意 and the rest 不满意, or 匀, all 基本满意; 业… are 重点行业."""
    facts = Facts(lots={} if lots is None else {method: lots})
    for name, rate in rates.items():
        facts.units.append(unit(name, INDUSTRIES if name.startswith("业") else ORGANS))
        given = {"基本满意": 30} if rate == "匀" else {"满意": int(rate), "不满意": 30 - int(rate)}
        facts.counts += votes(name, "network.votes" if method == "network" else method, **given)
    return facts


def places(facts: Facts, standing: str = "third_party", **answers: int) -> dict[str, int]:
    found = judge(facts, answers).totals
    return {name: place for (which, name), (_, place) in found.items() if which == standing}


def tracked(facts: Facts, standing: str = "third_party", **answers: int) -> list[tuple[int, str]]:
    return judge(facts, answers).lists[f"重点跟踪对象.{standing}"]


# ---------------------------------------------------------------- votes (五, 六3)


@pytest.mark.parametrize("method", WINDOWS)
def test_levels_are_worth_100_60_and_0_or_100_80_60_and_0(method: str) -> None:
    """levels: a rating of 100, counts of 60 and 0, 160 ÷ 3; answer 1: 80, 60 and 0, 240 ÷ 4; 不了解 is in no sum."""
    single = rated("满意", "2018-11-01", method)
    assert mark(one(single, counts=votes("甲", method, 基本满意=1, 不满意=1, 不了解=5)), method) == "53.3333333333"
    four = one(single, counts=votes("甲", method, 基本满意=1, 一般=1, 不满意=1, 不了解=3))
    assert mark(four, method, levels=1) == "60"


@pytest.mark.parametrize("method", WINDOWS)
def test_ratings_count_from_the_first_to_the_last_day(method: str) -> None:
    """六3: 满意 and 基本满意 on the outermost days inside, 80; 不满意 on those outside."""
    before, first, last, after = WINDOWS[method]
    outside = rated("不满意", before, method), rated("不满意", after, method)
    assert mark(one(rated("满意", first, method), rated("基本满意", last, method), *outside), method) == "80"
    assert mark(one(*outside), method) is None


def test_only_stationed_units_have_the_service_centre() -> None:
    """五2: 对入驻的各单位进行测评."""
    counts = votes("甲", "service_center", 满意=40)
    assert mark(one(counts=counts), "service_center") == "100"
    assert judge(one(counts=counts, stationed="否")).totals == {}


def test_a_deputy_rates_a_unit_once() -> None:
    """五3: the first by day, then by form; a rating that came too early is none."""
    who = {"method": "deputies", "who": "A"}
    early, late = rated("不满意", "2018-11-02", **who, form="z"), rated("满意", "2018-11-03", **who, form="y")
    assert mark(one(late, early), "deputies") == "0"
    b, a = rated("满意", "2018-11-02", **who, form="b"), rated("基本满意", "2018-11-02", **who, form="a")
    assert mark(one(b, a), "deputies") == "60"
    assert mark(one(rated("不满意", "2018-10-14", **who), late), "deputies") == "100"
    assert mark(one(rated("不了解", "2018-11-02", **who), late), "deputies") is None
    other_unit = Facts([unit("甲"), unit("乙")], [early, {**late, "unit": "乙"}])
    assert marks(other_unit, "deputies") == {"甲": "0", "乙": "100"}


@pytest.mark.parametrize(("method", "who"), [("deputies", None), *((m, "A") for m in WINDOWS if m != "deputies")])
def test_unknown_deputies_and_other_methods_count_every_rating(method: str, who: str | None) -> None:
    """五: 100 and 0, two ratings each time."""
    twice = rated("满意", "2018-11-02", method, who), rated("不满意", "2018-11-03", method, who)
    assert mark(one(*twice), method) == "50"


# ---------------------------------------------------------------- deductions (附件1)


def network(*events: Row, **answers: int) -> tuple[str | None, ...]:
    """Part one, part two and network after 40 votes of 满意 and these events."""
    facts = one(events=events, counts=votes("甲", "network.votes", 满意=40))
    return tuple(mark(facts, part, **answers) for part in ("network.conduct", "network.media", "network"))


def test_items_cost_what_the_table_says_and_part_two_at_most_five() -> None:
    """附件1: 1 × 2 + 0.5 × 3 of part one; 0.1 × (1 + 2 + 3) of part two; 100 − 3.5 − 0.6."""
    one_part = event("investigated", times=2, signed_on=None), event("criticised", times=3)
    other = event("interview"), event("ignored", times=2), event("onair", times=3)
    assert network(*one_part, *other) == ("-3.5", "-0.6", "95.9")
    assert network() == ("0", "0", "100")
    # 减分不设下限; 最多减5分: 0.1 × 51 is 5.1
    assert network(event("investigated", times=120), event("onair", times=51)) == ("-120", "-5", "-25")
    assert network(event("onair", times=49)) == ("0", "-4.9", "95.1")


@pytest.mark.parametrize(
    ("day", "cost"), [("2017-11-30", "0"), ("2017-12-01", "-1"), ("2018-11-30", "-1"), ("2018-12-01", "0")]
)
def test_deductions_have_a_window_of_their_own(day: str, cost: str) -> None:
    """附件1: 2017年12月1日至2018年11月31日, read as 30 November."""
    assert network(event("investigated", day))[0] == cost
    assert network(event("onair", day, times=10))[1] == cost


@pytest.mark.parametrize("status", ["confirmed", "upheld", "proposed", "objected", "withdrawn"])
def test_only_confirmed_and_upheld_events_count(status: str) -> None:
    expected = ("-1", "-0.1", "98.9") if status in ("confirmed", "upheld") else ("0", "0", "100")
    assert network(event("investigated", status=status), event("onair", status=status)) == expected


def test_part_two_counts_once_the_head_has_signed() -> None:
    """second_part_signed; part one needs no signature."""
    events = event("onair", signed_on=None), event("criticised", signed_on=None)
    assert network(*events) == ("-0.5", "0", "99.5")
    assert network(*events, second_part_signed=1) == ("-0.5", "-0.1", "99.4")


@pytest.mark.parametrize(
    ("opened", "extended", "deadline", "day_after"),
    [
        ("2018-03-12", None, "2018-03-19", "2018-03-20"),  # Monday: Tue, Wed, Thu, Fri, Mon
        ("2018-03-16", False, "2018-03-23", "2018-03-24"),  # Friday; the weekend does not count
        ("2018-09-28", None, "2018-10-10", "2018-10-11"),  # Sat 29 and Sun 30 are worked, 1 to 7 October free
        ("2018-02-11", None, "2018-02-23", "2018-02-24"),  # 12, 13, 14; Spring Festival 15 to 21; 22, 23
        ("2018-03-12", True, "2018-04-12", "2018-04-13"),
        ("2018-01-31", True, "2018-02-28", "2018-03-01"),  # February has no 31st
        ("2017-12-31", True, "2018-01-31", "2018-02-01"),
    ],
)
def test_an_answer_is_late_after_its_deadline(
    opened: str, extended: bool | None, deadline: str, day_after: str
) -> None:
    """附件1 二(二): 5个工作日内解决并答复, 延期最长不超过一个月."""
    row = event("slow", opened_on=on(opened), extended=extended)
    assert network(row | {"closed_on": on(deadline)})[1] == "0"
    assert network(row | {"closed_on": on(day_after)})[1] == "-0.1"
    assert network(row)[1] == "-0.1"  # never answered


# ---------------------------------------------------------------- few votes


def test_thin_methods_are_flagged_or_left_out() -> None:
    """thin_method: 29 votes with a value are few, 30 are not; 不了解 does not help."""
    for method in ("third_party", "network.votes"):
        few = one(counts=votes("甲", method, 满意=29, 不了解=9), events=(event("onair"),))
        standing = method.removesuffix(".votes")
        assert judge(few).flags == {(method, "甲"): "thin"}
        assert set(places(few, standing)) == {"甲"}
        assert (mark(few, method, thin_method=1), mark(few, standing, thin_method=1)) == (None, None)
        assert (judge(few, {"thin_method": 1}).totals, judge(few, {"thin_method": 1}).flags) == ({}, {})
        enough = one(counts=votes("甲", method, 满意=30))
        assert (judge(enough).flags, mark(enough, method, thin_method=1)) == ({}, "100")


def test_without_votes_there_is_no_network() -> None:
    """五4: deductions alone are no measurement."""
    facts = one(events=(event("investigated"),), counts=votes("甲", "network.votes", 不了解=50))
    assert judge(facts).marks == {("network.conduct", "甲"): Decimal(-1), ("network.media", "甲"): Decimal(0)}
    assert (judge(facts).totals, judge(facts).flags, tracked(facts, "network")) == ({}, {}, [])


# ---------------------------------------------------------------- places and lists (七3)


def test_organs_and_industries_are_ranked_apart() -> None:
    """groups: places 1 2 2 4 in each category of its own."""
    facts = scored(甲="30", 乙="20", 丙="20", 丁="10", 业一="25", 业二="5")
    assert places(facts) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4, "业一": 1, "业二": 2}


def test_the_last_three_are_taken_over_both_categories_or_of_each() -> None:
    """groups: the worst first; of each category its places run over all who are listed."""
    facts = scored(甲="20", 乙="15", 丙="10", 丁="5", 业一="30", 业二="12")
    assert tracked(facts) == [(1, "丁"), (2, "丙"), (3, "业二")]
    assert tracked(facts, groups=1) == [(1, "丁"), (2, "丙"), (3, "业二"), (4, "乙"), (5, "业一")]  # 甲 would be 5


@pytest.mark.parametrize("method", METHODS)
def test_equal_marks_share_all_enter_or_are_told_apart(method: str) -> None:
    """tie: 18 of 30 满意 is 60, and so is 30 基本满意; answer 1: 12 不满意 are worse than none, then the lot."""
    facts = scored(method, 甲="30", 乙="匀", 丙="18", 丁="18", 戊="10")
    assert places(facts, method) == {"甲": 1, "乙": 2, "丙": 2, "丁": 2, "戊": 5}
    assert tracked(facts, method) == [(1, "戊"), (2, "丁"), (2, "丙"), (2, "乙")]
    assert places(facts, method, tie=1) == {"甲": 1, "乙": 2, "丙": 3, "丁": 3, "戊": 5}
    assert tracked(facts, method, tie=1) == [(1, "戊"), (2, "丁"), (2, "丙")]


def test_a_lot_parts_what_nothing_else_does() -> None:
    """tie 1: the smaller ticket stands better; under answer 0 a lot is not asked; unseparated units all enter."""
    better, worse = sorted("乙丙", key=lambda name: sha256(f"7:{name}".encode()).hexdigest())
    facts = scored(甲="30", 乙="20", 丙="20", 丁="10", 戊="5", lots="7")
    assert tracked(facts, tie=1) == [(1, "戊"), (2, "丁"), (3, worse)]
    assert (places(facts, tie=1)[better], places(facts, tie=1)[worse]) == (2, 3)
    no_lot = [(1, "戊"), (2, "丁"), (3, "丙"), (3, "乙")]
    assert tracked(facts) == tracked(scored(甲="30", 乙="20", 丙="20", 丁="10", 戊="5"), tie=1) == no_lot


def test_an_answer_that_no_reading_has_is_refused() -> None:
    for reading, number in {**ANSWERS, "nothing": 0}.items():
        with pytest.raises(ValueError, match=reading):
            judge(Facts(), {reading: number})


@settings(max_examples=30, deadline=None)
@given(campaigns())
def test_the_order_of_rows_does_not_matter(campaign: tuple[Facts, dict[str, int]]) -> None:
    facts, answers = campaign
    again = deepcopy(facts)
    for rows in (again.units, again.ratings, again.counts, again.events):
        Random(1).shuffle(rows)
    assert judge(again, answers) == judge(facts, answers)
