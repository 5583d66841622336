"""What differs between two results, what hangs on each open question, and what moved since the year before."""

import re
from decimal import Decimal
from functools import cache

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingyi.common import paths
from pingyi.common.faults import PlanFaults
from pingyi.facts.intake import read_facts
from pingyi.runs.folder import NothingRun
from pingyi.scenarios import interpretations
from pingyi.scenarios.campaign_scenarios import (
    BadSetting,
    NeedsOtherFacts,
    tell_carried,
    tell_readings,
    tell_whatif,
)
from pingyi.scenarios.campaign_scenarios import open_laboratory as laboratory
from pingyi.scenarios.campaign_scenarios import read_settings as patch_of
from pingyi.scenarios.campaign_scenarios import read_value as value_of
from pingyi.scenarios.campaign_scenarios import try_patch as whatif
from pingyi.scenarios.difference import Consequence, ListChange, MarksChange, Move, Result, SumChange
from pingyi.scenarios.difference import compare_results as difference
from pingyi.scenarios.difference_report import describe_difference as told
from pingyi.scenarios.difference_report import describe_gain as gain
from pingyi.scenarios.difference_report import difference_table
from pingyi.scenarios.difference_report import summarize_difference as brief
from pingyi.scenarios.fitted_facts import fit_facts as fitted
from pingyi.scenarios.interpretations import combine_patches, most_moving, reading_effects
from pingyi.scenarios.interpretations import try_answers as trials
from pingyi.scenarios.laboratory import COUNT, LOAD, Bench, Laboratory
from pingyi.scenarios.years import (
    InTheWay,
    NothingToCarry,
    Year,
    carried_lists,
    compare_years,
    open_run,
    write_history,
)
from pingyi.scenarios.years import describe_years as years_told
from pingyi.scenarios.years import shift_plan as moved
from pingyi.scoring import script
from pingyi.scoring.review import Review
from tests import small
from tests.support import tree as campaign_tree
from tests.tiny import counts, plan, review, table, tree, units

pytestmark = pytest.mark.slow

LISTS = [
    {"id": "先进", "name": "先进单位", "from": "units", "by": "rank", "side": "top", "take": "2"},
    {"id": "末位", "from": "units", "by": "rank", "side": "bottom", "take": "1", "good": False},
]
PRIZE = {
    "effects": {"分": {"name": "考核分", "unit": "分"}, "评优": {}},
    "outcomes": [
        {"id": "plus", "list": "先进", "effect": "分", "amount": "5", "to": "organ"},
        {"id": "award", "list": "先进", "effect": "评优", "to": "unit"},
    ],
}
ORGANS = {"甲": "甲局", "乙": "乙局", "丙": "丙局", "丁": "丁局"}


def leaf(id="score", **more):
    return {"id": id, "full": "100", "marks": {"range": ["0", "100"]}} | more


def marked(*columns, method="score"):
    """Rows of marks: one mark for each unit, None for none."""
    return [{"method": method, "unit": unit, "mark": str(mark)} for unit, mark in columns if mark is not None]


def frames(rows):
    return {name: pl.DataFrame(one, infer_schema_length=None) for name, one in rows.items() if one}


def result(*marks):
    """A result of four units 甲 乙 丙 丁 with such marks."""
    made = plan(leaf(), lists=LISTS, **PRIZE)
    done = review(
        made, {"units": units("甲 乙 丙 丁", organ=ORGANS), "marks": marked(*zip("甲乙丙丁", marks, strict=True))}
    )
    found = Result.of(done)
    done.close()
    return found


@cache
def pair():
    """乙 falls from 80 to 60.5 and changes places with 丙; 丁 has no marks any more."""
    return difference(result(90, 80, 70, 60), result(90, "60.5", 70, None))


def test_equal_results_differ_in_nothing():
    same = difference(result(90, 80, 70, 60), result(90, 80, 70, 60))
    assert (same.nothing, same.size, same.largest()) == (True, (0, 0), None)
    assert told(same) == [brief(same)] == ["名单、名次、得分和结果运用都与公布的结果相同。"]


def test_who_entered_and_who_left_each_list():
    assert pair().lists == (ListChange("先进", ("丙",), ("乙",)), ListChange("末位", ("乙",), ("丁",)))
    assert pair().memberships == 4


def test_who_moved_from_which_place_to_which_and_by_how_much():
    assert pair().moves == (
        Move("丁", "rank", 4, None, Decimal(60), None),
        Move("丙", "rank", 3, 2, Decimal(70), Decimal(70)),
        Move("乙", "rank", 2, 3, Decimal(80), Decimal("60.5")),
    )
    assert [(move.unit, move.by) for move in pair().placed("rank")] == [("丙", 1), ("乙", -1)]
    assert pair().largest("rank").unit == "丙", "of equal moves the first"
    assert [move.unit for move in pair().went()] == ["丁"]
    assert pair().came() == []
    assert pair().touched == {"乙", "丙", "丁"}


def test_which_marks_changed_and_where_most():
    assert pair().marks == (MarksChange("score", 2, "乙", Decimal(80), Decimal("60.5")),)


def test_which_consequences_differ():
    assert pair().sums == (
        SumChange("organ", "丙局", "分", None, Decimal(5)),
        SumChange("organ", "乙局", "分", Decimal(5), None),
    )
    assert pair().consequences == (
        Consequence(False, "organ", "乙局", "分", Decimal(5), "先进", "乙", "plus"),
        Consequence(False, "unit", "乙", "评优", None, "先进", "乙", "award"),
        Consequence(True, "organ", "丙局", "分", Decimal(5), "先进", "丙", "plus"),
        Consequence(True, "unit", "丙", "评优", None, "先进", "丙", "award"),
    )


def test_a_difference_in_the_words_of_an_office():
    assert told(pair()) == [
        "有 3 个单位的名单、名次或得分变动。",
        "rank：2 个单位名次变动，最大的是丙，从第 3 名到第 2 名（上升 1 名）；丁不再参加排名。",
        "先进单位：列入 丙，退出 乙。",
        "末位：列入 乙，退出 丁。",
        "分项得分：score 2 个单位有变（最多的是乙 −19.50 分）。",
        "合计数额：丙局“考核分”0 变为 +5 分、乙局“考核分”+5 变为 0 分。",
        "结果运用：增加 2 条，取消 2 条。",
    ]
    assert brief(pair()).startswith("有 3 个单位的名单、名次或得分变动；名次变动最大的是丙，从第 3 名到第 2 名")


def test_a_change_too_small_to_show_is_said_to_be_one():
    assert [gain(Decimal(one)) for one in ("0.004", "-0.0000000001", "0.35", "0")] == [
        "+不足 0.01 分",
        "−不足 0.01 分",
        "+0.35 分",
        "−0.00 分",
    ]


def test_the_saved_table_has_every_change_with_exact_numbers():
    rows = difference_table(pair(), {"lists.先进.take": ("2", "3")}).rows()
    assert rows[0] == ("改动", "lists.先进.take", "", "", "2", "3", "")
    assert ("名次", "rank", "丁", "丁", "4", "没有名次", "") in rows
    assert ("得分", "rank", "乙", "乙", "80", "60.5", "-19.5") in rows
    assert ("名单", "先进单位", "丙", "丙", "不在", "在", "列入") in rows
    assert ("合计数额", "考核分（主管部门）", "", "乙局", "5", "0", "-5") in rows
    assert ("结果运用", "评优（单位）", "乙", "乙", "有", "", "取消") in rows
    assert len(rows) == 1 + 3 + 2 + 4 + 2 + 4


SAT = {"满意": "1", "基本满意": "0.6", "不满意": "0"}
READINGS = [
    {"id": "worth", "clause": "三", "question": "基本满意计多少？", "official": "0.6"}
    | {"otherwise": [{"answer": "0", "patch": {"components.sat.ratings.levels.基本满意": "0"}}]},
    {"id": "size", "clause": "四", "question": "先进取几个？", "official": "2 个"}
    | {
        "otherwise": [
            {"answer": "1 个", "patch": {"lists.先进.take": "1"}},
            {"answer": "3 个", "patch": {"lists.先进.take": "3"}},
        ]
    },
    {"id": "prize", "clause": "五", "question": "加几分？", "official": "5 分"}
    | {"otherwise": [{"answer": "6 分", "patch": {"outcomes.plus.amount": "6"}}]},
    {"id": "draw", "clause": "六", "question": "抽几个？", "official": "10 个"}
    | {"otherwise": [{"answer": "20 个", "patch": {"sampling.people.take": "20"}}]},
    {"id": "method", "clause": "七", "question": "怎么计分？", "official": "按等次"}
    | {
        "otherwise": [
            {
                "answer": "打分",
                "patch": {"components.sat.ratings": None, "components.sat.marks": {"range": ["0", "100"]}},
            },
            {"answer": "两档", "patch": {"components.sat.ratings.levels": {"满意": "1", "不满意": "0"}}},
            {"answer": "四档", "patch": {"components.sat.ratings.levels": SAT | {"很满意": "1"}}},
        ]
    },
    {"id": "closed", "clause": "八", "question": "哪天截止？", "official": "月底"},
]


def open_plan():
    """Ratings, two lists, a prize, and every kind of reading."""
    sat = {"id": "sat", "full": "100", "ratings": {"levels": SAT}}
    standings = [{"id": "rank", "of": "sat", "ties": ["share"]}]
    sampling = [{"id": "people", "component": "sat", "take": "10", "per": ["unit"]}]
    return tree(sat, standings=standings, lists=LISTS, sampling=sampling, readings=READINGS, **PRIZE)


VOTES = """
    unit | 满意 | 基本满意 | 不满意
    甲   |  6   |    4     |   0
    乙   |  8   |    0     |   2
    丙   |  5   |    4     |   1
    丁   |  2   |    2     |   6
"""


def open_facts():
    return frames({"units": units("甲 乙 丙 丁", organ=ORGANS), "counts": counts(VOTES)})


@pytest.fixture
def lab():
    with Laboratory(open_plan(), open_facts()) as made:
        yield made


def test_each_answer_is_tried_alone_or_said_not_to_be(lab):
    """Official 甲 84, 乙 80, 丙 74, 丁 32; with 0 for the middle level 60, 80, 50, 20."""
    found = reading_effects(list(trials(lab)))
    columns = ["reading", "answer", "tried", "memberships", "units_touched", "places_moved", "name", "entered", "left"]
    assert found.select(columns).rows() == [
        ("worth", "0", True, 0, 4, 2, "乙", "", ""),
        ("size", "1 个", True, 1, 1, 0, None, "", "先进单位：乙"),
        ("size", "3 个", True, 1, 1, 0, None, "先进单位：丙", ""),
        ("prize", "6 分", True, 0, 0, 0, None, "", ""),
        ("draw", "20 个", False, *[None] * 6),
        ("method", "打分", False, *[None] * 6),
        ("method", "两档", False, *[None] * 6),
        ("method", "四档", True, 0, 0, 0, None, "", ""),
        ("closed", None, False, *[None] * 6),
    ]
    worth = found.row(0, named=True)
    assert (worth["unit"], worth["standing"], worth["place"], worth["new_place"]) == ("乙", "rank", 2, 1)
    assert found["sums"].to_list()[:4] == [0, 1, 1, 2]
    assert found["why"].to_list() == [
        *[""] * 4,
        "只影响怎么抽样，不影响已有数据的得分",
        "要另外收集数据：sat换了计分的依据",
        "要另外收集数据：票数汇总有 4 行的“等次”不适用",
        "数据仍是原来的等次，只换了分值",
        "方案没有列出别的答案",
    ]


def test_the_answers_that_together_move_most(lab):
    """With 0 for the middle level 乙 leads; with one on the list 甲 leaves it. 丙 entering instead comes later."""
    found = most_moving(lab, list(trials(lab)))
    assert [one.answer.answer for one in found.taken] == ["0", "1 个"]
    assert found.difference.lists == (ListChange("先进", (), ("甲",)),)
    assert found.difference.size == (1, 4)
    assert (found.evaluated, found.possible, found.exhaustive) == (11, 11, True)


def test_a_search_within_a_budget_finds_the_same_and_says_how_much_it_looked_at(lab, monkeypatch):
    alone = list(trials(lab))
    whole = most_moving(lab, alone)
    monkeypatch.setattr(interpretations, "FEW", 0)
    found = [most_moving(lab, alone) for _ in range(2)]
    assert found[0] == found[1], "the same each time"
    assert found[0].taken == whole.taken
    assert found[0].evaluated < found[0].possible
    assert most_moving(lab, alone, budget=0).evaluated == 4, "single answers are known already"


def test_answers_that_set_the_same_path_are_not_combined(lab):
    alone = list(trials(lab))
    by_id = {(one.reading.id, one.answer.answer): one.answer for one in alone if one.answer}
    inside = [by_id["worth", "0"], by_id["method", "四档"]]
    assert combine_patches(inside) == {}
    assert set(combine_patches([by_id["worth", "0"], by_id["size", "1 个"]])) == {
        "components.sat.ratings.levels.基本满意",
        "lists.先进.take",
    }


def test_a_bench_gives_what_a_review_of_its_own_gives_in_any_order(lab):
    answers = [answer for reading in lab.plan.readings for answer in reading.otherwise]
    plans = [made for answer in answers if (made := lab.patched(answer.patch)) and not lab.needs(made)]
    plans.append(lab.plan)
    fresh = [Result.of(Review.begin(made, lab.facts).through("outcomes")) for made in plans]
    with Bench(lab.facts) as bench:
        for nth in [*range(len(plans)), *reversed(range(len(plans)))]:
            assert difference(fresh[nth], bench.result(plans[nth])).nothing


WHAT_IFS = [
    {"components.client.ratings.few.below": "12"},
    {"components.client.ratings.levels.基本满意": "0.3"},
    {"components.check.events.items.found.points": "-3", "components.client.ratings.few.own_share": "0.8"},
    {"shortlists.候选.take": "3"},
    {"lists.先进.take": "2", "components.ballot.ratings.levels.基本满意": "0.1"},
    {"standings.total.ties": ["client", "share"]},
    {"standings.total.ties": [{"votes": "不满意", "better": "fewer"}, "share"]},
    {"standings.total.ties": [{"votes": "不满意", "better": "more"}, "share"]},
    {"outcomes.plus.amount": "2"},
    {},
]


def test_a_trial_after_others_is_what_a_review_of_its_own_makes(project):
    """The count that a trial shares with the one before it is the count under its own rules."""
    with laboratory("small") as lab:
        for patch in WHAT_IFS:
            plan = lab.patched(patch)
            found = lab.result(plan)
            own = Result.of(Review.begin(plan, lab.facts).through("outcomes"))
            for name in ("totals", "entries", "marks", "sums", "outcomes", "proposals"):
                assert getattr(found, name).equals(getattr(own, name)), (patch, name)


def test_no_file_of_the_count_takes_a_table_of_the_plan_whole():
    """The bench relies on it: a column that no file names is not looked at."""
    for name in [*COUNT, *LOAD, *(f"roster/{one}" for one in script.names("roster"))]:
        text = script.text(name)
        aliases = {alias or table for table, alias in re.findall(r"\b(plan_\w+)(?:\s+as\s+(\w+))?", text)}
        assert not [one for one in aliases if re.search(rf"\b{one}\.\*", text)], name
        assert not re.search(r"select\s+\*[^;]*?\bfrom\s+plan_", text), name


def shuffled(facts, seed):
    return {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in facts.items()}


def test_the_order_of_rows_of_facts_does_not_matter(lab):
    with Laboratory(open_plan(), shuffled(open_facts(), 7)) as other:
        assert list(trials(lab)) == list(trials(other))


# The year before.


def test_a_plan_moves_with_all_its_dates():
    before = tree(leaf(), calendar=[{"id": "评议", "from": "2020-02-29", "to": "2020-12-31"}])
    before["campaign"] |= {"id": "tiny-2020", "previous": "tiny-2019"}
    after = moved(before, 1)
    assert after["calendar"] == [{"id": "评议", "from": "2021-02-28", "to": "2021-12-31"}]
    assert {key: after["campaign"][key] for key in ("id", "previous", "year", "issued")} == {
        "id": "tiny-2021",
        "previous": "tiny-2020",
        "year": "2021",
        "issued": "2021-01-01",
    }
    assert after["cycles"]["month"][1] == {"id": "2月", "from": "2021-02-01", "to": "2021-02-28"}
    assert moved(after, 3)["calendar"][0]["from"] == "2024-02-28"
    assert before["calendar"][0]["from"] == "2020-02-29", "the plan itself stays as it is"


def edition(year, rules, rows, names="甲 乙 丙", **traits):
    """A year of a campaign with two marked leaves, so many 分 for each, ranked by their sum."""
    parts = [leaf(id, convert=[{"times": str(times)}]) for id, times in rules.items()]
    whole = {"id": "all", "full": "200", "of": list(rules), "missing": "zero"}
    made = tree(whole, *parts, units={"categories": ["机关"], "management": ["单独"]})
    made = moved(made, year - 2020)
    marks = [row for id, marks in rows.items() for row in marked(*zip(names.split(), marks, strict=True), method=id)]
    return Year(made, frames({"units": units(names, **traits), "marks": marks}))


def test_a_change_is_split_into_rules_and_facts():
    """Last year a + b: 60 + 30; this year a × 0.5 + b: 80 and 40 give 80, and would have given 120."""
    before = edition(2020, {"a": 1, "b": 1}, {"a": [60, 50, 10], "b": [30, 30, 10]})
    now = edition(2021, {"a": "0.5", "b": 1}, {"a": [80, 50, 10], "b": [40, 70, 10]}, names="甲 乙 丁")
    found = compare_years(now, before)
    row = found.totals.filter(unit="甲").row(0, named=True)
    steps = [row[f"total_{step}"] for step in ("before", "between", "now")]
    assert (steps, row["change"], row["from_rules"], row["from_facts"]) == ([90, 120, 80], -10, -40, 30)
    places = [row[f"place_{step}"] for step in ("before", "between", "now")]
    assert (places, row["places"], row["places_from_rules"], row["places_from_facts"]) == ([1, 1, 2], -1, -1, 0)
    assert found.marks.filter(unit="甲", component="a").row(0, named=True)["from_rules"] == -40
    assert (found.new, found.gone) == ({"丁": "丁"}, {"丙": "丙"})
    assert years_told(found)[1:] == [
        "rank：两年都有得分的单位 2 个，1 个上升，1 个下降；变化最大的是乙，+15.00 分"
        "（规则 −25.00 分，数据 +40.00 分）。",
        "今年新参评的单位 1 个：丁。",
        "今年不再参评的单位 1 个：丙。",
    ]


MARKS = st.lists(st.integers(0, 1000).map(lambda n: Decimal(n) / 10), min_size=3, max_size=3)
FACTS = st.fixed_dictionaries({"a": MARKS, "b": MARKS})
FACTORS = st.sampled_from(["0.5", "1", "0.3333", "0.07"])
RULES = st.fixed_dictionaries({"a": FACTORS, "b": FACTORS})


@given(RULES, RULES, FACTS, FACTS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_two_parts_add_up_exactly(rules_before, rules_now, facts_before, facts_now):
    before, now = edition(2020, rules_before, facts_before), edition(2021, rules_now, facts_now)
    found = compare_years(now, before)
    for frame, value in ((found.totals, "total"), (found.marks, "marks")):
        assert frame.height
        for row in frame.iter_rows(named=True):
            assert (
                row["from_rules"] + row["from_facts"] == row["change"] == row[f"{value}_now"] - row[f"{value}_before"]
            )
            assert rules_before != rules_now or row["from_rules"] == 0
            assert facts_before != facts_now or row["from_facts"] == 0
    for row in found.totals.iter_rows(named=True):
        assert row["places_from_rules"] + row["places_from_facts"] == row["places"]


def test_the_order_of_rows_does_not_matter_to_the_years():
    before = edition(2020, {"a": 1, "b": 1}, {"a": [60, 50, 10], "b": [30, 30, 10]})
    now = edition(2021, {"a": "0.5", "b": 1}, {"a": [80, 50, 10], "b": [40, 70, 10]})
    other = compare_years(*(Year(one.tree, shuffled(one.facts, 3)) for one in (now, before)))
    found = compare_years(now, before)
    assert other.totals.equals(found.totals)
    assert other.marks.equals(found.marks)


def test_what_last_years_rules_do_not_know_is_left_out_and_counted():
    before = edition(2020, {"a": 1, "b": 1}, {"a": [60, 50, 10], "b": [30, 30, 10]})
    rows = {"a": [80, 50, 20], "b": [40, 70, 20], "c": [5, 5, 5]}
    now = edition(2021, {"a": 1, "b": 1, "c": 1}, rows, category={"丙": "窗口"})
    now.tree["units"]["categories"] = ["机关", "窗口"]
    now.tree["components"][0]["full"] = "300"
    found = compare_years(now, before)
    assert [(one.table, one.column, one.rows) for one in found.left_out] == [
        ("units", "类别", 1),
        ("marks", "指标", 3),
        ("marks", "单位", 2),
    ]
    third = found.totals.filter(unit="丙").row(0, named=True)
    assert (third["change"], third["total_between"], third["from_rules"]) == (25, None, None)
    assert found.totals.filter(unit="甲").row(0, named=True)["from_rules"] == 5
    assert "上年的规则不认得" in years_told(found)[-1]


def test_rows_are_left_out_where_intake_would_refuse_them():
    sat = {"id": "sat", "full": "10", "per": "half", "cycle_full": {"上半年": "5", "下半年": "5"}}
    sat |= {"ratings": {"levels": SAT, "channels": [{"id": "电话"}, {"id": "短信"}]}}
    check = {
        "id": "check",
        "full": "10",
        "events": {"base": "10", "items": {"found": {"name": "查实", "points": "-1"}}},
    }
    rate = {"id": "rate", "full": "10", "measures": {"of": "count", "numerator": "件"}}
    own = plan(sat, check, rate)
    text = "unit|满意|基本满意|不满意|cycle|channel\n甲|1|1|1|上半年|电话\n乙|1|1|1|下半年|短信"
    rows = {
        "units": units("甲 乙"),
        "counts": counts(text),
        "measures": table("method|unit|cycle|numerator\nrate|甲|全年|3"),
    }
    rows["events"] = table("event|unit|item|happened_on|status|points\n1|甲|found|2020-02-01|confirmed|-")
    simpler = {"levels": {"满意": "1", "不满意": "0"}, "channels": [{"id": "电话"}]}
    items = {"seen": {"name": "发现", "points": "-2"}}
    other = plan(
        sat | {"ratings": simpler},
        check | {"events": {"base": "10", "items": items}},
        rate | {"per": "one"},
        cycles={"half": tree(sat)["cycles"]["half"], "year": tree(sat)["cycles"]["year"]}
        | {"one": [{"id": "全程", "from": "2020-01-01", "to": "2020-12-31"}]},
    )
    found = fitted(frames(rows), other, own)
    assert [(one.table, one.column, one.rows) for one in found.left_out] == [
        ("counts", "渠道", 2),
        ("counts", "等次", 2),
        ("events", "事项", 1),
    ]
    assert found.facts["counts"].select("unit", "level").rows() == [("甲", "满意"), ("甲", "不满意")]
    assert found.facts["measures"]["cycle"].to_list() == ["全程"], "the only cycle, whatever its name"
    unasked = plan(sat | {"ratings": {"levels": SAT}}, check, rate)
    assert fitted(frames(rows), unasked, own).left_out == []
    assert fitted(frames(rows), own, own).left_out == []


# This year's lists for next year.


@cache
def finished():
    made = plan(leaf(), lists=LISTS, shortlists=[LISTS[0] | {"id": "候选", "take": "3"}])
    rows = {"units": units("甲 乙 丙"), "marks": marked(("甲", 90), ("乙", 80), ("丙", 70))}
    return review(made, rows | {"history": [{"year": 2019, "unit": "丙", "list": "末位"}]})


def connection():
    return finished().run.connection


THIS_YEAR = [(2020, "甲", "先进"), (2020, "乙", "先进"), (2020, "丙", "末位")]


def test_final_lists_become_rows_of_history():
    told = [carried_lists(connection()), carried_lists(connection(), earlier=True)]
    final, whole = ({row[:3] for row in frame.rows()} for frame in told)
    assert final == set(THIS_YEAR), "no shortlist"
    assert whole == {*THIS_YEAR, (2019, "丙", "末位")}
    assert {(code, name) for _, code, _, name, _ in told[0].rows()} == {("甲", "甲"), ("乙", "乙"), ("丙", "丙")}


def test_lists_of_a_run_from_before_there_were_predecessors_stay_as_they_came():
    earlier = finished.__wrapped__().run.connection
    earlier.execute("drop table earlier_entries")
    found = carried_lists(earlier, earlier=True)
    assert {row[:3] for row in found.rows()} == {*THIS_YEAR, (2019, "丙", "末位")}


def imported(folder):
    """The history that intake reads from a folder of facts of the year after."""
    (folder / "units.csv").write_text("unit,name,category,organ,management\n甲,甲,机关,某局,单独\n", encoding="utf-8")
    (folder / "marks.csv").write_text("method,unit,mark\n", encoding="utf-8")
    made = plan(leaf(), lists=LISTS).model_copy(
        update={"campaign": finished().plan.campaign.model_copy(update={"year": 2021})}
    )
    return sorted(read_facts(folder, made).tables["history"].select("year", "unit", "list").rows())


@pytest.mark.parametrize("there", [None, "history.csv", "往年名单.csv", "history/2018.csv", "往年名单/旧.csv"])
def test_writing_history_loses_nothing_and_twice_changes_nothing(tmp_path, there):
    old = "年度,单位,名单\n2018,丁,先进\n2019,丙,末位\n"
    if there:
        (tmp_path / there).parent.mkdir(exist_ok=True)
        (tmp_path / there).write_text(old, encoding="utf-8")
    path = write_history(connection(), tmp_path)
    wanted = sorted({*THIS_YEAR, (2019, "丙", "末位"), *([(2018, "丁", "先进")] if there else [])})
    assert imported(tmp_path) == wanted
    assert path.read_bytes().startswith("\ufeff年度,单位,名单".encode())
    before = {one: one.read_bytes() for one in tmp_path.rglob("*.csv")}
    assert write_history(connection(), tmp_path) == path
    assert {one: one.read_bytes() for one in tmp_path.rglob("*.csv")} == before
    assert imported(tmp_path) == wanted
    assert not there or old.encode() in before.values(), "what was there is there as it was"


def test_a_file_in_the_way_stops_everything(tmp_path):
    (tmp_path / "history").mkdir()
    for one in (tmp_path / "history.csv", tmp_path / "history" / "history.csv"):
        one.write_text("年度,单位,名单\n", encoding="utf-8")
    with pytest.raises(InTheWay, match="同名，请先合并"):
        write_history(connection(), tmp_path)
    with pytest.raises(NothingToCarry):
        open_run(tmp_path)


# The command line.


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = small.project(tmp_path / "project")
    monkeypatch.chdir(folder)
    paths.root.cache_clear()
    yield folder
    paths.root.cache_clear()


def test_a_what_if_is_told_and_saved(project):
    lines = list(tell_whatif("small", ["lists.先进.take=2", "lists.末位.take=2"], project / "out" / "试算.csv"))
    assert lines[:2] == ["改动：lists.先进.take　1 改为 2", "改动：lists.末位.take　1 改为 2"]
    assert any(line.startswith("先进：列入 ") for line in lines)
    assert lines[-1] == "逐项变化已存入 out/试算.csv"
    saved = pl.read_csv(project / "out" / "试算.csv")
    assert saved.columns == ["类别", "名称", "单位编号", "对象", "原来", "改后", "变化"]
    assert saved.filter(类别="名单").height == 2
    assert whatif("small", {"lists.先进.take": "2"}).memberships == 1


def test_readings_are_told_line_by_line(project):
    lines = list(tell_readings("small"))
    readings = small.plan_tree().get("readings", [])
    assert lines[0].startswith(f"方案有 {len(readings)} 处存疑")
    for one in readings:
        assert f"  现在采用：{one['official']}" in lines
    assert "合起来看" in lines


def test_a_setting_that_makes_no_plan_is_refused_with_its_place(project):
    with pytest.raises(PlanFaults, match=r"lists\.先进\.take"):
        whatif("small", patch_of(["lists.先进.take=零"]))
    with pytest.raises(PlanFaults, match="没有这条路径"):
        whatif("small", patch_of(["lists.无.take=1"]))
    with pytest.raises(NeedsOtherFacts, match="要另外收集数据"):
        whatif("small", patch_of(["components.client.ratings.channels=[{id: 短信}]"]))
    with pytest.raises(NothingRun, match="还没有完成的运行"):
        list(tell_carried("small", "small-2021"))


def test_values_are_read_as_the_plan_file_reads_them():
    assert [value_of(one) for one in ("5", "2:1", "2020-11-31", "null", "", "true", "'null'", "30%")] == [
        *("5", "2:1", "2020-11-31"),
        *(None, None, True, "null", "30%"),
    ]
    assert value_of("[share]") == ["share"]
    assert value_of("{满意: 1, 不了解: null}") == {"满意": "1", "不了解": None}
    for text in ("take", "=5", "a=[1"):
        with pytest.raises(BadSetting):
            patch_of([text])
    with pytest.raises(PlanFaults, match="同一个键只能写一次"):
        patch_of(["a={b: 1, b: 2}"])
    with pytest.raises(BadSetting, match="只能写一次"):
        patch_of(["a=1", "a=2"])


# The sample.

CAMPAIGN = "pingyang-2020"


def test_every_answer_of_the_sample_is_tried():
    with laboratory(CAMPAIGN) as lab:
        found = {(one.reading.id, one.answer.answer): one.difference for one in trials(lab) if one.answer}
        assert len(found) == sum(len(one.get("otherwise", [])) for one in campaign_tree(CAMPAIGN)["readings"])
        untried = {id for (id, _), difference in found.items() if difference is None}
        assert untried == {"sample_size"}, "how many are asked moves no facts at hand; all else can be tried on them"
        tie = found["tie", "同分的都列入"]
        assert tie.held, "who shares a place at the cut would enter too"
        assert all(not one.left for one in tie.held)
        direct = found["direct_entry", "占名额"]
        assert {one.list for one in direct.held} == {"不满意候选"}
        assert all(not one.entered for one in direct.held), "direct entries would take places from others"
        assert (tie.lists, direct.lists) == ((), ()), "decided shortlists are not reopened by another reading"
        for id, answer in (("worst_points", "另外再减"), ("several_units", "加分、减分各只计最重的一项")):
            assert (found[id, answer].size, bool(found[id, answer].sums)) == ((0, 0), True), "after the last list"
        patch = next(one for one in lab.plan.readings if one.id == "direct_entry").otherwise[0].patch
        own = Review.begin(lab.patched(patch), lab.facts).through("outcomes")
        assert difference(lab.official, Result.of(own)) == direct, (
            "the shared bench gives what a review of its own gives"
        )
