"""Every published mark can be worked out again from the numbers that its explanation shows, in plain words."""

import json
import re
import shutil
from decimal import Decimal
from fractions import Fraction

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from pingyi.cli import app
from pingyi.common import paths, wording
from pingyi.desk.explanation import explanation_lines
from pingyi.desk.published import Published
from pingyi.explain import Explainer, Step, explain
from pingyi.explain.explainer import BEYOND
from pingyi.explain.fact_rows import describe_rows
from pingyi.explain.placements import tabulate_registers
from pingyi.facts.intake import read_facts
from pingyi.results.result_tables import ResultTables
from pingyi.rules.formulas import less, marks, number, plan_number, product, quotient, total
from pingyi.runs.folder import write_facts
from pingyi.runs.manifest import hash_files
from pingyi.scoring import script
from pingyi.scoring.review import Review
from tests.reference.agreement import reviewed
from tests.reference.plans import case
from tests.support import plan_with
from tests.tiny import counts, plan, review, table, units

pytestmark = pytest.mark.slow

CAMPAIGN = "pingyang-2020"
SAT = {"满意": "1", "基本满意": "0.6", "不满意": "0"}


def explained(component, rows, *others, unit="甲", names="甲 乙 丙", part=None, stage="outcomes", **sections):
    """A unit's part of a tiny campaign, after every part of every unit has been replayed."""
    made = plan(component, *others, **{key: sections.pop(key) for key in [*sections] if key not in ("category",)})
    done = review(made, {"units": units(names, **sections), **rows}, stage)
    assert unreplayed(done) == []
    return explain(done, unit).part(part or component["id"])


def unreplayed(done: Review) -> list[str]:
    """Parts without a formula that leads to the published marks."""
    parts = [(told.unit, part) for told in Explainer(ResultTables(done)).units() for part in told.parts]
    return [f"{unit} {part.name}: {part.marks} {part.formula}" for unit, part in parts if part.steps[-1].note == BEYOND]


def sat(**more):
    return {"id": "sat", "name": "满意度", "full": "50", "ratings": {"levels": SAT} | more}


def texts(part):
    return [step.text for step in part.steps]


# ---------------------------------------------------------------- numbers and formulas


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("22.865"), "22.87"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-1, 8), "−0.13"),
        (Decimal("-0.001"), "0.00"),
        (None, "—"),
        (Decimal("1.0050000000"), "1.01"),
    ],
)
def test_numbers_are_shown_with_two_places_half_up(value, said):
    assert wording.shown(value) == said


def test_numbers_of_the_plan_are_shown_as_the_plan_writes_them():
    assert [wording.plain(Decimal(text)) for text in ("0.60", "25", "100", "-2.50")] == ["0.6", "25", "100", "−2.5"]
    assert [wording.percent(Decimal("0.7")), wording.percent(Decimal("0.655"), 1)] == ["70%", "65.5%"]
    assert [wording.signed(Decimal(5)), wording.signed(Decimal("-2.5")), wording.counted(12345)] == [
        "+5",
        "−2.5",
        "12,345",
    ]


def test_a_formula_brackets_what_must_be_done_first():
    one, two = number(1, "1"), number(2, "2")
    assert quotient(total([one, two]), product(two, two)).text == "（1＋2）÷（2×2）"
    assert less(one, total([one, two])).text == "1−（1＋2）"
    assert product(two, plan_number(Decimal("-0.2"))).text == "2×（−0.2）"
    assert total([marks(20), marks(Decimal("-1"))]).text == "20.00−1.00"


def test_every_place_goes_along_for_whoever_checks():
    assert [wording.exact(Decimal(text)) for text in ("22.8650000000", "10.0000000000", "100")] == [
        "22.865",
        "10",
        "100",
    ]


def test_a_sum_that_the_shown_numbers_do_not_reach_is_marked():
    thirds = Step("", total([marks(Fraction(1, 3)), marks(Fraction(1, 3))]))
    assert thirds.text == "0.33＋0.33≈0.67 分"
    assert Step("", total([marks(Decimal("0.25")), marks(Decimal("0.5"))])).text == "0.25＋0.50＝0.75 分"


def test_a_formula_comes_to_what_its_parts_say():
    one, two, three = (number(value, str(value)) for value in (1, 2, 3))
    assert quotient(total([one, two]), product(two, three)).value == Fraction(1, 2)
    assert less(one, product(two, three)).value == -5


# ---------------------------------------------------------------- ratings


def test_levels_their_values_and_the_full_marks():
    part = explained(sat(), {"counts": counts("unit|满意|基本满意|不满意\n甲|40|5|2")})
    assert texts(part) == ["（满意 40×1＋基本满意 5×0.6＋不满意 2×0）÷47×50＝45.74 分"]


def test_few_votes_show_the_mean_and_over_whom():
    few = {"below": "30", "own_share": "0.3"}
    part = explained(
        sat(few=few), {"counts": counts("unit|满意|基本满意|不满意\n甲|10|0|10\n乙|40|0|0")}, names="甲 乙"
    )
    assert texts(part) == [
        "自身：（满意 10×1＋基本满意 0×0.6＋不满意 10×0）÷20×50＝25.00 分",
        "不足30票：本项平均 37.50×70%＋自身 25.00×30%＝33.75 分（本项平均取自 2 个单位）",
    ]
    assert part.flag == "票数不足，与平均分折算"


def test_no_votes_take_the_mean():
    few = {"below": "30", "own_share": "0.3"}
    part = explained(
        sat(few=few, none={"then": "mean"}),
        {"counts": counts("unit|满意|基本满意|不满意\n乙|40|0|0")},
        names="甲 乙",
    )
    assert texts(part) == ["没有票：本项平均 50.00 分（本项平均取自 1 个单位）"]


def test_each_half_and_both_together():
    component = sat() | {"per": "half", "cycle_full": {"上半年": "20", "下半年": "30"}}
    votes = counts("unit|cycle|满意|基本满意|不满意\n甲|上半年|1|0|1\n甲|下半年|1|0|0")
    assert texts(explained(component, {"counts": votes})) == [
        "上半年：（满意 1×1＋基本满意 0×0.6＋不满意 1×0）÷2×20＝10.00 分",
        "下半年：（满意 1×1＋基本满意 0×0.6＋不满意 0×0）÷1×30＝30.00 分",
        "各周期相加：上半年 10.00＋下半年 30.00＝40.00 分",
    ]


def test_weighted_groups_have_a_rate_each():
    component = sat(groups={"代表": "0.75", "群众": "0.25"})
    votes = counts("unit|grp|满意|基本满意|不满意\n甲|代表|1|0|1\n甲|群众|1|0|0")
    assert texts(explained(component, {"counts": votes})) == [
        "代表：（满意 1×1＋基本满意 0×0.6＋不满意 1×0）÷2＝50.00%",
        "群众：（满意 1×1＋基本满意 0×0.6＋不满意 0×0）÷1＝100.00%",
        "（代表 50%×0.75＋群众 100%×0.25）×50＝31.25 分",
    ]


def test_a_level_that_does_not_count_is_told_apart():
    component = {"id": "sat", "full": "50", "ratings": {"levels": SAT | {"不了解": None}}}
    part = explained(component, {"counts": counts("unit|满意|基本满意|不满意|不了解\n甲|1|0|0|3")})
    assert part.steps[-1].note == "不了解 3 票不计入"


def test_few_votes_that_count_as_they_are_are_said():
    """银川 五: fewer than 30 forms are ranked and flagged."""
    part = explained(
        sat(few={"below": "30", "then": "flag"}), {"counts": counts("unit|满意|基本满意|不满意\n甲|9|1|0")}
    )
    assert texts(part) == [
        "（满意 9×1＋基本满意 1×0.6＋不满意 0×0）÷10×50＝48.00 分（不足30票，按实得分计）",
    ]
    assert part.flag == "票数很少，按实得分计"


@pytest.mark.parametrize(("then", "said"), [("spread", "由其余人员的评价代替"), ("zero", "计 0 分")])
def test_a_group_that_returned_no_form_is_named(then, said):
    """元坝 三(三)1: leaders 50 %, staff 50 %."""
    component = sat(groups={"班子": "0.5", "部门": "0.5"}, group_missing=then)
    part = explained(component, {"counts": counts("unit|grp|满意|基本满意|不满意\n甲|班子|1|0|1")})
    assert part.steps[-1].note == f"缺部门的评价，{said}"
    assert part.flag == "有一类人员没有评价"


def test_raters_that_come_first_each_are_counted_and_not_shown():
    """吉州 五(一): the mean of each monitoring point's own forms, then over the points."""
    given = [("r1", "满意"), ("r1", "不满意"), ("r1", "不满意"), ("r2", "满意")]
    rows = [
        {"method": "sat", "unit": "甲", "level": level, "rated_on": "2020-05-01", "respondent": rater}
        | {"source": "ratings.csv", "row": row}
        for row, (rater, level) in enumerate(given)
    ]
    part = explained(sat(mean_first="respondent"), {"ratings": rows})
    assert texts(part) == ["2 名评价人各自满意率的平均 66.67%×50≈33.33 分"]


def test_the_facts_behind_ratings_are_sums_and_files_never_single_people():
    rows = [
        {"method": "sat", "unit": "甲", "level": "满意", "rated_on": "2020-05-01", "respondent": "r7"}
        | {"source": "ratings.csv", "row": row}
        for row in (3, 9)
    ]
    part = explained(sat(), {"ratings": rows})
    assert [table.title for table in part.facts] == ["票数", "来源"]
    assert part.facts[1].rows == (("ratings.csv", "2", "第 3—9 行之间"),)
    assert "r7" not in str(part)


# ---------------------------------------------------------------- events


def events(text):
    blank = {"status": "confirmed", "factors": "", "document": "文", "source": "events.csv", "times": "1", "deed": None}
    rows = [blank | row | {"event": str(at + 1), "row": at + 2} for at, row in enumerate(table(text))]
    return {"events": [row | {"factors": [one for one in (row["factors"] or "").split("+") if one]} for row in rows]}


CHECKED = {
    "id": "checked",
    "name": "监督检查",
    "full": "20",
    "events": {
        "base": "20",
        "floor": "0",
        "items": {
            "county": {"name": "县级查实", "points": "-1", "factors": {"aggravated": "2"}},
            "case": {"name": "立案", "points": "-19.5"},
        },
    },
}


@pytest.mark.parametrize("leaf", [sat(), CHECKED], ids=["ratings", "events"])
def test_full_marks_that_nobody_has_given_yet_are_told_as_such(leaf):
    """鹿城 三: what has no data so far counts in full and says so."""
    part = explained(leaf | {"unmeasured": "full"}, {})
    assert texts(part) == [f"尚未评价：暂按满分 {wording.plain(part.full)} 分"]
    assert part.flag == "尚未评价"


def test_events_are_grouped_and_multiplied():
    rows = events("unit|item|happened_on|factors|times\n甲|county|2020-03-01|aggravated|2\n甲|county|2020-04-01|-|1")
    assert texts(explained(CHECKED, rows)) == [
        "县级查实（情节严重 2 倍）：每件 −1×2 件×2＝−4.00 分",
        "县级查实：每件 −1×1 件＝−1.00 分",
        "合计：基础分 20.00−4.00−1.00＝15.00 分",
    ]


def test_a_floor_says_that_no_more_is_taken():
    rows = events("unit|item|happened_on\n甲|case|2020-03-01\n甲|county|2020-04-01")
    part = explained(CHECKED, rows)
    assert part.steps[-1].text == "−0.50 低于 0，多出的 0.50 分不再扣，扣完为止，计 0.00 分"
    assert [step.swallowed for step in part.swallowed] == [Fraction(1, 2)]
    assert part.marks == 0


def test_an_event_shows_its_document_file_and_row_or_why_it_does_not_count():
    rows = events("unit|item|happened_on|status\n甲|county|2020-03-01|confirmed\n甲|county|2020-04-01|objected")
    first, second = explained(CHECKED, rows).rows
    assert first == {
        "日期": "2020-03-01",
        "事项": "县级查实",
        "件数（件）": "1",
        "计分（分）": "−1.00",
        "状态": "确认",
        "依据文件": "文",
        "文件": "events.csv",
        "行": "2",
    }
    assert (second["计分（分）"], second["状态"]) == ("不计", "未经确认，不计")


def test_an_answer_in_time_is_shown_with_its_dates():
    """银川 附件1二(二): due within so many days of being handed over, counted only when signed."""
    item = {"name": "没有按期答复", "points": "-1", "within": {"days": "5"}}
    component = {"id": "checked", "full": "20", "events": {"base": "20", "needs": "signed", "items": {"slow": item}}}
    rows = events("""
        unit | item | happened_on | opened_on  | closed_on  | signed_on
        甲   | slow | 2020-03-01  | 2020-03-01 | 2020-03-05 | 2020-04-01
        甲   | slow | 2020-03-02  | 2020-03-02 | 2020-03-20 | -
        甲   | slow | 2020-03-03  | 2020-03-03 | 2020-03-20 | 2020-04-01
    """)
    part = explained(component, rows)
    assert [(row["期限"], row["办结"], row["状态"]) for row in part.rows] == [
        ("2020-03-06", "2020-03-05", "按期办结，不计"),
        ("2020-03-07", "2020-03-20", "单位主要领导还没有签字，暂不计"),
        ("2020-03-08", "2020-03-20", "确认"),
    ]


def test_the_same_deed_counts_once_and_a_cap_holds():
    bonus = {
        "id": "bonus",
        "full": "5",
        "events": {
            "cap": "5",
            "same_deed": {"keep": "gravest"},
            "items": {"nation": {"name": "国家级", "points": "5"}, "city": {"name": "市级", "points": "1"}},
        },
    }
    rows = events("unit|item|happened_on|deed\n甲|nation|2020-03-01|x\n甲|city|2020-03-01|x\n甲|city|2020-03-01|-")
    part = explained(bonus, rows)
    assert part.steps[-1].text == "6.00 超过 5，多出的 1.00 分不再加，按最高限计，计 5.00 分"
    assert part.steps[-2].note == "同一件事只计最重的一条，另外 1 条的 1.00 分不计"
    assert [step.swallowed for step in part.swallowed] == [-1, -1]
    assert [row["状态"] for row in part.rows].count("同一件事只计最重的一条，本条不计") == 1


@pytest.mark.parametrize("veto", ["zero", "not_ranked"])
def test_a_veto_is_named(veto):
    items = {"case": {"name": "立案", "points": "-1", "veto": veto}}
    component = {"id": "checked", "full": "20", "events": {"base": "20", "items": items}}
    part = explained(component, events("unit|item|happened_on\n甲|case|2020-03-01"))
    assert "立案" in part.steps[-1].text
    swallowed = [step.swallowed for step in part.swallowed]
    assert swallowed == ([-19] if veto == "zero" else [])


def test_a_ladder_says_which_case_it_was():
    items = {"strike": {"name": "违规", "ladder": ["-1", "-3", "-10"]}}
    component = {"id": "strike", "full": "20", "events": {"base": "20", "items": items}}
    rows = events("unit|item|happened_on|times\n甲|strike|2020-03-01|1\n甲|strike|2020-04-01|2")
    assert texts(explained(component, rows))[:2] == ["违规·第 1 件：−1 分", "违规·第 2—3 件：−3−10＝−13.00 分"]


# ---------------------------------------------------------------- marks, measures, conversions


def test_markers_and_their_weights():
    component = {"id": "boss", "full": "5", "marks": {"range": ["0", "5"], "markers": {"主管部门": "2", "乡镇": "1"}}}
    rows = table("method|unit|marker|mark\nboss|甲|主管部门|4.2\nboss|甲|乡镇|4.0")
    assert texts(explained(component, {"marks": rows})) == ["（主管部门 4.20×2＋乡镇 4.00×1）÷3＝4.13 分"]


def test_what_is_trimmed_is_said():
    component = {"id": "panel", "full": "10", "marks": {"range": ["0", "10"], "trim": {"top": "20%", "bottom": "20%"}}}
    rows = [{"method": "panel", "unit": "甲", "marker": None, "mark": mark} for mark in ["1", "7", "8", "9", "10"]]
    part = explained(component, {"marks": rows})
    assert texts(part) == ["（9.00＋8.00＋7.00）÷3＝8.00 分（去掉 1 个最高分、1 个最低分）"]


CONVERSIONS = {
    "scale": ([{"scale": {"from": "100", "to": "5"}}], "折算：97.50×5÷100＝4.88 分"),
    "steps": ([{"steps": [["96", "10"], ["0", "3"]]}], "折算：97.50 达到 96 一档，计 10.00 分"),
    "cap": ([{"cap": "90"}], "折算：97.50 超过 90，多出的 7.50 不计，按最高限计，计 90.00 分"),
    "floor": ([{"floor": "98"}], "折算：97.50 低于 98，不足的 0.50 补足，按最低限计，计 98.00 分"),
    "times": ([{"times": "1.1"}], "折算：97.50×1.1＝107.25 分"),
    "per": ([{"per": "staff"}], "折算：97.50÷人数 4＝24.38 分"),
    "times_column": ([{"times_column": "staff"}], "折算：97.50×人数 4＝390.00 分"),
    "share_of_best": ([{"share_of_best": "10"}], "折算：97.50÷最高 195.00×10＝5.00 分"),
    "per_point": (
        [{"per_point": {"full": "10", "target": "98", "points": "0.3", "of": "1"}}],
        "折算：10−（98−97.50）×0.3＝9.85 分",
    ),
    "points_by_rank": (
        [{"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}}],
        "折算：97.50 在 2 个单位中从高到低列第 2，计 3.00 分",
    ),
    "round": ([{"round": {"places": "0"}}], "折算：97.50 四舍五入到 0 位小数，计 98.00 分"),
}


@pytest.mark.parametrize("kind", CONVERSIONS)
def test_each_kind_of_conversion_says_what_it_does(kind):
    convert, said = CONVERSIONS[kind]
    component = {"id": "rate", "measures": {"of": "count", "numerator": "件数"}, "convert": convert}
    people = [one | {"staff": "4"} for one in units("甲 乙")]
    rows = table("method|unit|numerator\nrate|甲|97.5\nrate|乙|195")
    made = plan(component, units={"categories": ["机关"], "columns": {"staff": "人数"}})
    done = review(made, {"units": people, "measures": rows})
    assert unreplayed(done) == []
    assert texts(explain(done, "甲").part("rate")) == ["件数 97.5", said]


def test_a_rate_is_shown_as_per_cent():
    measures = {"of": "rate", "numerator": "按时办结", "denominator": "应办"}
    convert = [{"per_point": {"full": "10", "target": "98%", "points": "0.3"}}]
    component = {"id": "rate", "full": "10", "measures": measures, "convert": convert}
    rows = table("method|unit|numerator|denominator\nrate|甲|47|50")
    part = explained(component, {"measures": rows})
    assert texts(part) == ["按时办结 47÷应办 50＝94.00%", "折算：10−（98%−94%）÷1%×0.3＝8.80 分"]


# ---------------------------------------------------------------- inner nodes


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("zero", "甲项 20.00＋乙项 0.00＝20.00 分（缺 乙项，计 0 分）"),
        ("spread", "甲项 20.00×100÷50＝40.00 分（缺 乙项，由其余各项按比例补足）"),
        ("mean_of_group", "甲项 20.00＋乙项 30.00＝50.00 分（缺 乙项，按同类别平均分计）"),
        ("not_ranked", "缺 乙项，不计分"),
    ],
)
def test_a_missing_child_is_named(missing, said):
    node = {"id": "top", "full": "100", "of": ["a", "b"], "missing": missing}
    kid = {"full": "50", "marks": {"range": ["0", "50"]}}
    kids = [kid | {"id": "a", "name": "甲项"}, kid | {"id": "b", "name": "乙项"}]
    rows = table("method|unit|mark\na|甲|20\na|乙|40\nb|乙|30")
    assert texts(explained(node, {"marks": rows}, *kids, names="甲 乙")) == [said]


def test_weights_stand_beside_the_marks():
    node = {"id": "top", "full": "100", "of": ["a", "b"]}
    kids = [
        {"id": id, "full": "100", "weight": weight, "marks": {"range": ["0", "100"]}}
        for id, weight in (("a", "30%"), ("b", "70%"))
    ]
    rows = table("method|unit|mark\na|甲|40\nb|甲|30")
    assert texts(explained(node, {"marks": rows}, *kids)) == ["a 40.00×0.3＋b 30.00×0.7＝33.00 分"]


# ---------------------------------------------------------------- lists


def listed(rows, unit, **sections):
    done = review(plan(SCORE, **sections), {"units": units("甲 乙 丙"), **rows})
    told = explain(done, unit)
    return [one.text for one in (*told.placings, *told.verdicts)]


SCORE = {"id": "score", "name": "得分", "full": "100", "marks": {"range": ["0", "100"]}}
GIVEN = {"marks": table("method|unit|mark\nscore|甲|90\nscore|乙|88.5\nscore|丙|80")}


def test_a_listed_unit_hears_by_how_much():
    assert listed(GIVEN, "甲") == [
        "rank：第 1 名（共 3 个），90.00/100 分",
        "先进（拟定）：列入，第 1 位；比未列入的第一个单位高 1.50 分",
    ]


def test_a_unit_left_out_hears_how_far_it_was():
    assert listed(GIVEN, "丙")[1] == "先进（拟定）：未列入；从高到低排第 3，名额 1 个，比列入的最后一个单位低 10.00 分"


def test_a_unit_that_a_condition_takes_off_the_list_hears_which():
    """吉州 七(一): the last of each group, if at 85 or more; no one moves up."""
    rule = {"id": "后进", "from": "units", "by": "rank", "side": "bottom", "take": "2", "good": "false"}
    lists = [rule | {"provided": {"marks": {"score": {"from": "85"}}}}]
    assert (
        listed(GIVEN, "丙", lists=lists)[1]
        == "后进（拟定）：未列入；名次在范围内，但不符合条件：得分 85 分以上（含），实际 80.00 分"
    )
    assert listed(GIVEN, "乙", lists=lists)[1].startswith("后进（拟定）：列入，第 ")
    assert "从低到高排第 3，名额 2 个" in listed(GIVEN, "甲", lists=lists)[1]


def test_a_unit_outside_a_condition_hears_which():
    rule = {"id": "后进", "from": "units", "by": "rank", "side": "bottom", "good": "false"}
    lists = [rule | {"when": {"marks": {"score": {"below": "85"}}, "units": {"category": "机关"}}}]
    assert (
        listed(GIVEN, "甲", lists=lists)[1] == "后进（拟定）：未列入；不符合本名单的条件：得分不到 85 分，实际 90.00 分"
    )
    assert (
        listed(GIVEN, "丙", lists=lists)[1]
        == "后进（拟定）：列入，第 1 位；符合条件：类别为机关，实际为机关；得分不到 85 分，实际 80.00 分"
    )


def test_groups_that_are_ranked_apart_are_named():
    standings = [{"id": "rank", "of": "score", "within": ["category"], "ties": ["share"]}]
    done = review(plan(SCORE, standings=standings), {"units": units("甲 乙 丙", category={"丙": "站所"}), **GIVEN})
    assert explain(done, "丙").placings[0].text == "rank（站所）：第 1 名（共 1 个），80.00/100 分"


def test_votes_that_break_a_tie_are_named():
    ties = [{"votes": "不满意", "better": "fewer"}, "draw"]
    votes = counts("unit|满意|基本满意|不满意\n甲|1|0|1\n乙|2|0|2")
    standings = [{"id": "rank", "of": "sat", "ties": ties}]
    done = review(plan(sat(), standings=standings), {"units": units("甲 乙"), "counts": votes})
    said = explain(done, "甲").placings[0].text
    assert said == "rank：第 1 名（共 2 个），25.00/50 分；总分相同，依次比较不满意票（少的在前）定先后"


def test_a_unit_without_marks_hears_why():
    missing = {"marks": GIVEN["marks"][:2]}
    assert listed(missing, "丙") == ["rank：没有名次（没有数据，不计分）", "先进（拟定）：未列入；没有数据，不计分"]


def test_a_direct_entry_is_told_as_one():
    rule = {"id": "后进", "from": "units", "by": "rank", "side": "bottom", "take": "1", "good": "false"}
    lists = [rule | {"also": {"listed": "后进", "years_ago": "1"}}]
    history = [{"year": 2019, "unit": "甲", "list": "后进"}]
    assert (
        listed(GIVEN | {"history": history}, "甲", lists=lists)[1]
        == "后进（拟定）：列入，第 2 位；上年度列入后进，直接进入"
    )


def test_equal_totals_hear_what_decided():
    tied = {"marks": table("method|unit|mark\nscore|甲|90\nscore|乙|90")}
    standings = [{"id": "rank", "of": "score", "ties": ["draw"]}]
    open_ = listed(tied, "乙", standings=standings)
    assert "有待公开抽签" in open_[0]


# ---------------------------------------------------------------- laws


@pytest.mark.parametrize("seed", range(40))
def test_no_formula_of_a_random_plan_leads_elsewhere(seed):
    """Over the whole language: each unit is explained, and a formula leads to the marks or is not given."""
    done = reviewed(case(seed))
    if done is not None:
        parts = [part for told in Explainer(ResultTables(done)).units() for part in told.parts]
        assert [part for part in parts if part.replayed != part.marks] == []
        done.close()


def test_the_published_marks_are_those_explained():
    done = review(plan(SCORE), {"units": units(), **GIVEN})
    published = {(row["unit"], row["component"]): row["marks"] for row in done.published("component_marks").to_dicts()}
    found = {
        (told.unit, part.component): part.marks for told in Explainer(ResultTables(done)).units() for part in told.parts
    }
    assert found == published


def test_a_review_that_has_only_marks_can_be_explained():
    done = review(plan(SCORE), {"units": units(), **GIVEN}, "marks")
    assert explain(done, "甲").part("score").marks == 90


def test_an_unknown_unit_is_refused():
    done = review(plan(SCORE), {"units": units(), **GIVEN})
    with pytest.raises(KeyError):
        explain(done, "丁")


# ---------------------------------------------------------------- sentences


def test_sentences_name_numbers_and_reasons():
    aside = pl.DataFrame({"component": ["sat"], "reason": ["outside_window"], "ratings": [3]})
    assert wording.what_counted("满意度", 47, aside) == "满意度计入 47 票；另有 3 条评价没有计入：不在评价时间内 3 条。"
    assert wording.what_counted("满意度", None, aside.clear()) == "满意度计入的票数不单列，没有不予计入的评价。"
    totals = pl.DataFrame({"unit": ["甲", "乙"], "total": [Decimal("9.125"), Decimal(8)], "overall": [1, 2]})
    said = wording.first_and_last(totals, {"甲": "甲科", "乙": "乙所"}, "总分")
    assert said == "总分共 2 个单位，最高的是甲科（9.13 分），最低的是乙所（8.00 分）。"


def test_units_of_one_name_carry_their_organ_and_where_that_is_one_too_their_id():
    """U6."""
    rows = [("1", "应急管理中心", "甲镇"), ("2", "应急管理中心", "乙镇"), ("3", "工业科", "甲镇"), ("4", None, None)]
    assert wording.units_apart(rows) == {
        "1": "应急管理中心（甲镇）",
        "2": "应急管理中心（乙镇）",
        "3": "工业科",
        "4": "4",
    }
    twins = [("1", "一所", "甲局"), ("2", "一所", "甲局")]
    assert wording.units_apart(twins) == {"1": "一所（甲局）（1）", "2": "一所（甲局）（2）"}


def test_every_reason_of_the_tables_has_words():
    flags = ("few", "none_mean", "spread", "veto", "missing", "few_flagged", "group_missing", "unmeasured")
    assert all(wording.flags(flag) != flag for flag in flags)
    text = script.text("marks/event_points")
    reasons = {*re.findall(r"then '(\w+)'\n", text), *re.findall(r"if\(same_deed and weight > 1, '(\w+)'", text)}
    assert reasons - set(wording.NOT_COUNTED) <= {"days", "months", "working_days"}
    for name, told in {"task": wording.TASKS, "problem": wording.PROBLEMS, "recheck": wording.RECHECKS}.items():
        found = re.findall(r"(?:then|else) '(\w+)'", script.text(f"work/{name}_states"))
        assert set(found) == set(told), name
    assert wording.flags("few+none_mean") == "票数不足，与平均分折算；没有票，按平均分计"


# ---------------------------------------------------------------- a run, on the command line and as a workbook

STORED = "yuanba-2018"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of a stored campaign, as far as an explanation looks at it."""
    folder = tmp_path_factory.mktemp("runs") / "2018-12-31-120000"
    made, facts = plan_with(STORED, {}), read_facts(paths.facts_folder(STORED), plan_with(STORED, {})).tables
    folder.mkdir()
    write_facts(facts, folder / "facts")
    shutil.copyfile(paths.plan_file(STORED), folder / f"{STORED}.yaml")
    Review.begin(made, facts, database=folder / "campaign.duckdb").through("outcomes").close()
    told = {"run": {"id": folder.name, "campaign": STORED, "finished": "2018-12-31T12:00:00"}}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def asked(*words_):
    found = CliRunner().invoke(app, ["explain", STORED, *map(str, words_)])
    return found.output if found.exception is None else str(found.exception)


def test_the_command_tells_places_lists_formulas_and_rows(run):
    said = asked("01", "--run", run)
    for part in (
        "名次",
        "名单",
        "得分是怎样来的",
        "综合名次：第",
        "＝",
        "三(三)1",
        "评价记录（计入）",
        "ratings.csv 第",
    ):
        assert part in said
    assert "2018-12-31 12:00:00 完成" in said


def test_a_unit_goes_by_its_name_too_and_a_wrong_one_hears_the_nearest(run):
    name = Published(run).unit("01").name
    assert asked(name, "--run", run) == asked("01", "--run", run)
    assert "相近的有" in asked(name[:-1], "--run", run)
    assert "没有指标“extern”；相近的有 external" in asked("01", "--component", "extern", "--run", run)
    assert "不是完成的运行" in asked("01", "--run", run.parent)


def test_one_branch_alone(run):
    said = asked("01", "--component", "外部测评", "--run", run)
    assert "外部测评" in said
    assert "内部测评" not in said


def test_rows_are_grouped_by_level_or_told_one_by_one(run):
    named = Published(run).rows.behind("external", "01").filter(pl.col("part") == "counted")
    grouped_, single = (asked("01", "--component", "external", "--run", run, *more) for more in ([], ["--all"]))
    assert single.count("评价记录（计入）") == named.height
    assert f"等 {named.filter(pl.col('kind').str.ends_with('·满意')).height} 行" in grouped_
    assert grouped_.count("评价记录（计入）") == named["kind"].n_unique()


def test_nothing_is_cut_off_on_a_narrow_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    published = Published(run)
    assert asked("01", "--run", run, "--all").splitlines() == list(
        explanation_lines(published, published.unit("01"), rows=None)
    )


def test_a_damaged_or_missing_database_is_named(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other)
    assert "没有核对" in asked("01", "--run", other)
    (other / "campaign.duckdb").write_bytes(b"not a database" * 1000)
    assert "打不开" in asked("01", "--run", other)
    (other / "campaign.duckdb").unlink()
    assert "不在了" in asked("01", "--run", other)


def test_what_is_read_must_be_what_the_manifest_lists(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other)
    told = json.loads((other / "manifest.json").read_text(encoding="utf-8")) | {"files": hash_files(other)}
    (other / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert "都与这次运行的清单相符" in asked("01", "--run", other)
    facts = other / "facts" / "ratings.parquet"
    whole = facts.read_bytes()
    facts.write_bytes(whole[:-1] + b"x")
    assert "ratings.parquet 与清单上的校验码不符" in asked("01", "--run", other)
    (other / "manifest.json").write_text(json.dumps(told | {"files": {}}), encoding="utf-8")
    assert "里有文件读不出来" in asked("01", "--run", other)
    facts.unlink()
    (other / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert "ratings.parquet 不在了" in asked("01", "--run", other)


def test_the_run_stays_as_it_was(run):
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    asked("02", "--run", run)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_the_workbook_has_the_tree_and_every_row(run, tmp_path):
    path = tmp_path / "说明.xlsx"
    assert "已写出" in asked("01", "--run", run, "--out", path)
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["说明", "得分树", "名次和名单", "依据"]
    published = Published(run)
    told = published.unit("01")
    rows = [published.rows.behind(part.component, "01").height for part in told.parts]
    assert book.load_sheet("依据").height == sum(rows)
    assert book.load_sheet("得分树").to_polars()["得分"].to_list() == [float(part.marks) for part in told.parts]
    assert "要以 .xlsx 结尾" in asked("01", "--run", run, "--out", tmp_path / "a.csv")


def test_rows_of_a_file_are_told_in_stretches():
    assert describe_rows("a.csv", None, [3, 4, 5, 9]) == "a.csv 第 3—5、9 行"
    assert describe_rows("a.xlsx", "电话", [3, 5, 7], most=2) == "a.xlsx“电话” 第 3、5 等 3 行"
    assert describe_rows(None, None, [None]) == "来源未写明"


def test_what_lots_earlier_lists_and_grades_say_is_named_with_its_row():
    history = [{"year": 2019, "unit": "甲", "list": "先进", "source": "history.csv", "row": 7}]
    done = review(plan(SCORE), {"units": units(), **GIVEN, "history": history})
    (found,) = tabulate_registers(Explainer(ResultTables(done)).tables, "甲")
    assert (found.title, found.rows) == ("往年名单", (("2019", "先进", "本单位", "history.csv", "7"),))


def test_a_year_under_a_predecessors_name_is_said_to_be_one():
    running = {
        "id": "连续",
        "from": "units",
        "by": "rank",
        "side": "top",
        "when": {"running": {"list": "先进", "years": 2}},
    }
    lists = [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "1"}, running]
    history = [{"year": 2019, "unit": "旧", "name": "旧所", "list": "先进", "source": "history.csv", "row": 7}]
    done = review(plan(SCORE, lists=lists), {"units": units(predecessor={"甲": "旧"}), **GIVEN, "history": history})
    explainer = Explainer(ResultTables(done))
    assert tabulate_registers(explainer.tables, "甲")[0].rows == (("2019", "先进", "前身 旧 旧所", "history.csv", "7"),)
    said = [one.why for one in explainer.unit("甲").verdicts if one.list == "连续"]
    assert "列入的年度：2019（以前身 旧 旧所 的名义）、2020" in said[0]


def test_the_tie_breaker_that_decided_is_named():
    kids = [{"id": id, "full": "50", "marks": {"range": ["0", "50"]}} for id in ("a", "b")]
    node = {"id": "top", "full": "100", "of": ["a", "b"]}
    standings = [{"id": "rank", "of": "top", "ties": ["a", "b", "share"]}]
    given_ = table("method|unit|mark\na|甲|30\nb|甲|20\na|乙|20\nb|乙|30")
    done = review(plan(node, *kids, standings=standings), {"units": units("甲 乙"), "marks": given_})
    assert explain(done, "甲").placings[0].why == "总分相同，依次比较a、b定先后，由a分出"


def test_a_consequence_names_its_list_its_conditions_and_the_sum():
    effects = {"bonus": {"name": "奖励", "unit": "元"}}
    outcome = {"id": "paid", "list": "先进", "effect": "bonus", "to": "organ", "amount": "100"}
    outcomes = [outcome | {"when": {"units": {"management": "单独"}}}, outcome | {"id": "more", "amount": "5"}]
    done = review(plan(SCORE, effects=effects, outcomes=outcomes), {"units": units(), **GIVEN})
    first, second = explain(done, "甲").consequences
    assert first.why == "列入先进，第 1 位；符合条件：管理类型为单独，实际为单独"
    assert (first.together, second.together) == (105, 105)
