"""The judge itself, rule by rule, against numbers worked out by hand.

Every table is small enough for pencil and paper; the sums stand beside it. Units are called 甲, 乙, 丙...
What a test leaves out is flawless: client 50, hotline 5, online 5, inspection 20, and a supervisor mark of 4.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given

from .pingyang_2020 import BAD, BEST, FAIR, GOOD, LOWEST, WORST, Facts, Rules, Verdict, judge, rounded
from .strategies import Campaign, campaigns, shuffle

Row = dict[str, Any]

OFFICES, WINDOWS, ENFORCERS = "机关中层科室", "审批服务类", "管理执法类"
HALF, YEAR_END = "半年度", "年终"
TABLES = ("units", "ratings", "counts", "marks", "events", "history")
COHANDLED = (("conduct", "3"), ("undone", "5"))
SMALL = Rules(
    picks={GOOD: 1, BAD: 1},
    system_quotas={"卫健": 1, "金融": 1},
    rest_quota=2,
    finals={BEST: 1, LOWEST: 2, WORST: 1},
)


# ---------------------------------------------------------------- small campaigns


def unit(name: str, category: str = OFFICES, **more: Any) -> Row:
    """A unit that 县发改局 manages alone, unless told otherwise."""
    plain = {"organ": "县发改局", "township": None, "management": "单独", "system": None}
    return {"unit": name, "category": category, **plain, **more}


def votes(name: str, good: int = 0, fair: int = 0, bad: int = 0, cycles: Sequence[str] = (HALF, YEAR_END)) -> list[Row]:
    """Ready counts of a unit, the same in each of the cycles."""
    numbers = {GOOD: good, FAIR: fair, BAD: bad}
    row = {"method": "client", "unit": name, "channel": "短信"}
    return [
        {**row, "cycle": cycle, "level": level, "votes": number}
        for cycle in cycles
        for level, number in numbers.items()
    ]


def rating(name: str, level: str, day: str) -> Row:
    """A single rating by a client."""
    row = {"form": None, "method": "client", "respondent": None, "group": None, "channel": "电话"}
    return {**row, "unit": name, "level": level, "rated_on": date.fromisoformat(day)}


def mark(name: str, value: str, marker: str = "主管部门", method: str = "supervisor") -> Row:
    """A mark of a manager, or an imported one."""
    return {"method": method, "unit": name, "marker": marker, "mark": value}


def event(name: str, item: str, day: str = "2020-02-03", **more: Any) -> Row:
    """A confirmed event, once, in the first quarter, unless told otherwise."""
    plain = {"times": 1, "points": None, "factors": (), "deed": None, "status": "confirmed"}
    happened_on = date.fromisoformat(day)
    return {
        "event": f"{name}{item}{day}",
        "unit": name,
        "item": item,
        "happened_on": happened_on,
        **plain,
        **more,
    }


def form(
    name: str,
    good: str = "",
    bad: str = "",
    fair: str = "",
    voter: str | None = None,
    day: str = "2020-11-20",
) -> list[Row]:
    """A ballot: for each level its units, one letter each; the voter is called like the form."""
    row = {
        "form": name,
        "method": "network",
        "rated_on": date.fromisoformat(day),
        "group": "服务对象",
        "channel": None,
    }
    row["respondent"] = name if voter is None else voter
    marked = {GOOD: good, BAD: bad, FAIR: fair}
    return [{**row, "unit": who, "level": level} for level, whom in marked.items() for who in whom]


def listing(name: str, list_name: str, year: int = 2019) -> Row:
    """An entry of an earlier year's list."""
    return {"year": year, "unit": name, "list": list_name}


def flawless(names: Iterable[str], but: Iterable[str] = ()) -> Facts:
    """Units with full votes and a supervisor mark of 4; `but` names units without either."""
    known = [name for name in names if name not in but]
    return Facts(
        units=[unit(name) for name in names],
        counts=[row for name in known for row in votes(name, 30)],
        marks=[mark(name, "4") for name in known],
    )


def ranked(**supervisor: str) -> Facts:
    """Units that differ in the supervisor mark alone: daily = 80 + mark."""
    return Facts(
        units=[unit(name) for name in supervisor],
        counts=[row for name in supervisor for row in votes(name, 30)],
        marks=[mark(name, value) for name, value in supervisor.items()],
    )


def five() -> Facts:
    """甲 to 戊 with daily 85, 84, 83, 82, 81."""
    return ranked(甲="5", 乙="4", 丙="3", 丁="2", 戊="1")


def with_ballot(facts: Facts) -> Facts:
    """One ballot that says 基本满意 to everybody: network 9 for each candidate, if picks are none."""
    return replace(facts, ratings=[*facts.ratings, *form("空", fair=facts.units[0]["unit"])])


def no_picks(**more: Any) -> Rules:
    """Small rules under which a ballot need not pick anybody."""
    return replace(SMALL, picks={GOOD: 0, BAD: 0}, **more)


def plain(value: Decimal) -> str:
    """The value without trailing zeros."""
    return format(value.normalize(), "f")


def marks_of(verdict: Verdict, component: str) -> dict[str, str]:
    """The marks of a component: unit -> text."""
    return {name: plain(value) for (which, name), value in verdict.marks.items() if which == component}


def client_of(facts: Facts, **answers: int) -> dict[str, str]:
    """The client marks of all units."""
    return marks_of(judge(facts, SMALL, answers), "client")


def client_facts(*counts: list[Row], **categories: str) -> Facts:
    """Units (name=category) with nothing but ready counts."""
    return Facts(units=[unit(*item) for item in categories.items()], counts=[row for rows in counts for row in rows])


def after(*events: Row, component: str, **answers: int) -> str:
    """The marks of 甲 in a component after these events."""
    facts = replace(flawless("甲"), events=list(events))
    return marks_of(judge(facts, SMALL, answers), component)["甲"]


def places(facts: Facts, standing: str = "daily", rules: Rules = SMALL, **answers: int) -> dict[str, int]:
    """The places of a standing: unit -> place."""
    totals = judge(facts, rules, answers).totals
    return {name: place for (which, name), (_, place) in totals.items() if which == standing}


def on_list(name: str, facts: Facts, rules: Rules = SMALL, **answers: int) -> list[tuple[int, str]]:
    """The entries of a list."""
    return judge(facts, rules, answers).lists[name]


def network_of(facts: Facts, rules: Rules = SMALL, **answers: int) -> dict[str, str]:
    """The network marks of the candidates."""
    return marks_of(judge(facts, rules, answers), "network")


def points_of(facts: Facts, rules: Rules, **answers: int) -> dict[str, str]:
    """The assessment points of organs and townships."""
    return {subject: plain(value) for (_, subject), value in judge(facts, rules, answers).outcome_sums.items()}


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(2, 3), "0.6666666667"),
        (Fraction(1, 2 * 10**10), "0.0000000001"),
        (Fraction(-1, 2 * 10**10), "-0.0000000001"),
        (Fraction(3, 2 * 10**10), "0.0000000002"),
        (Fraction(49, 10**12), "0"),
    ],
)
def test_marks_are_rounded_to_ten_places_half_away_from_zero(value: Fraction, expected: str) -> None:
    """四舍五入, at the tenth place."""
    assert rounded(value) == Fraction(expected)


@pytest.mark.parametrize(
    ("reading", "beyond"),
    [
        ("small_sample_scope", 3),
        ("item_mean_units", 3),
        ("no_votes", 3),
        ("hotline_quarters", 2),
        ("direct_entry", 2),
        ("other_44", 2),
        ("both_lists", 2),
        ("unmarked", 2),
        ("wrong_picks", 2),
        ("worst_points", 2),
        ("several_units", 2),
        ("tie", 2),
        ("ties", 0),
    ],
)
def test_an_answer_that_no_reading_has_is_refused(reading: str, beyond: int) -> None:
    """A misspelt reading must not pass for the official one."""
    for answer in range(beyond):
        judge(flawless("甲"), SMALL, {reading: answer})
    with pytest.raises(ValueError, match=reading):
        judge(flawless("甲"), SMALL, {reading: beyond})


def test_sums_take_rounded_marks() -> None:
    """Rounding once, in the leaf: three times …6667, added."""
    # client 20/30 × 25 + 25, supervisor (2 × 4 + 3) ÷ 3, network 1/9 × 15
    facts = Facts(units=[unit("甲"), unit("乙")], marks=[mark("甲", "4"), mark("甲", "3", "乡镇"), mark("乙", "4")])
    facts.counts = votes("甲", 20, bad=10, cycles=[HALF]) + votes("甲", 30, cycles=[YEAR_END]) + votes("乙", 30)
    facts.ratings = form("0", "甲", "乙") + [row for name in "12345678" for row in form(name, "乙", "甲")]
    verdict = judge(facts, SMALL)
    leaves = {leaf: marks_of(verdict, leaf)["甲"] for leaf in ("client", "supervisor", "network")}
    assert leaves == {"client": "41.6666666667", "supervisor": "3.6666666667", "network": "1.6666666667"}
    assert marks_of(verdict, "daily")["甲"] == "75.3333333334"
    assert marks_of(verdict, "total")["甲"] == "77.0000000001"


@pytest.mark.parametrize(
    "table",
    [
        {"marks": [mark("甲", "4"), mark("甲", "3")]},
        {"marks": [mark("卫", "80", "卫健", "daily"), mark("卫", "81", "主管部门", "daily")]},
        {"ratings": form("一", "甲", "甲")},
    ],
)
def test_the_judge_does_not_guess(table: dict[str, list[Row]]) -> None:
    """Facts that contradict each other are refused."""
    facts = flawless("甲")
    facts.units.append(unit("卫", system="卫健"))
    for name, rows in table.items():
        setattr(facts, name, rows)
    with pytest.raises(ValueError, match=r"twice|more than one"):
        judge(facts, SMALL)


# ---------------------------------------------------------------- units (二)


def test_a_unit_listed_good_in_both_last_years_takes_no_part() -> None:
    """二: 免评. 乙 was 满意单位 in one year only."""
    history = [
        listing("甲", BEST, 2018),
        listing("甲", BEST, 2019),
        listing("乙", BEST, 2019),
        listing("丙", BEST, 2018),
    ]
    verdict = judge(replace(flawless("甲乙丙"), history=history), SMALL)
    assert {name for _, name in verdict.marks} == {"乙", "丙"}
    assert {name for _, name in verdict.totals} == {"乙", "丙"}


def test_a_system_hands_in_daily_marks_and_has_no_leaves() -> None:
    """二: 卫健系统 scores its own units; only bonus is scored here."""
    facts = Facts(
        units=[unit("卫", system="卫健"), unit("金", system="金融")],
        counts=votes("卫", bad=30),
        marks=[mark("卫", "77.25", "卫健", "daily"), mark("卫", "1")],
        events=[event("卫", "unit_case"), event("卫", "award_city")],
    )
    verdict = judge(facts, SMALL)
    assert {place: plain(value) for place, value in verdict.marks.items()} == {
        ("daily", "卫"): "77.25",
        ("bonus", "卫"): "1",
        ("bonus", "金"): "0",
    }
    assert list(verdict.totals) == [("daily", "卫")]


# ---------------------------------------------------------------- client (四(一)1)


def test_client_marks_are_the_rate_times_25_in_each_half() -> None:
    """四(一)1: 满意 1, 基本满意 0.6, 不满意 0."""
    # half-year (30 + 5 × 0.6) ÷ 40 × 25 = 20.625; year-end 25
    counts = votes("甲", 30, 5, 5, cycles=[HALF]) + votes("甲", 40, cycles=[YEAR_END])
    assert client_of(client_facts(counts, 甲=OFFICES)) == {"甲": "45.625"}


def test_single_ratings_and_ready_counts_add_up_by_day() -> None:
    """四(一): 20 April to 30 June and 1 July to 10 November; other days do not count."""
    # half-year 29 of 30, year-end 28 of 30: 25 × 57/30 = 47.5
    counts = votes("甲", 29, cycles=[HALF]) + votes("甲", 28, cycles=[YEAR_END])
    days = ("2020-04-19", "2020-06-30", "2020-07-01", "2020-11-10", "2020-11-11")
    facts = replace(client_facts(counts, 甲=OFFICES), ratings=[rating("甲", BAD, day) for day in days])
    assert client_of(facts) == {"甲": "47.5"}


def test_the_first_day_of_the_daily_stage_counts() -> None:
    """四(一): 20 April is the first day."""
    # half-year 29 of 30, year-end 25: 24.1666… + 25
    counts = votes("甲", 29, cycles=[HALF]) + votes("甲", 30, cycles=[YEAR_END])
    facts = replace(client_facts(counts, 甲=OFFICES), ratings=[rating("甲", BAD, "2020-04-20")])
    assert client_of(facts) == {"甲": "49.1666666667"}


def test_a_unit_with_few_votes_is_drawn_towards_the_mean() -> None:
    """四(一)1: fewer than 30 votes: 70 % mean, 30 % own."""
    # each half: own 25 and 12.5, mean 18.75; 0.7 × 18.75 + 0.3 × 12.5 = 16.875
    facts = client_facts(votes("甲", 40), votes("乙", 10, 0, 10), 甲=OFFICES, 乙=OFFICES)
    assert client_of(facts) == {"甲": "50", "乙": "33.75"}


def test_thirty_votes_are_enough_and_29_are_few() -> None:
    """四(一)1: 低于30票. The sum of the halves is rounded, not each half."""
    # each half: own 25, 15, 0, mean 13.333…; 丙 0.7 × 13.333… = 9.333…, twice 18.666…
    facts = client_facts(votes("甲", 60), votes("乙", 0, 30), votes("丙", bad=29), 甲=OFFICES, 乙=OFFICES, 丙=OFFICES)
    assert client_of(facts) == {"甲": "50", "乙": "30", "丙": "18.6666666667"}


def test_a_unit_without_votes_gets_the_mean() -> None:
    """no_votes, official: the mean of the item over the rated units, (25 + 15) ÷ 2 each half."""
    facts = client_facts(votes("甲", 30), votes("乙", 0, 30), 甲=OFFICES, 乙=OFFICES, 丙=OFFICES)
    assert client_of(facts) == {"甲": "50", "乙": "30", "丙": "40"}


def test_one_vote_is_a_rating() -> None:
    """四(一)1: 乙 has a single 不满意: mean 12.5; 0.7 × 12.5 a half."""
    facts = client_facts(votes("甲", 30), votes("乙", bad=1), 甲=OFFICES, 乙=OFFICES)
    assert client_of(facts) == {"甲": "50", "乙": "17.5"}


def test_counts_of_zero_are_no_votes() -> None:
    """A count of 0 is not a rating: 丙 gets the mean, and does not lower it."""
    facts = client_facts(votes("甲", 30), votes("丙"), 甲=OFFICES, 丙=OFFICES)
    assert client_of(facts) == {"甲": "50", "丙": "50"}


def test_nobody_is_scored_when_nobody_voted() -> None:
    """A mean over nobody: client is missing, and so is daily."""
    facts = replace(flawless("甲乙"), counts=votes("甲", 30, cycles=[HALF]))
    verdict = judge(facts, SMALL)
    assert marks_of(verdict, "client") == {}
    assert marks_of(verdict, "daily") == {}
    assert verdict.totals == {}


def test_exempt_units_and_systems_are_not_in_the_mean() -> None:
    """二, 四(一)1: the mean is over participating units that are scored here."""
    facts = client_facts(votes("甲", 30), votes("丙", bad=30), votes("丁", bad=30), 甲=OFFICES, 乙=OFFICES, 丙=OFFICES)
    facts.units.append(unit("丁", system="卫健"))
    facts.history = [listing("丙", BEST, 2018), listing("丙", BEST, 2019)]
    assert client_of(facts) == {"甲": "50", "乙": "50"}


@pytest.mark.parametrize(("answer", "expected"), [(0, "33.75"), (1, "33.3333333333"), (2, "25")])
def test_small_sample_scope_says_which_votes_are_counted(answer: int, expected: str) -> None:
    """small_sample_scope: 甲 has 20 满意 in the first half and 10 不满意 in the second, 乙 only 满意."""
    # 0: 25 + (0.7 × 12.5 + 0.3 × 0) = 33.75; 1: 20/30 × 50; 2: 30 votes are enough, 25 + 0
    halves = votes("甲", 20, cycles=[HALF]) + votes("甲", bad=10, cycles=[YEAR_END])
    facts = client_facts(halves, votes("乙", 30), 甲=OFFICES, 乙=OFFICES)
    assert client_of(facts, small_sample_scope=answer)["甲"] == expected


def test_pooled_votes_have_one_mean() -> None:
    """small_sample_scope 1: 甲 has 20 pooled votes of 30, own 25 of 50; 乙 own 40 of 50; mean 32.5."""
    # 0.7 × 32.5 + 0.3 × 25 = 30.25
    halves = votes("甲", 10, cycles=[HALF]) + votes("甲", bad=10, cycles=[YEAR_END])
    facts = client_facts(
        halves, votes("乙", 30, cycles=[HALF]), votes("乙", 0, 30, cycles=[YEAR_END]), 甲=OFFICES, 乙=OFFICES
    )
    assert client_of(facts, small_sample_scope=1) == {"甲": "30.25", "乙": "40"}


@pytest.mark.parametrize(("number", "expected"), [(29, "23.75"), (30, "15")])
def test_a_half_without_votes_keeps_its_mean_when_30_are_counted_over_the_year(number: int, expected: str) -> None:
    """small_sample_scope 2: 甲 has only 不满意, all in the first half; 乙 earns 25 and 15."""
    # 29: 0.7 × 12.5 + 15 = 23.75; 30: 0 + 15
    facts = client_facts(
        votes("甲", bad=number, cycles=[HALF]),
        votes("乙", 30, cycles=[HALF]),
        votes("乙", 0, 30, cycles=[YEAR_END]),
        甲=OFFICES,
        乙=OFFICES,
    )
    assert client_of(facts, small_sample_scope=2)["甲"] == expected


@pytest.mark.parametrize(("answer", "expected"), [(0, "18.6666666667"), (1, "17.5"), (2, "28")])
def test_item_mean_units_says_whose_mean_it_is(answer: int, expected: str) -> None:
    """item_mean_units: 乙 has 10 不满意; 甲 of its category earns 25 a half, 丙 of another 15."""
    # means 13.333…, 12.5, 20 (without 乙 itself); × 0.7 × 2
    facts = client_facts(votes("甲", 30), votes("乙", bad=10), votes("丙", 0, 30), 甲=OFFICES, 乙=OFFICES, 丙=WINDOWS)
    assert client_of(facts, item_mean_units=answer)["乙"] == expected


def test_no_unit_with_enough_votes_leaves_the_few_unscored() -> None:
    """item_mean_units 2: the mean of a half is over nobody."""
    facts = client_facts(votes("甲", 29), 甲=OFFICES)
    assert client_of(facts, item_mean_units=2) == {}


def test_no_unit_of_the_category_leaves_the_unrated_unscored() -> None:
    """item_mean_units 1: 乙 is alone in its category."""
    facts = client_facts(votes("甲", 30), 甲=OFFICES, 乙=WINDOWS)
    assert client_of(facts, item_mean_units=1) == {"甲": "50"}


def test_the_count_that_decides_few_decides_who_is_in_the_mean() -> None:
    """item_mean_units 2 with small_sample_scope 2: 甲 has 30 + 5 votes, enough in both halves."""
    # 乙: half-year without votes 25, year-end 0.7 × 25 + 0.3 × 0
    counts = votes("甲", 30, cycles=[HALF]) + votes("甲", 5, cycles=[YEAR_END])
    facts = client_facts(counts, votes("乙", bad=10, cycles=[YEAR_END]), 甲=OFFICES, 乙=OFFICES)
    assert client_of(facts, item_mean_units=2, small_sample_scope=2) == {"甲": "50", "乙": "42.5"}
    assert client_of(facts, item_mean_units=2) == {}


@pytest.mark.parametrize(("answer", "expected"), [(0, "40"), (1, "25"), (2, None)])
def test_no_votes_says_what_a_half_without_votes_is_worth(answer: int, expected: str | None) -> None:
    """no_votes: 乙 has 25 in the first half and no votes in the second, whose mean is 15."""
    counts = votes("甲", 30, cycles=[HALF]) + votes("甲", 0, 30, cycles=[YEAR_END])
    facts = client_facts(counts, votes("乙", 30, cycles=[HALF]), 甲=OFFICES, 乙=OFFICES)
    assert client_of(facts, no_votes=answer).get("乙") == expected


@pytest.mark.parametrize(("answer", "expected"), [(0, "50"), (1, "0"), (2, None)])
def test_no_votes_over_the_year_when_votes_are_pooled(answer: int, expected: str | None) -> None:
    """no_votes with small_sample_scope 1: 乙 has none all year, 丙 only in one half."""
    facts = client_facts(votes("甲", 30), votes("丙", 30, cycles=[HALF]), 甲=OFFICES, 乙=OFFICES, 丙=OFFICES)
    client = client_of(facts, no_votes=answer, small_sample_scope=1)
    assert client.get("乙") == expected
    assert client["丙"] == "50"


# ---------------------------------------------------------------- hotline (附件2)


def test_conduct_has_a_floor_of_its_own() -> None:
    """附件2 作风投诉: base 10; what is too much does not eat into 办理评价."""
    few = [event("甲", "conduct", points="3"), event("甲", "conduct", "2020-11-10", points="4")]
    many = event("甲", "conduct", points="5", times=3)
    assert after(*few, component="hotline.conduct") == "3"
    assert after(*few, component="hotline") == "4.65"  # (3 + 90) ÷ 20
    assert after(many, component="hotline.conduct") == "0"
    assert after(many, component="hotline") == "4.5"  # (0 + 90) ÷ 20


def test_handling_is_the_mean_of_four_quarters() -> None:
    """附件2 办理评价: 1 + 1 + 2 × 2 + 3 + 5 = 14 off in one quarter; (76 + 3 × 90) ÷ 4."""
    events = [
        event("甲", "late"),
        event("甲", "contact"),
        event("甲", "shirk", times=2),
        event("甲", "undone", points="3"),
        event("甲", "urgent"),
    ]
    assert after(*events, component="hotline.handling") == "86.5"
    assert after(*events, component="hotline") == "4.825"  # (10 + 86.5) ÷ 20


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2020-01-01", "2020-03-31"), "67.5"),  # (0 + 90 + 90 + 90) ÷ 4
        (("2020-04-01", "2020-06-30"), "67.5"),
        (("2020-07-01", "2020-09-30"), "67.5"),
        (("2020-10-01", "2020-11-10"), "67.5"),
        (("2020-03-31", "2020-04-01"), "60"),  # (30 + 30 + 90 + 90) ÷ 4
        (("2020-06-30", "2020-07-01"), "60"),
        (("2020-09-30", "2020-10-01"), "60"),
        (("2019-12-31", "2020-11-11"), "90"),
    ],
)
def test_each_quarter_has_its_own_base_and_floor(days: tuple[str, str], expected: str) -> None:
    """附件2: assessed by quarter; 60 late replies on each of two days."""
    events = [event("甲", "late", day, times=60) for day in days]
    assert after(*events, component="hotline.handling") == expected


@pytest.mark.parametrize(("answer", "expected"), [(0, "65"), (1, "0")])
def test_hotline_quarters_says_whether_there_is_one_base_a_year(answer: int, expected: str) -> None:
    """hotline_quarters: 50 off in each of two quarters; (40 + 40 + 90 + 90) ÷ 4, or 90 − 100."""
    events = [event("甲", "urgent", day, times=10) for day in ("2020-02-03", "2020-05-06")]
    assert after(*events, component="hotline.handling", hotline_quarters=answer) == expected


def test_one_base_a_year_has_the_same_window() -> None:
    """hotline_quarters 1: 1 January to 10 November; two of four late replies count."""
    days = ("2019-12-31", "2020-01-01", "2020-11-10", "2020-11-11")
    events = [event("甲", "late", day) for day in days]
    assert after(*events, component="hotline.handling", hotline_quarters=1) == "88"


def test_a_cohandling_section_loses_half() -> None:
    """附件2 ②: conduct 3 ÷ 2; undone 5 ÷ 2: (87.5 + 270) ÷ 4."""
    events = [event("甲", item, points=points, factors=("cohandler",)) for item, points in COHANDLED]
    assert after(*events, component="hotline.conduct") == "8.5"
    assert after(*events, component="hotline.handling") == "89.375"
    assert after(*events, component="hotline") == "4.89375"  # (8.5 + 89.375) ÷ 20


def test_the_scaled_hotline_is_rounded_once_more() -> None:
    """附件2: (10 + 89.9166666667) ÷ 20; the thirds come from rules with three quarters."""
    # 0.25 off in one of three quarters: (89.75 + 90 + 90) ÷ 3 = 89.91666…; ÷ 20 = 4.995833333335 → …3333
    rules = replace(SMALL, quarters=SMALL.quarters[:3], points={**SMALL.points, "late": Fraction(1, 4)})
    verdict = judge(replace(flawless("甲"), events=[event("甲", "late")]), rules)
    assert marks_of(verdict, "hotline.handling")["甲"] == "89.9166666667"
    assert marks_of(verdict, "hotline")["甲"] == "4.9958333333"


# ---------------------------------------------------------------- online, inspection, bonus


@pytest.mark.parametrize(("times", "expected"), [(0, "5"), (2, "3"), (5, "0"), (7, "0")])
def test_online_loses_a_point_for_each_valid_complaint(times: int, expected: str) -> None:
    """附件2 注3."""
    assert after(event("甲", "valid", times=times), component="online") == expected


@pytest.mark.parametrize(
    ("item", "points"),
    [
        ("county", 1),
        ("city", 2),
        ("complaint", 1),
        ("head_case", 20),
        ("deputy_case", 10),
        ("staff_case", 5),
        ("unit_case", 20),
        ("old_head_case", 8),
        ("old_deputy_case", 5),
        ("old_staff_case", 3),
        ("old_unit_case", 10),
    ],
)
def test_inspection_items_cost_their_points(item: str, points: int) -> None:
    """四(一)4: from 20; seen without the floor, from a base of 100."""
    assert after(event("甲", item), component="inspection") == str(20 - points)
    high = replace(SMALL, inspection_base=Fraction(100))
    verdict = judge(replace(flawless("甲"), events=[event("甲", item)]), high)
    assert marks_of(verdict, "inspection") == {"甲": str(100 - points)}


def test_serious_findings_count_double() -> None:
    """四(一)4: county 1, city 2 × 2, complaint 1 × 2 twice: 20 − 9."""
    events = [
        event("甲", "county"),
        event("甲", "city", factors=("aggravated",)),
        event("甲", "complaint", factors=("aggravated",), times=2),
    ]
    assert after(*events, component="inspection") == "11"


def test_inspection_stops_at_zero() -> None:
    """四(一)4: 扣完为止."""
    assert after(event("甲", "head_case"), event("甲", "county"), component="inspection") == "0"


@pytest.mark.parametrize(
    ("component", "item", "full", "counted"),
    [("inspection", "county", 20, 18), ("bonus", "award_city", 0, 2)],
)
def test_the_record_runs_from_december_to_november(component: str, item: str, full: int, counted: int) -> None:
    """四(一)4, 四(二)5: 2019-12 to 2020-11."""
    outside = [event("甲", item, day) for day in ("2019-11-30", "2020-12-01")]
    inside = [event("甲", item, day) for day in ("2019-12-01", "2020-11-30")]
    assert after(*outside, component=component) == str(full)
    assert after(*outside, *inside, component=component) == str(counted)


def test_complaints_online_count_from_january_to_10_november() -> None:
    """四(一): outside the review year nothing is deducted."""
    days = ("2019-12-31", "2020-01-01", "2020-11-10", "2020-11-11")
    assert after(*[event("甲", "valid", day) for day in days], component="online") == "3"
    conduct = [event("甲", "conduct", day, points="3") for day in days]
    assert after(*conduct, component="hotline.conduct") == "4"


@pytest.mark.parametrize("status", ["disputed", "rejected"])
def test_only_confirmed_events_count(status: str) -> None:
    """四(一)4: 查实."""
    assert after(event("甲", "county", status=status), component="inspection") == "20"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("award_nation", "5"),
        ("award_province", "3"),
        ("award_city", "1"),
        ("model_nation", "3"),
        ("model_province", "2"),
        ("model_city", "1"),
        ("covid_centre", "5"),
        ("covid_province", "3"),
        ("covid_city", "2"),
    ],
)
def test_bonus_items_earn_their_points(item: str, expected: str) -> None:
    """四(二)5; seen also without the cap of 5."""
    assert after(event("甲", item), component="bonus") == expected
    high = replace(SMALL, bonus_cap=Fraction(100))
    verdict = judge(replace(flawless("甲"), events=[event("甲", item)]), high)
    assert marks_of(verdict, "bonus") == {"甲": expected}


def test_bonus_is_at_most_five() -> None:
    """四(二)5: 3 + 3 = 6, at most 5."""
    assert after(event("甲", "award_province"), event("甲", "model_nation"), component="bonus") == "5"


def test_a_deed_counts_once_at_its_highest() -> None:
    """四(二)5: the deed's 3 (not 3 + 1), and 1 without a deed."""
    events = [
        event("甲", "award_city", deed="抗台"),
        event("甲", "award_province", deed="抗台"),
        event("甲", "model_city"),
    ]
    assert after(*events, component="bonus") == "4"


def test_events_without_a_deed_stand_alone() -> None:
    """四(二)5: 1 + 1 + 2, none is the same deed as another."""
    events = [event("甲", "award_city"), event("甲", "model_city"), event("甲", "covid_city")]
    assert after(*events, component="bonus") == "4"


def test_the_highest_of_a_deed_is_points_times_times() -> None:
    """四(二)5: 1 × 4 beats 3."""
    events = [event("甲", "award_province", deed="抗台"), event("甲", "award_city", deed="抗台", times=4)]
    assert after(*events, component="bonus") == "4"


def test_the_same_deed_counts_for_each_unit() -> None:
    """四(二)5: a deed of two units is each unit's own."""
    events = [event("甲", "award_city", deed="抗台"), event("乙", "award_province", deed="抗台")]
    verdict = judge(replace(flawless("甲乙"), events=events), SMALL)
    assert marks_of(verdict, "bonus") == {"甲": "1", "乙": "3"}


def test_an_unconfirmed_award_does_not_hide_a_lower_one() -> None:
    """四(二)5: only what counts is compared."""
    events = [
        event("甲", "award_province", deed="抗台", status="disputed"),
        event("甲", "award_nation", "2020-12-01", deed="抗台"),
        event("甲", "award_city", deed="抗台"),
    ]
    assert after(*events, component="bonus") == "1"


# ---------------------------------------------------------------- supervisor (四(一)3), daily (四(一))


def test_dual_management_weighs_two_to_one() -> None:
    """四(一)3: (2 × 5 + 4.5) ÷ 3; a marker that did not hand in leaves the other's mark."""
    marks = [mark("甲", "5"), mark("甲", "4.5", "乡镇"), mark("乙", "3.2", "乡镇"), mark("丙", "3.9")]
    verdict = judge(replace(flawless("甲乙丙丁"), marks=marks), SMALL)
    assert marks_of(verdict, "supervisor") == {"甲": "4.8333333333", "乙": "3.2", "丙": "3.9"}


def test_a_unit_without_a_supervisor_mark_is_not_ranked() -> None:
    """四(一)3: 乙 has no daily marks, but the rest of its leaves."""
    verdict = judge(flawless("甲乙", but="乙"), SMALL)
    assert marks_of(verdict, "daily") == {"甲": "84"}
    assert marks_of(verdict, "inspection") == {"甲": "20", "乙": "20"}
    assert list(verdict.totals) == [("daily", "甲")]


def test_daily_is_the_sum_of_five() -> None:
    """四(一): client 49, hotline (3 + 90) ÷ 20, online 4, supervisor 4.5, inspection 19: 81.15."""
    facts = Facts(
        units=[unit("甲")],
        counts=votes("甲", 45, 2, 0, cycles=[HALF]) + votes("甲", 45, 5, cycles=[YEAR_END]),
        marks=[mark("甲", "4.5")],
        events=[event("甲", "conduct", points="3.5", times=2), event("甲", "valid"), event("甲", "county")],
    )
    # client: 46.2/47 × 25 + 48/50 × 25 = 24.574468… + 24
    verdict = judge(facts, SMALL)
    assert marks_of(verdict, "client") == {"甲": "48.5744680851"}
    assert marks_of(verdict, "daily") == {"甲": "80.7244680851"}  # + 4.65 + 4 + 4.5 + 19


# ---------------------------------------------------------------- standing and ties


def client_against_inspection() -> Facts:
    """甲: client 40, inspection 20; 乙: client 50, inspection 10; both daily 74."""
    facts = flawless("甲乙", but="甲")
    facts.counts += votes("甲", 30, cycles=[HALF]) + votes("甲", 0, 30, cycles=[YEAR_END])
    facts.marks.append(mark("甲", "4"))
    facts.events = [event("乙", "old_unit_case")]
    return facts


def test_equal_marks_are_decided_by_client_marks() -> None:
    """tie, official: first the higher client score; with answer 1 the place is shared."""
    assert judge(client_against_inspection(), SMALL).totals["daily", "甲"] == (Decimal(74), 2)
    assert places(client_against_inspection()) == {"甲": 2, "乙": 1}
    assert places(client_against_inspection(), tie=1) == {"甲": 1, "乙": 1}


def test_then_by_fewer_inspection_deductions() -> None:
    """tie, official: 甲 supervisor 4 and inspection 19, 乙 3 and 20: both 83."""
    facts = replace(ranked(甲="4", 乙="3"), events=[event("甲", "county")])
    assert places(facts) == {"甲": 2, "乙": 1}
    assert places(facts, tie=1) == {"甲": 1, "乙": 1}


def test_then_by_the_recorded_lots() -> None:
    """tie, official: the smaller SHA-256 of seed:unit has the better place."""
    # 7:甲 c8d610…, 7:乙 8e3546…, 7:丙 ad909d…; 8:甲 f78087…, 8:乙 626f56…, 8:丙 519b12…
    assert places(replace(flawless("甲乙丙"), lots={"daily": "7"})) == {"乙": 1, "丙": 2, "甲": 3}
    assert places(replace(flawless("甲乙丙"), lots={"daily": "8"})) == {"丙": 1, "乙": 2, "甲": 3}
    assert places(replace(flawless("甲乙丙"), lots={"daily": "8"}), tie=1) == {"丙": 1, "乙": 1, "甲": 1}


def test_without_lots_equal_units_share_a_place() -> None:
    """No silent tie: 1, 2, 2, 4; lots of another standing decide nothing."""
    facts = ranked(甲="5", 乙="4", 丙="4", 丁="3")
    assert places(facts) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}
    assert places(replace(facts, lots={"total": "7"})) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}


def systems(**daily: str) -> Facts:
    """Units 卫… and 金… with imported daily marks."""
    kinds = {"卫": "卫健", "金": "金融"}
    return Facts(
        units=[unit(name, system=kinds[name[0]]) for name in daily],
        marks=[mark(name, value, kinds[name[0]], "daily") for name, value in daily.items()],
    )


def together(*parts: Facts) -> Facts:
    """Several sets of facts as one."""
    whole = Facts()
    for part in parts:
        for name in TABLES:
            getattr(whole, name).extend(getattr(part, name))
    return whole


def test_daily_places_are_within_the_system() -> None:
    """四(二)1: 卫健, 金融 and the rest are ranked apart."""
    facts = together(five(), systems(卫一="84", 卫二="70", 金一="90"))
    assert places(facts) == {"甲": 1, "乙": 2, "丙": 3, "丁": 4, "戊": 5, "卫一": 1, "卫二": 2, "金一": 1}


def test_inspection_does_not_decide_between_units_of_a_system() -> None:
    """A component that is out of scope counts as 0 for a tie."""
    facts = replace(systems(卫一="80", 卫二="80"), events=[event("卫一", "county")])
    assert places(facts) == {"卫一": 1, "卫二": 1}


# ---------------------------------------------------------------- candidates (四(二)1)


def test_candidates_are_the_top_and_the_bottom_of_each_pool() -> None:
    """四(二)1: seats 1 (卫健), 1 (金融), 2 (the rest); places by overall order."""
    facts = together(five(), systems(卫一="70", 卫二="60", 金一="90"))
    assert on_list("满意候选", facts) == [(1, "金一"), (2, "甲"), (3, "乙"), (4, "卫一")]
    assert on_list("不满意候选", facts) == [(1, "卫二"), (2, "戊"), (3, "丁"), (4, "金一")]


def test_the_plan_has_fifty_seats() -> None:
    """四(二)1: of each 50, 卫健 2, 金融 4, the rest 44; ten, ten and three at the end."""
    rules = Rules()
    assert rules.rest_quota + sum(rules.system_quotas.values()) == 50
    assert (rules.finals, rules.picks) == ({BEST: 10, LOWEST: 10, WORST: 3}, {GOOD: 10, BAD: 10})
    facts = ranked(**{f"u{number:02d}": f"{number / 10:.1f}" for number in range(60)})
    assert [name for _, name in on_list("满意候选", facts, rules)] == [f"u{n:02d}" for n in range(59, 15, -1)]
    assert [name for _, name in on_list("不满意候选", facts, rules)] == [f"u{n:02d}" for n in range(44)]


def test_all_units_that_share_the_last_place_are_listed() -> None:
    """tie at the cut without lots: three on two seats, two on one."""
    facts = ranked(甲="5", 乙="4", 丙="4")
    assert on_list("满意候选", facts) == [(1, "甲"), (2, "丙"), (2, "乙")]
    one_seat = replace(SMALL, rest_quota=1)
    assert on_list("不满意候选", facts, one_seat) == [(1, "丙"), (1, "乙")]


def test_lots_decide_at_the_cut() -> None:
    """tie: with seed 7 乙 is before 丙."""
    facts = replace(ranked(甲="5", 乙="4", 丙="4"), lots={"daily": "7"})
    assert on_list("满意候选", facts) == [(1, "甲"), (2, "乙")]
    assert on_list("不满意候选", facts, replace(SMALL, rest_quota=1)) == [(1, "丙")]
    assert on_list("满意候选", facts, tie=1) == [(1, "甲"), (2, "丙"), (2, "乙")]


def was_low(facts: Facts, *names: str) -> Facts:
    """The same, with last year's 不满意单位."""
    return replace(facts, history=[listing(name, LOWEST) for name in names])


def test_last_years_lowest_come_on_top_of_the_seats() -> None:
    """direct_entry, official: 甲 is added to the two from the bottom."""
    assert on_list("不满意候选", was_low(five(), "甲")) == [(1, "戊"), (2, "丁"), (3, "甲")]


def test_a_direct_entrant_from_the_bottom_is_listed_once() -> None:
    """direct_entry, official: the union of both; the list may, but need not, grow."""
    assert on_list("不满意候选", was_low(five(), "戊")) == [(1, "戊"), (2, "丁")]


def test_direct_entrants_may_take_seats() -> None:
    """direct_entry 1: 甲 takes one of two seats, 戊 the other; with 甲, 乙, 丙 none is left."""
    assert on_list("不满意候选", was_low(five(), "甲"), direct_entry=1) == [(1, "戊"), (2, "甲")]
    assert on_list("不满意候选", was_low(five(), "戊"), direct_entry=1) == [(1, "戊"), (2, "丁")]
    full = was_low(five(), "甲", "乙", "丙")
    assert on_list("不满意候选", full, direct_entry=1) == [(1, "丙"), (2, "乙"), (3, "甲")]


def test_a_direct_entrant_takes_a_seat_of_its_own_pool() -> None:
    """direct_entry 1: 卫一 takes the only seat of 卫健, the rest keep their two."""
    facts = was_low(together(five(), systems(卫一="70", 卫二="60")), "卫一")
    assert on_list("不满意候选", facts, direct_entry=1) == [(1, "卫一"), (2, "戊"), (3, "丁")]


def test_a_direct_entrant_without_daily_marks_is_listed_last() -> None:
    """四(二)1: 己 and 庚 have no supervisor mark; they are listed, take seats, and share the last place."""
    unmarked = replace(flawless("己庚"), marks=[])
    facts = was_low(together(five(), unmarked), "己", "庚")
    assert on_list("不满意候选", facts) == [(1, "戊"), (2, "丁"), (3, "己"), (3, "庚")]
    assert on_list("不满意候选", facts, direct_entry=1) == [(1, "己"), (1, "庚")]


def test_only_last_years_lowest_enter_directly() -> None:
    """四(二)1: not those of 2018, not those that were 满意单位, not units that left the roster."""
    history = [listing("甲", LOWEST, 2018), listing("乙", BEST), listing("走", LOWEST)]
    assert on_list("不满意候选", replace(five(), history=history)) == [(1, "戊"), (2, "丁")]


@pytest.mark.parametrize(("answer", "expected"), [(0, [(1, "乙"), (2, "丙")]), (1, [(1, "甲"), (2, "乙")])])
def test_both_lists_says_whether_a_direct_entrant_may_be_a_top_scorer(
    answer: int, expected: list[tuple[int, str]]
) -> None:
    """both_lists: 甲 was listed last year and leads this year."""
    assert on_list("满意候选", was_low(five(), "甲"), both_lists=answer) == expected


def by_category(**supervisor: str) -> Facts:
    """Units named after their category: 科…, 窗…, 队…."""
    kinds = {"科": OFFICES, "窗": WINDOWS, "队": ENFORCERS}
    facts = ranked(**supervisor)
    for row in facts.units:
        row["category"] = kinds[row["unit"][0]]
    return facts


def test_seats_in_proportion_go_by_largest_remainder() -> None:
    """other_44 1: 4 seats over 5, 3 and 2 units: 2.0, 1.2, 0.8 → 2, 1, 1; pooled: the best four."""
    facts = by_category(
        科一="5",
        科二="4.9",
        科三="4.8",
        科四="4.7",
        科五="4.6",
        窗一="3",
        窗二="2",
        窗三="1",
        队一="0.5",
        队二="0.4",
    )
    four = replace(SMALL, rest_quota=4)
    assert [name for _, name in on_list("满意候选", facts, four)] == ["科一", "科二", "科三", "科四"]
    assert [name for _, name in on_list("满意候选", facts, four, other_44=1)] == [
        "科一",
        "科二",
        "窗一",
        "队一",
    ]
    assert [name for _, name in on_list("不满意候选", facts, four, other_44=1)] == [
        "队二",
        "窗三",
        "科五",
        "科四",
    ]


def test_equal_remainders_go_to_the_larger_category() -> None:
    """other_44 1: 2 seats over 1 and 3 units: 0.5 and 1.5; the larger gets the odd seat."""
    facts = by_category(科一="5", 队一="4", 队二="3", 队三="2")
    assert on_list("满意候选", facts, other_44=1) == [(1, "队一"), (2, "队二")]


def test_then_to_the_category_that_comes_first() -> None:
    """other_44 1: 2 seats over 1, 1 and 2 units: 0.5, 0.5, 1."""
    facts = by_category(科一="5", 窗一="4", 队一="3", 队二="2")
    assert on_list("满意候选", facts, other_44=1) == [(1, "科一"), (2, "队一")]


def test_the_size_of_a_category_counts_units_that_cannot_be_seated() -> None:
    """other_44 1: one seat over 2 and 3 units, though 窗二 enters directly and 窗三 is not ranked."""
    facts = was_low(by_category(科一="5", 科二="4", 窗一="3", 窗二="2", 窗三="1"), "窗二")
    facts.marks = [row for row in facts.marks if row["unit"] != "窗三"]
    one = replace(SMALL, rest_quota=1)
    assert on_list("满意候选", facts, one, other_44=1) == [(1, "窗一")]
    assert on_list("不满意候选", facts, one, other_44=1) == [(1, "窗二")]


def test_units_of_systems_do_not_count_for_the_size_of_a_category() -> None:
    """other_44 1: five health units in 审批服务类 do not make it larger than 机关中层科室."""
    health = systems(卫一="9", 卫二="8", 卫三="7", 卫四="6", 卫五="5")
    for row in health.units:
        row["category"] = WINDOWS
    facts = together(by_category(科一="5", 科二="4", 窗一="3"), health)
    one = replace(SMALL, rest_quota=1)
    assert on_list("满意候选", facts, one, other_44=1) == [(1, "科一"), (2, "卫一")]


def test_systems_keep_their_seats_when_no_other_unit_takes_part() -> None:
    """other_44 1: no category has units to share the seats."""
    facts = systems(卫一="9", 卫二="8")
    assert on_list("满意候选", facts, other_44=1) == [(1, "卫一")]
    assert on_list("不满意候选", facts, other_44=1) == [(1, "卫二")]


# ---------------------------------------------------------------- network (四(二)2–4)


def four(*ballots: list[Row]) -> Facts:
    """甲 to 丁, all of them candidates, and their ballots."""
    facts = ranked(甲="5", 乙="4", 丙="3", 丁="2")
    return replace(facts, ratings=[row for rows in ballots for row in rows])


def test_network_marks_are_the_rate_times_15() -> None:
    """四(二)4; unmarked, official: who is not marked is 基本满意."""
    # 甲 1, 1, 0.6 of 3 → 13; 乙 0, 0.6, 0; 丙 0.6, 0, 1; 丁 0.6 × 3 → 9
    facts = four(form("一", "甲", "乙"), form("二", "甲", "丙"), form("三", "丙", "乙", fair="丁"))
    assert network_of(facts) == {"甲": "13", "乙": "3", "丙": "8", "丁": "9"}


def test_unmarked_may_mean_no_vote() -> None:
    """unmarked 1: 甲 2 of 2, 乙 0 of 2, 丙 1 of 2, 丁 one 基本满意."""
    facts = four(form("一", "甲", "乙"), form("二", "甲", "丙"), form("三", "丙", "乙", fair="丁"))
    assert network_of(facts, unmarked=1) == {"甲": "15", "乙": "0", "丙": "7.5", "丁": "9"}


def test_a_candidate_without_votes_has_no_total() -> None:
    """四(三): unmarked 1: nobody marked 丙 and 丁; without ballots nobody has a total."""
    verdict = judge(four(form("一", "甲", "乙")), SMALL, {"unmarked": 1})
    assert marks_of(verdict, "network") == {"甲": "15", "乙": "0"}
    assert marks_of(verdict, "total") == {"甲": "100", "乙": "84"}
    assert marks_of(judge(four(), SMALL), "total") == {}


@pytest.mark.parametrize("wrong", [("甲丙", "乙"), ("甲", "乙丙"), ("", "乙"), ("甲", "")])
def test_a_ballot_with_wrong_picks_is_void(wrong: tuple[str, str]) -> None:
    """wrong_picks, official: exactly so many 满意 and so many 不满意, or the whole ballot is void."""
    facts = four(form("一", *wrong, fair="丁"), form("二", "丁", "丙"))
    assert network_of(facts) == {"甲": "9", "乙": "9", "丙": "0", "丁": "15"}


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        ("甲丙", "乙", {"乙": "0", "丁": "9"}),  # 满意 struck out; 丁 unmarked
        ("甲", "乙丙", {"甲": "15", "丁": "9"}),  # 不满意 struck out
        ("甲丁", "乙丙", {}),  # both struck out
        ("", "乙", {"甲": "9", "乙": "0", "丙": "9", "丁": "9"}),  # too few is no fault
    ],
)
def test_wrong_picks_may_cost_only_the_level(good: str, bad: str, expected: dict[str, str]) -> None:
    """wrong_picks 1: a level with too many picks is struck out, and those units are not unmarked either."""
    assert network_of(four(form("一", good, bad)), wrong_picks=1) == expected


def test_both_other_answers_about_ballots_go_together() -> None:
    """wrong_picks 1 with unmarked 1: only 乙's 不满意 is left."""
    assert network_of(four(form("一", "甲丙", "乙")), wrong_picks=1, unmarked=1) == {"乙": "0"}


def test_picks_are_counted_over_all_rows_of_a_ballot() -> None:
    """四(二)3: 丙 is no candidate, but a pick; it gets no marks."""
    one_seat = replace(SMALL, rest_quota=1)
    facts = replace(ranked(甲="5", 丙="3", 乙="1"), ratings=[*form("一", "甲丙", "乙"), *form("二", "丙", "乙")])
    assert network_of(facts, one_seat) == {"甲": "9", "乙": "0"}  # ballot 一 is void
    # wrong_picks 1: on 一 甲 is struck out, on 二 it is unmarked
    assert network_of(facts, one_seat, wrong_picks=1) == {"甲": "9", "乙": "0"}


def test_a_voters_first_ballot_counts() -> None:
    """四(二)3: a code is used once: first by day, then by form id."""
    late, early = (
        form("一", "甲", "乙", voter="某", day="2020-11-21"),
        form("二", "丙", "丁", voter="某", day="2020-11-20"),
    )
    assert network_of(four(late, early)) == {"甲": "9", "乙": "9", "丙": "15", "丁": "0"}
    same_day = form("b", "甲", "乙", voter="某"), form("a", "丙", "丁", voter="某")
    assert network_of(four(*same_day)) == {"甲": "9", "乙": "9", "丙": "15", "丁": "0"}


def test_a_voters_second_ballot_does_not_replace_a_void_first() -> None:
    """四(二)3: the code is used up."""
    first, second = (
        form("一", "甲丙", "乙", voter="某", day="2020-11-20"),
        form("二", "丙", "丁", voter="某", day="2020-11-21"),
    )
    assert network_of(four(first, second)) == {}


def test_ballots_without_a_voter_stand_for_themselves() -> None:
    """四(二)3: two unnamed ballots are not taken for the same voter's."""
    ballots = form("一", "甲", "乙") + form("二", "甲", "乙")
    facts = four([{**row, "respondent": None} for row in ballots], form("三", "丙", "甲"))
    assert network_of(facts) == {"甲": "10", "乙": "3", "丙": "11", "丁": "9"}


def test_ballots_outside_the_window_do_not_count() -> None:
    """四(二): 11 to 30 November; a ballot that came too early does not use up the code."""
    early = form("一", "甲", "乙", voter="某", day="2020-11-10")
    first = form("二", "丙", "丁", voter="某", day="2020-11-11")
    last = form("三", "甲", "丁", day="2020-11-30")
    late = form("四", "甲", "乙", day="2020-12-01")
    facts = four(early, first, last, late)
    assert network_of(facts) == {"甲": "12", "乙": "9", "丙": "12", "丁": "0"}
    assert client_of(facts)["乙"] == "50"  # a ballot is no rating by a client


def test_total_is_daily_and_network_and_bonus() -> None:
    """四(三): 甲 85 + 15 + 3; 丁 82 + 9 + 0."""
    facts = replace(four(form("一", "甲", "乙")), events=[event("甲", "award_province")])
    verdict = judge(facts, SMALL)
    assert marks_of(verdict, "total") == {"甲": "103", "乙": "84", "丙": "92", "丁": "91"}
    assert places(facts, "total") == {"甲": 1, "丙": 2, "丁": 3, "乙": 4}


def test_a_candidate_without_daily_marks_has_network_marks_but_no_total() -> None:
    """四(三): 己 entered directly."""
    facts = was_low(together(four(form("一", "甲", "己")), replace(flawless("己"), marks=[])), "己")
    verdict = judge(facts, SMALL)
    assert marks_of(verdict, "network")["己"] == "0"
    assert "己" not in marks_of(verdict, "total")
    assert "己" not in {name for list_name in (BEST, LOWEST, WORST) for _, name in verdict.lists[list_name]}


def test_lots_of_the_total_are_drawn_for_the_total() -> None:
    """tie: daily and total have seeds of their own; seed 8: 丙, 乙, 甲."""
    facts = with_ballot(replace(flawless("甲乙丙"), lots={"daily": "7", "total": "8"}))
    rules = no_picks(rest_quota=3)
    assert places(facts, "daily", rules) == {"乙": 1, "丙": 2, "甲": 3}
    assert places(facts, "total", rules) == {"丙": 1, "乙": 2, "甲": 3}


def test_units_of_systems_have_no_client_marks_at_a_tie_of_totals() -> None:
    """tie: 卫一 and 甲 both total 93; 甲 has client 50, 卫一 none."""
    facts = with_ballot(together(ranked(甲="4"), systems(卫一="84")))
    assert places(facts, "total", no_picks()) == {"甲": 1, "卫一": 2}
    assert places(facts, "total", no_picks(), tie=1) == {"甲": 1, "卫一": 1}


# ---------------------------------------------------------------- final lists (四(三))


def test_the_final_lists_are_the_best_the_lowest_and_the_worst() -> None:
    """四(三): one, two and one here; the lowest come from 不满意候选 alone."""
    facts, rules = with_ballot(five()), no_picks()
    assert on_list(BEST, facts, rules) == [(1, "甲")]
    assert on_list(LOWEST, facts, rules) == [(1, "戊"), (2, "丁")]
    assert on_list(WORST, facts, rules) == [(1, "戊")]


def test_the_total_decides_and_not_the_daily_marks() -> None:
    """四(三): 乙 overtakes 甲 in the ballot: 84 + 15 against 85 + 0; 丁 82 + 9 and 戊 81 + 9."""
    facts = replace(five(), ratings=form("一", "乙", "甲"))
    assert on_list(BEST, facts) == [(1, "乙")]
    assert on_list(LOWEST, facts) == [(1, "戊"), (2, "丁")]


def test_units_that_share_the_last_place_are_all_listed_at_the_end() -> None:
    """tie at the final cut: two best on one seat, three lowest on two, and so three worst on one."""
    facts = with_ballot(ranked(甲="5", 乙="5", 丙="1", 丁="1", 戊="1"))
    assert on_list(BEST, facts, no_picks()) == [(1, "乙"), (1, "甲")]
    assert on_list(LOWEST, facts, no_picks()) == [(1, "丁"), (1, "丙"), (1, "戊")]
    assert on_list(WORST, facts, no_picks()) == [(1, "丁"), (1, "丙"), (1, "戊")]


def test_a_direct_entrant_with_good_marks_is_among_the_lowest_only_if_it_is() -> None:
    """四(三): 甲 entered directly, but 戊 and 丁 have lower totals."""
    facts = with_ballot(was_low(five(), "甲"))
    assert on_list(LOWEST, facts, no_picks()) == [(1, "戊"), (2, "丁")]
    assert on_list(BEST, facts, no_picks()) == [(1, "乙")]


# ---------------------------------------------------------------- consequences (五(一))


def managed(**changes: dict[str, str]) -> Facts:
    """甲 is the best, 丁 and 戊 the lowest, 戊 the worst; each under an organ of its own unless changed."""
    facts = with_ballot(five())
    for row in facts.units:
        row |= {"organ": f"{row['unit']}局", **changes.get(row["unit"], {})}
    return facts


def dual(organ: str, township: str) -> dict[str, str]:
    """Managed by organ and township together."""
    return {"management": "双重", "organ": organ, "township": township}


def test_the_organ_that_manages_alone_gets_the_points() -> None:
    """五(一): +5, −5, and −10 instead of −5 for the worst."""
    assert points_of(managed(), no_picks()) == {"甲局": "5", "丁局": "-5", "戊局": "-10"}


def test_under_dual_management_the_township_gets_half() -> None:
    """五(一): ±5 and ±2.5; the worst −10 and −5."""
    facts = managed(甲=dual("一局", "昆阳镇"), 丁=dual("二局", "鳌江镇"), 戊=dual("三局", "水头镇"))
    expected = {"一局": "5", "昆阳镇": "2.5", "二局": "-5", "鳌江镇": "-2.5", "三局": "-10", "水头镇": "-5"}
    assert points_of(facts, no_picks()) == expected


def test_a_township_that_manages_alone_gets_the_points() -> None:
    """五(一): the organ named beside it gets none."""
    alone = {name: {"management": "乡镇", "township": f"{name}镇"} for name in "甲丁戊"}
    verdict = judge(managed(**alone), no_picks())
    assert verdict.outcome_sums == {
        ("township", "甲镇"): Decimal(5),
        ("township", "丁镇"): Decimal(-5),
        ("township", "戊镇"): Decimal(-10),
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (0, {"甲局": "5", "公安局": "-15", "昆阳镇": "-2.5", "鳌江镇": "-5"}),  # −5 − 10
        (1, {"甲局": "5", "公安局": "-20", "昆阳镇": "-2.5", "鳌江镇": "-7.5"}),  # −5 − (5 + 10); −(2.5 + 5)
    ],
)
def test_worst_points_says_whether_ten_come_besides_five(answer: int, expected: dict[str, str]) -> None:
    """worst_points: 丁 and 戊 belong to the same organ, whose points add up."""
    facts = managed(丁=dual("公安局", "昆阳镇"), 戊=dual("公安局", "鳌江镇"))
    assert points_of(facts, no_picks(), worst_points=answer) == expected


@pytest.mark.parametrize(("answer", "expected"), [(0, "-10"), (1, "-5")])
def test_several_units_says_whether_points_add_up(answer: int, expected: str) -> None:
    """several_units: +5, −5 and −10 for one organ: the sum, or the strongest plus and the strongest minus."""
    one_organ = {name: {"organ": "公安局"} for name in "甲丁戊"}
    assert points_of(managed(**one_organ), no_picks(), several_units=answer) == {"公安局": expected}


def test_the_strongest_of_points_of_one_sign() -> None:
    """several_units 1: −5 and −10 for 公安局, +5 alone for 甲局."""
    facts = managed(丁={"organ": "公安局"}, 戊={"organ": "公安局"})
    assert points_of(facts, no_picks(), several_units=1) == {"甲局": "5", "公安局": "-10"}


def test_the_strongest_is_one_row_even_if_ten_come_besides_five() -> None:
    """several_units 1 with worst_points 1: of −5, −5 and −10 the −10."""
    facts = managed(丁={"organ": "公安局"}, 戊={"organ": "公安局"})
    assert points_of(facts, no_picks(), several_units=1, worst_points=1) == {"甲局": "5", "公安局": "-10"}


def test_nothing_follows_without_final_lists() -> None:
    """五(一): no totals, no points."""
    assert judge(five(), SMALL).outcome_sums == {}


# ---------------------------------------------------------------- laws


@given(campaigns())
def test_the_order_of_rows_does_not_matter(campaign: Campaign) -> None:
    """Facts are sets: rows in another order give the same verdict."""
    facts, rules, answers = campaign
    first = judge(facts, rules, answers)
    again = deepcopy(facts)
    shuffle(Random(1), again)
    assert judge(again, rules, answers) == first


@given(campaigns())
def test_marks_stay_within_their_bounds(campaign: Campaign) -> None:
    """四: 50, 10 and 90, 5, 5, 5, 20, 15 and at most 5 on top."""
    full = {
        "client": 50,
        "hotline.conduct": 10,
        "hotline.handling": 90,
        "hotline": 5,
        "online": 5,
        "supervisor": 5,
    }
    full |= {"inspection": 20, "network": 15, "bonus": 5, "daily": 85, "total": 105}
    for (component, _), value in judge(*campaign).marks.items():
        assert 0 <= value <= full[component]
        assert value.as_tuple().exponent == -10


@given(campaigns())
def test_every_list_is_drawn_from_the_one_before(campaign: Campaign) -> None:
    """四(三): 满意单位 ⊆ 满意候选, 最不满意单位 ⊆ 不满意单位 ⊆ 不满意候选; entries in order."""
    lists = judge(*campaign).lists
    names = {name: {who for _, who in entries} for name, entries in lists.items()}
    assert names[BEST] <= names["满意候选"]
    assert names[WORST] <= names[LOWEST] <= names["不满意候选"]
    assert all(entries == sorted(entries) for entries in lists.values())


@given(campaigns())
def test_generated_campaigns_keep_to_what_intake_accepts(campaign: Campaign) -> None:
    """Ids are unique, a form names a unit once, and 案卷 is for 管理执法类."""
    facts, _, _ = campaign
    enforcers = {row["unit"] for row in facts.units if row["category"] == ENFORCERS}
    named = [(row["form"], row["unit"]) for row in facts.ratings if row["form"] is not None]
    events = [row["event"] for row in facts.events]
    assert len(named) == len(set(named))
    assert len(events) == len(set(events))
    assert 6 <= len(facts.units) == len({row["unit"] for row in facts.units}) <= 24
    assert all(row["unit"] in enforcers for row in facts.ratings if row["channel"] == "案卷")
