"""Leaves scored from marks: 四(一)3, trimmed means and marks that mean nothing."""

from tests.tiny import marks, plan, table, units


def leaf(**rule):
    return {"id": "boss", "full": "5", "marks": {"range": ["0", "5"], "decimals": "1"} | rule}


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
