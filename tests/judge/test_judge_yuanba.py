"""The judge of 元坝镇 2018, rule by rule, against numbers worked out by hand. Units are called 甲, 乙, 丙..."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from .random_yuanba import campaigns
from .yuanba_2018 import ANSWERS, LEADERS, STAFF, Facts, Verdict, judge

Row = dict[str, Any]
GOOD, FAIR, BAD = "满意", "基本满意", "不满意"
CLIENTS = "服务对象"


def on(day: str) -> date:
    return date.fromisoformat(day)


def votes(name: str, method: str, group: str = CLIENTS, **levels: int) -> list[Row]:
    row = {"method": method, "unit": name, "cycle": None, "group": group}
    return [{**row, "level": level, "votes": number} for level, number in levels.items()]


def form(level: str, method: str = "open", day: str = "2018-09-03", group: str = CLIENTS, own: Any = None) -> Row:
    row = {"form": f"{method}{level}{day}{group}{own}", "method": method, "unit": "甲", "level": level}
    return {**row, "rated_on": on(day), "respondent": None, "group": group, "own": own}


def event(item: str, points: str | None = None, name: str = "甲", day: str = "2018-05-04", **more: Any) -> Row:
    row = {"event": f"{name}{item}{day}", "unit": name, "item": item, "happened_on": on(day), "times": 1}
    none = {"deed": None, "signed_on": None, "opened_on": None, "closed_on": None, "extended": None}
    return {**row, "points": points, **none, "status": "confirmed", **more}


def units(names: str) -> list[Row]:
    return [{"unit": name, "name": name, "category": "内设机构", "organ": "元坝镇"} for name in names]


def one(*forms: Row, counts: Iterable[Row] = (), events: tuple[Row, ...] = ()) -> Facts:
    """甲 alone."""
    return Facts(units("甲"), list(forms), list(counts), events=list(events))


def rated(lots: str | None = None, **levels: str) -> Facts:
    """A unit's open, internal and external level as a word of three letters: 满, 基 or 不."""
    names = {"满": GOOD, "基": FAIR, "不": BAD}
    facts = Facts(units("".join(levels)), lots={} if lots is None else {"total": lots})
    for name, word in levels.items():
        a, b, c = (names[letter] for letter in word)
        facts.counts += votes(name, "open", CLIENTS, **{a: 1}) + votes(name, "external", CLIENTS, **{c: 1})
        facts.counts += votes(name, "internal", LEADERS, **{b: 1}) + votes(name, "internal", STAFF, **{b: 1})
    return facts


def mark(facts: Facts, component: str, **answers: int) -> str | None:
    """The marks of 甲, without trailing zeros."""
    value = judge(facts, answers).marks.get((component, "甲"))
    return None if value is None else f"{value.normalize():f}"


def places(verdict: Verdict) -> dict[str, int]:
    return {name: place for (_, name), (_, place) in verdict.totals.items()}


# ---------------------------------------------------------------- forms (三(二)3, 三(三))


@pytest.mark.parametrize(
    ("method", "official", "other"),
    [
        ("open", "28", "31.1111111111"),  # (90 + 70 + 50) ÷ 3 = 70: 70 ÷ 100 × 40; 70 ÷ 90 × 40
        ("external", "21", "23.3333333333"),  # 70 ÷ 100 × 30; 70 ÷ 90 × 30
    ],
)
def test_levels_are_worth_90_70_and_50(method: str, official: str, other: str) -> None:
    """三(二)3, 三(三)2 and conversion: single forms and ready counts are one sum."""
    facts = one(form(GOOD, method), counts=votes("甲", method, 基本满意=1, 不满意=1))
    assert (mark(facts, method), mark(facts, method, conversion=1)) == (official, other)


def test_internal_groups_weigh_the_same_whatever_their_size() -> None:
    """三(三)1: leaders 90, staff (90 + 3 × 50) ÷ 4 = 60; half each is 75, of 30: 22.5; of 90: 25."""
    counts = votes("甲", "internal", LEADERS, 满意=1) + votes("甲", "internal", STAFF, 满意=1, 不满意=3)
    facts = one(counts=counts)
    assert (mark(facts, "internal"), mark(facts, "internal", conversion=1)) == ("22.5", "25")
    assert judge(facts).flags == {}


@pytest.mark.parametrize("group", [LEADERS, STAFF])
def test_a_missing_group_leaves_the_other_alone_or_counts_0(group: str) -> None:
    """group_missing: 70 alone is 21 of 30; with 0 for the other half 10.5, of 90 11.666…; flagged in any case."""
    facts = one(form(FAIR, "internal", group=group))
    assert (mark(facts, "internal"), mark(facts, "internal", group_missing=1)) == ("21", "10.5")
    assert mark(facts, "internal", group_missing=1, conversion=1) == "11.6666666667"
    for answer in (0, 1):
        assert judge(facts, {"group_missing": answer}).flags == {("internal", "甲"): "group_missing"}


@pytest.mark.parametrize("answer", [0, 1])
def test_both_groups_missing_is_no_mark(answer: int) -> None:
    """group_missing: nothing measured is not 0, and not flagged as half."""
    verdict = judge(one(form(GOOD), form(GOOD, "external")), {"group_missing": answer})
    assert ("internal", "甲") not in verdict.marks
    assert verdict.flags == {}


@pytest.mark.parametrize("method", ["open", "external"])
def test_forms_count_from_august_to_november(method: str) -> None:
    """三(二), 三(三): 满意 and 基本满意 on the outermost days are 80 of 100."""
    inside = form(GOOD, method, "2018-08-01"), form(FAIR, method, "2018-11-30")
    outside = form(BAD, method, "2018-07-31"), form(BAD, method, "2018-12-01")
    assert mark(one(*inside, *outside), method) == {"open": "32", "external": "24"}[method]
    assert mark(one(*outside), method) is None


@pytest.mark.parametrize(("own", "official"), [(True, "36"), (False, "28"), (None, "28")])
def test_own_staff_do_not_count_where_the_form_says_so(own: Any, official: str) -> None:
    """self_vote: 90 alone is 36 of 40; with 50 the mean is 70: 28."""
    facts = one(form(GOOD), form(BAD, own=own))
    assert (mark(facts, "open"), mark(facts, "open", self_vote=1)) == (official, "28")


def test_a_group_of_own_or_late_forms_alone_is_missing() -> None:
    """self_vote with group_missing: leaders 90, staff 50 are 70 of 100; without the staff 90, as if it came late."""
    late = one(form(GOOD, "internal", group=LEADERS), form(BAD, "internal", "2018-12-01", STAFF))
    assert (mark(late, "internal"), len(judge(late).flags)) == ("27", 1)
    facts = one(form(GOOD, "internal", group=LEADERS), form(BAD, "internal", group=STAFF, own=True))
    assert (mark(facts, "internal"), mark(facts, "internal", self_vote=1)) == ("27", "21")
    assert (len(judge(facts).flags), judge(facts, {"self_vote": 1}).flags) == (1, {})


# ---------------------------------------------------------------- bonus, deductions, total (三(四))


def test_praise_is_5_and_a_breach_what_the_office_entered() -> None:
    """三(四): 2 × 5; 1.25 × 3 + 0.5."""
    facts = one(events=(event("praise", times=2), event("breach", "1.25", times=3), event("breach", "0.5")))
    assert (mark(facts, "bonus"), mark(facts, "deductions")) == ("10", "-4.25")
    assert (mark(one(), "bonus"), mark(one(), "deductions")) == ("0", "0")


@pytest.mark.parametrize(
    ("day", "counted"), [("2017-12-31", False), ("2018-01-01", True), ("2018-12-31", True), ("2019-01-01", False)]
)
def test_events_count_in_the_year(day: str, counted: bool) -> None:
    """三(四): both ends belong to the year."""
    facts = one(events=(event("praise", day=day), event("breach", "2", day=day)))
    assert (mark(facts, "bonus"), mark(facts, "deductions")) == (("5", "-2") if counted else ("0", "0"))


@pytest.mark.parametrize("status", ["confirmed", "upheld", "proposed", "objected", "withdrawn"])
def test_only_confirmed_and_upheld_events_count(status: str) -> None:
    facts = one(events=(event("praise", status=status), event("breach", "2", status=status)))
    counted = status in ("confirmed", "upheld")
    assert (mark(facts, "bonus"), mark(facts, "deductions")) == (("5", "-2") if counted else ("0", "0"))


def test_total_is_the_sum_and_may_pass_100() -> None:
    """三: 36 + 27 + 27 = 90; + 5 − 2 is 93; of 90: 100 + 5 − 2."""
    facts = rated(甲="满满满")
    facts.events = [event("praise"), event("breach", "2")]
    assert (mark(facts, "total"), mark(facts, "total", conversion=1)) == ("93", "103")


@pytest.mark.parametrize("method", ["open", "internal", "external"])
def test_there_is_no_total_unless_all_three_are_measured(method: str) -> None:
    """三: 乙 lacks one, and is neither first nor last."""
    facts = rated(甲="基基基", 乙="满满满")
    facts.counts = [row for row in facts.counts if (row["unit"], row["method"]) != ("乙", method)]
    verdict = judge(facts)
    assert verdict.totals == {("total", "甲"): (Decimal(70), 1)}
    assert verdict.lists == {"首位": [(1, "甲")], "末位": [(1, "甲")]}


# ---------------------------------------------------------------- places (三, 三(四))


def test_external_then_internal_tell_equal_totals_apart() -> None:
    """tie: every total is 76. 甲 28 + 27 + 21; 乙 28 + 21 + 27; 丙 36 + 15 + 27 − 2; 丁 36 + 21 + 21 − 2."""
    facts = rated(甲="基满基", 乙="基基满", 丙="满不满", 丁="满基基")
    facts.events = [event("breach", "2", name) for name in "丙丁"]
    verdict = judge(facts)
    assert {total for total, _ in verdict.totals.values()} == {Decimal(76)}
    assert places(verdict) == {"乙": 1, "丙": 2, "甲": 3, "丁": 4}
    assert verdict.lists == {"首位": [(1, "乙")], "末位": [(1, "丁")]}


def test_open_decides_last_and_the_total_first() -> None:
    """tie: 甲 36 − 8 and 乙 28 beside the same 21 + 21; before any key 甲 36 + 21 + 21 = 78, 乙 20 + 27 + 27 = 74."""
    facts = rated(甲="满基基", 乙="基基基")
    facts.events = [event("breach", "8")]
    assert places(judge(facts)) == places(judge(rated(甲="满基基", 乙="不满满"))) == {"甲": 1, "乙": 2}


def test_a_lot_parts_what_nothing_else_does() -> None:
    """名次不得并列: the smaller ticket stands better; without a recorded draw the place is shared."""
    better, worse = sorted("甲乙", key=lambda name: sha256(f"7:{name}".encode()).hexdigest())
    drawn = judge(rated(甲="基基基", 乙="基基基", 丙="满满满", 丁="不不不", lots="7"))
    assert (places(drawn)[better], places(drawn)[worse]) == (2, 3)
    assert places(judge(rated(甲="基基基", 乙="基基基", 丙="满满满", 丁="不不不"))) == {
        "甲": 2,
        "乙": 2,
        "丙": 1,
        "丁": 4,
    }
    shared = judge(rated(甲="基基基", 乙="基基基"))
    assert shared.lists == {"首位": [(1, "乙"), (1, "甲")], "末位": [(1, "乙"), (1, "甲")]}
    alone = judge(rated(甲="基基基", 乙="基基基", lots="7")).lists
    assert alone == {"首位": [(1, better)], "末位": [(1, worse)]}


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
