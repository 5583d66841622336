"""Leaves scored from marks: 四(一)3, trimmed means and marks that mean nothing."""

from datetime import date

import polars as pl
import pytest

from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.scoring.run import Run
from pingyi.scoring.stages import run_stage
from tests.tiny import HALVES, YEAR, marks, plan, review, table, tree, units


def leaf(**rule):
    full = rule.get("range", ["0", "5"])[1]
    return {"id": "boss", "full": full, "marks": {"range": ["0", "5"], "decimals": "1"} | rule}


def scored(text, component, names="甲 乙"):
    rows = [{"method": "boss"} | row for row in table(text)]
    return marks(plan(component), {"units": units(names), "marks": rows}, component["id"])


def test_two_markers_are_weighed_two_to_one():
    """四(一)3: (2 × 4.2 + 4.5) ÷ 3; alone the organ's mark stands."""
    text = "unit|marker|mark\n甲|主管部门|4.2\n甲|乡镇|4.5\n乙|主管部门|3.1"
    assert scored(text, leaf(markers={"主管部门": "2", "乡镇": "1"})) == {"甲": "4.3", "乙": "3.1"}


def test_a_unit_without_a_mark_has_none():
    assert scored("unit|mark\n甲|4.2", leaf()) == {"甲": "4.2", "乙": None}


def test_the_highest_and_lowest_share_is_left_out():
    """A tenth of twelve marks is one whole mark on each side."""
    given = ["5", "0"] + ["3", "4"] * 5
    text = "unit|mark\n" + "\n".join(f"甲|{mark}" for mark in given)
    assert scored(text, leaf(trim={"top": "10%", "bottom": "10%"}))["甲"] == "3.5"
    assert scored(text, leaf())["甲"] == "3.3333333333"


def test_marks_that_mean_nothing_are_not_counted():
    assert scored("unit|mark\n甲|0\n甲|4\n乙|0", leaf(means_nothing=["0"])) == {"甲": "4", "乙": None}


def test_a_systems_own_score_is_taken_as_handed_in():
    """二: health and finance hand in their daily scores."""
    node = {"id": "daily", "full": "5", "of": ["boss"], "imported": {"system": "卫健"}}
    made = plan(node, leaf() | {"for": {"system": ""}}, units={"categories": ["机关"], "systems": {"卫健": "卫健系统"}})
    rows = [{"method": "daily", "unit": "乙", "mark": "4.87"}, {"method": "boss", "unit": "甲", "mark": "3"}]
    found = marks(made, {"units": units("甲 乙", system={"乙": "卫健"}), "marks": rows}, "daily")
    assert found == {"甲": "3", "乙": "4.87"}


def test_raters_are_not_classes_of_raters():
    """M8: trimming looks at all raters of a class, whoever they are. (Before: 5.2, and five experts were repeats.)"""
    text = "unit|marker|mark\n甲|m0|1\n甲|m1|5\n甲|m2|5\n甲|m3|5\n甲|m4|10"
    trim = {"top": "20%", "bottom": "20%"}
    assert scored(text, leaf(range=["0", "10"], trim=trim), "甲") == {"甲": "5"}
    experts = "unit|marker|mark\n甲|专家|1\n甲|专家|5\n甲|专家|5\n甲|专家|5\n甲|专家|10"
    assert scored(experts, leaf(range=["0", "10"], trim=trim, markers={"专家": "1"}), "甲") == {"甲": "5"}


@pytest.mark.parametrize("grp", ["专家", None])
def test_a_named_rater_speaks_for_a_class(grp):
    """M8: the class is the one that is written, that the rater is, or the only one there is."""
    rows = [{"method": "boss", "unit": "甲", "marker": name, "grp": grp, "mark": mark}
            for name, mark in (("张", "4"), ("李", "2"))]  # fmt: skip
    assert marks(plan(leaf(markers={"专家": "1"})), {"units": units("甲"), "marks": rows}, "boss") == {"甲": "3"}


def test_trimming_stays_within_a_class():
    """M8: the one mark of the office is not the lowest of the experts."""
    text = "unit|marker|grp|mark\n甲|a|专家|2\n甲|b|专家|3\n甲|c|专家|4\n甲|单位|单位|0"
    rule = leaf(markers={"专家": "1", "单位": "1"}, trim={"top": "34%", "bottom": "34%"})
    assert scored(text, rule, "甲") == {"甲": "1.5"}


@pytest.mark.parametrize(
    ("rule", "marked"),
    [("spread", (3, "marker_missing")), ("zero", (2, "marker_missing")), ("not_scored", (None, "marker_missing"))],
)
def test_one_marker_of_two_missing(rule, marked):
    """M15: the plan says what then, and it is flagged. (Before: scored from one, unsaid.)"""
    made = plan(leaf(markers={"主管部门": "2", "乡镇": "1"}, marker_missing=rule))
    rows = [{"method": "boss", "unit": "甲", "marker": "主管部门", "mark": "3"}]
    found = review(made, {"units": units("甲 乙"), "marks": rows}, "marks").table("component_marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in found.to_dicts()}
    assert stands == {"甲": marked, "乙": (None, "missing")}


def test_a_marker_is_asked_for_its_units_alone():
    """M8, M15: the township marks 双重 units only; what it hands in for others is set aside, and they miss nothing."""
    township = {"weight": "1", "for": {"management": "双重"}}
    made = plan(leaf(markers={"主管部门": "2", "乡镇": township}))
    text = "unit|marker|mark\n甲|主管部门|3\n甲|乡镇|0\n乙|主管部门|3\n乙|乡镇|0"
    rows = [{"method": "boss"} | row for row in table(text)]
    found = review(made, {"units": units("甲 乙", management={"乙": "双重"}), "marks": rows}, "marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in found.table("component_marks").to_dicts()}
    assert stands == {"甲": (3, None), "乙": (2, None)}
    assert excluded(found) == [("marks", "甲", "not_reviewed")]


@pytest.mark.parametrize("other", ["0", "1"])
def test_a_class_without_weight_scores_nobody(other):
    made = Plan.model_validate(tree(leaf(markers={"甲类": "0", "乙类": other})))
    rows = [{"method": "boss", "unit": "甲", "marker": "甲类", "mark": "3"}]
    assert marks(made, {"units": units("甲"), "marks": rows}, "boss") == {"甲": None}


def excluded(found):
    return found.table("excluded_facts").select("fact_table", "unit", "reason").rows()


def test_a_mark_of_another_year_is_set_aside():
    """M4: 9 in the year, 1 after it. (Before: 5.)"""
    rows = [
        {"method": "boss", "unit": "甲", "mark": mark, "given_on": day}
        for mark, day in (("9", date(2020, 12, 31)), ("1", date(2021, 1, 1)))
    ]
    found = review(plan(leaf(range=["0", "10"])), {"units": units("甲"), "marks": rows}, "marks")
    assert found.table("component_marks")["marks"].to_list() == [9]
    assert excluded(found) == [("marks", "甲", "outside_window")]


def test_a_dated_row_belongs_to_the_cycle_of_its_day():
    """M4: marks and measured numbers alike."""
    cycles = {"year": [YEAR], "half": HALVES}
    half = {"per": "half", "over_cycles": "last"}
    days = [date(2020, 6, 30), date(2020, 7, 1), date(2021, 1, 1)]
    rows = [
        {"method": "boss", "unit": "甲", "mark": mark, "given_on": day} for mark, day in zip("123", days, strict=True)
    ]
    assert marks(plan(leaf() | half, cycles=cycles), {"units": units("甲"), "marks": rows}, "boss") == {"甲": "2"}
    rate = {"id": "boss", "full": "5", "measures": {"of": "count", "numerator": "n"}} | half
    rows = [
        {"method": "boss", "unit": "甲", "numerator": n, "measured_on": day} for n, day in zip("123", days, strict=True)
    ]
    found = review(plan(rate, cycles=cycles), {"units": units("甲"), "measures": rows}, "marks")
    assert found.table("component_marks")["marks"].to_list() == [2]
    assert excluded(found) == [("measures", "甲", "outside_window")]


def test_what_does_not_count_is_told_row_by_row():
    """M5: with one reason each, for units that are not reviewed and for marks that mean nothing."""
    component = leaf(means_nothing=["0"]) | {"for": {"category": "机关"}}
    rows = [{"method": "boss", "unit": unit, "mark": mark} for unit, mark in (("甲", "0"), ("甲", "4"), ("乙", "5"))]
    found = review(plan(component), {"units": units("甲 乙", category={"乙": "站所"}), "marks": rows}, "marks")
    assert sorted(excluded(found)) == [("marks", "乙", "not_reviewed"), ("marks", "甲", "means_nothing")]
    assert found.table("given_marks").select("unit", "counted").rows() == [("甲", 1)]


@pytest.mark.parametrize(
    "lost", ["delete from excluded_facts", "delete from given_marks", "insert into marks select * from marks"]
)
def test_a_mark_that_is_lost_on_the_way_stops_the_run(lost, monkeypatch):
    """M5: the check can fail."""
    rows = [{"method": "boss", "unit": "甲", "mark": mark} for mark in ("0", "4")]
    found = review(plan(leaf(means_nothing=["0"])), {"units": units("甲"), "marks": rows}, "tally")
    plain = Run.insert_rows

    def losing(run, name, **values):
        plain(run, name, **values)
        if name == "marks/component_marks":
            run.connection.execute(lost)

    monkeypatch.setattr(Run, "insert_rows", losing)
    with pytest.raises(CheckFailed, match="每一行都已计入"):
        run_stage(found.run, "marks")
    assert found.table("component_marks").height == 0


def test_every_cycle_of_a_leaf_has_a_row():
    rows = [{"method": "boss", "unit": "甲", "mark": "4", "cycle": "上半年"}]
    found = review(
        plan(leaf() | {"per": "half", "over_cycles": "mean"}), {"units": units("甲 乙"), "marks": rows}, "marks"
    )
    given = found.table("given_marks").select("unit", "cycle", pl.col("exact").is_null()).rows()
    assert given == [("乙", "上半年", True), ("乙", "下半年", True), ("甲", "上半年", False), ("甲", "下半年", True)]
