"""Consequences: 五: to whom, under which conditions, what they come to, and re-evaluations."""

from datetime import date

import pytest

from tests.rules.ranked import FOUR, LOWEST, campaign, component, history, marked, told
from tests.tiny import plan, review, units

EFFECTS = {"effects": {"分": {"unit": "分"}, "档": {}}}


def outcome(**more):
    return {"id": "o", "list": "先进", "effect": "分", "to": "organ", "amount": "5"} | more


def consequences(outcomes, **more):
    found = campaign(FOUR, outcomes=outcomes, **EFFECTS, **more).table("outcomes").to_dicts()
    return [(one["subject_kind"], one["subject"], one["unit"], one["amount"]) for one in found]


def test_consequences_by_kind_of_management():
    """五(一): organ and township under dual management."""
    dual = {"when": {"units": {"management": "双重"}}}
    rules = [outcome(**dual), outcome(id="p", to="township", amount="2.5", **dual)]
    found = consequences(rules, traits={"management": {"乙": "双重"}, "township": {"乙": "某镇"}})
    assert found == [("organ", "某局", "乙", 5), ("township", "某镇", "乙", 2.5)]


@pytest.mark.parametrize("to", ["township", "township_leader"])
@pytest.mark.parametrize("blank", [None, ""])
def test_a_township_that_a_unit_does_not_have_bears_nothing(to, blank):
    """Ruling E18: neither it nor the organ in its place; a notice says so."""
    found = campaign(
        FOUR, outcomes=[outcome(to=to)], traits={"township": {"甲": "某镇", "乙": blank}}, **EFFECTS
    )  # fmt: skip
    assert found.table("outcomes").select("subject", "unit").rows() == [("某镇", "甲")]
    assert told(found, "no_township") == [("notice", "no_township", "先进", "乙", "分")]


def test_consequences_by_place_and_grade():
    """五(一): the first, unless the organ is top already."""
    first = {"effect": "档", "amount": None, "to": "unit", "when": {"place": {"up_to": "1"}}}
    grades = {"grades": [{"organ": "某局", "grade": "优秀"}]}
    assert consequences([outcome(**first)]) == [("unit", "甲", "甲", None)]
    assert consequences([outcome(**first, unless={"grade": "优秀"})], facts=grades) == []
    assert consequences([outcome(**first, unless={"grade": "优秀"})]) == [("unit", "甲", "甲", None)]


def test_a_grade_that_a_consequence_asks_for_and_nobody_gave_is_told():
    found = campaign(FOUR, outcomes=[outcome(unless={"grade": "优秀"})], **EFFECTS)
    assert told(found, "grade_missing") == [("decision", "grade_missing", "某局", None, None)]


def test_a_grade_that_nothing_asks_for_is_not_missed():
    by_place = {"place": {"up_to": "1"}}
    found = campaign(
        FOUR, outcomes=[outcome(when=by_place)], lists=[{"when": {"units": {"category": "机关"}}}], **EFFECTS
    )
    assert told(found, "grade_missing") == []


def test_a_place_is_the_one_on_the_list():
    """On a list of groups: the first of each."""
    rule = outcome(to="unit", when={"place": {"up_to": "1"}})
    found = consequences([rule], lists=[{"take": "2", "within": ["category"]}], traits={"category": {"丙": "站所"}})
    assert [unit for *_, unit, _ in found] == ["丙", "甲"]


def test_two_years_running():
    """五(二): last year too, not the year before."""
    rule = outcome(to="unit_head", amount=None, when={"running": {"list": "先进", "years": "2"}})
    rows = history("year|unit|list\n2019|甲|先进\n2018|乙|先进")
    assert consequences([rule], facts=rows) == [("unit_head", "甲", "甲", None)]


def test_running_on_another_list_asks_for_this_year_too():
    """Ruling E17: on last year's 末位 only is not running."""
    rule = outcome(to="unit", when={"running": {"list": "末位", "years": "2"}})
    rows = history("year|unit|list\n2019|甲|末位\n2019|丁|末位")
    assert consequences([rule], facts=rows, lists=[{}, LOWEST]) == []
    assert [one[1] for one in consequences([rule | {"list": "末位"}], facts=rows, lists=[{}, LOWEST])] == ["丁"]


def test_the_harsher_rule_may_stand_instead_or_besides():
    """Reading worst_points."""
    lists = [LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
    worst = outcome(id="w", list="最差", amount="-10")
    instead = [outcome(list="末位", amount="-5", leave_out=["最差"]), worst]
    besides = [outcome(list="末位", amount="-5"), worst]
    assert sorted(amount for *_, amount in consequences(instead, lists=lists)) == [-10, -5]
    assert sorted(amount for *_, amount in consequences(besides, lists=lists)) == [-10, -5, -5]


THREE = [LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
RULES = [
    outcome(),
    outcome(id="b", list="末位", amount="-4", leave_out=["最差"]),
    outcome(id="w", list="最差", amount="-10"),
]


def summed(combine, outcomes=RULES):
    return campaign(FOUR, lists=[{}, *THREE], outcomes=outcomes, effects={"分": {"combine": combine}})


@pytest.mark.parametrize(("combine", "amount"), [("sum", -4), ("strongest", -5)])
def test_several_units_of_one_organ(combine, amount):
    """Reading several_units, ruling E18: +5 +5 −10 −4 add up to −4; the strongest are +5 and −10."""
    sums = summed(combine).table("outcome_sums").to_dicts()
    assert [(one["subject"], one["amount"]) for one in sums] == [("某局", amount)]


@pytest.mark.parametrize(("amounts", "amount"), [(("5", "2"), 5), (("-5", "-2"), -5), (("5", "-2"), 3)])
def test_the_strongest_of_one_side_stands_alone(amounts, amount):
    rules = [outcome(id=str(nth), amount=one) for nth, one in enumerate(amounts)]
    assert summed("strongest", rules).table("outcome_sums")["amount"].to_list() == [amount]


# ------------------------------------------------------------------ re-evaluations

RECHECKS = [{"id": "复评", "list": "先进", "due": "2020-06-30", "blocks": ["停"]}]


@pytest.mark.parametrize(
    ("tries", "state", "blocks"),
    [
        ([("06-01", True)], "passed", ""),
        ([("06-01", True), ("07-01", False)], "failed", "不得提拔"),
        ([("05-01", True), ("06-01", False), ("06-30", True)], "passed", ""),
        ([("05-01", True), ("06-01", False), ("07-01", True)], "passed_late", ""),
        ([("06-01", True), ("07-01", True)], "passed", ""),
    ],
)
def test_the_last_try_of_a_re_evaluation_counts(tries, state, blocks):
    """Ruling E21: who passed and failed later has failed; who passed once more had passed before."""
    made = plan(component(), rechecks=RECHECKS, effects={"停": {"name": "不得提拔"}})
    rows = [
        {
            "year": 2019,
            "list": "先进",
            "unit": "甲",
            "rechecked_on": date.fromisoformat(f"2020-{day}"),
            "passed": passed,
        }
        | {"document": "文"}
        for day, passed in tries
    ]
    facts = {"units": units("甲"), "marks": marked({"甲": 80}), "rechecks": rows}
    facts |= {"history": [{"year": 2019, "unit": "甲", "list": "先进"}] * 2}
    found = review(made, facts).table("recheck_states").select("unit", "state", "blocks").rows()
    assert found == [("甲", state, blocks)]


# ------------------------------------------------------------------ checks
