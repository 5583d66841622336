"""Inner nodes: children added or weighed, and what a missing child does."""

import pytest

from tests.tiny import marks, plan, table, units


def child(id, full="50", **more):
    return {"id": id, "full": full, "marks": {"range": ["0", full]}} | more


def scored(node, *children, text, component="top", **traits):
    rows = [dict(row, method=row.pop("of")) for row in table(text)]
    made = plan({"id": "top"} | node, *children)
    return marks(made, {"units": units("甲 乙", **traits), "marks": rows}, component)


FULL = "unit|of|mark\n甲|a|40\n甲|b|30\n乙|a|20\n乙|b|50"
HALF = "unit|of|mark\n甲|a|40\n甲|b|30\n乙|a|20"


def test_children_are_added():
    assert scored({"full": "100", "of": ["a", "b"]}, child("a"), child("b"), text=FULL) == {"甲": "70", "乙": "70"}


def test_or_weighed():
    node = {"full": "100", "of": ["a", "b"]}
    kids = [child("a", "100", weight="30%"), child("b", "100", weight="70%")]
    assert scored(node, *kids, text=FULL) == {"甲": "33", "乙": "41"}


def test_weights_may_differ_by_category():
    node = {"full": "100", "of": ["a", "b"]}
    kids = [
        child("a", "100", weight={"站所": "1", "else": "0.5"}),
        child("b", "100", weight={"站所": "0", "else": "0.5"}),
    ]
    assert scored(node, *kids, text=FULL, category={"乙": "站所"}) == {"甲": "35", "乙": "20"}


@pytest.mark.parametrize(
    ("missing", "marked"), [("zero", "20"), ("not_ranked", None), ("mean_of_group", "50"), ("spread", "40")]
)
def test_a_missing_child(missing, marked):
    """乙 has 20 of 50 in a and nothing in b: 20 + 0, none, 20 + 30, 20 × 100 ÷ 50."""
    node = {"full": "100", "of": ["a", "b"], "missing": missing}
    assert scored(node, child("a"), child("b"), text=HALF)["乙"] == marked


def test_a_missing_childs_weight_is_spread_over_the_others():
    """Jizhou, method_missing."""
    node = {"full": "100", "of": ["a", "b"], "missing": "spread"}
    kids = [child("a", "100", weight="30%"), child("b", "100", weight="70%")]
    assert scored(node, *kids, text=HALF)["乙"] == "20"


def test_bonus_stands_outside_the_full_marks():
    node = {"full": "50", "of": ["a", "b"]}
    assert scored(node, child("a"), child("b", outside=True), text=FULL)["乙"] == "70"


def test_a_node_may_be_evaluated_each_month_and_averaged():
    """Each month: a + b, at most 60; then the mean of the months with marks."""
    node = {"full": "60", "of": ["a", "b"], "per": "month", "over_cycles": "mean", "each_cycle": [{"cap": "60"}]}
    monthly = {"per": "month", "over_cycles": "mean"}
    kids = [child("a", "30", **monthly), child("b", "30", **monthly)]
    text = "unit|of|mark|cycle\n甲|a|40|1月\n甲|b|40|1月\n甲|a|10|2月\n甲|b|20|2月\n甲|a|5|3月\n甲|b|4|3月"
    assert scored(node, *kids, text=text)["甲"] == "33"  # (60 + 30 + 9) ÷ 3


@pytest.mark.parametrize(("over", "marked"), [("sum", "70"), ("mean", "35"), ("best", "40"), ("last", "30")])
def test_how_cycles_combine(over, marked):
    leaf = child("a", "50", per="half", over_cycles=over) | {"full": "100"}
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|40|上半年\n甲|30|下半年")]
    assert marks(plan(leaf), {"units": units("甲"), "marks": rows}, "a") == {"甲": marked}


def test_cycles_may_weigh_differently():
    leaf = child("a", "100", per="half", over_cycles="weights", cycle_full={"上半年": "0.4", "下半年": "0.6"})
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|40|上半年\n甲|30|下半年")]
    assert marks(plan(leaf), {"units": units("甲"), "marks": rows}, "a") == {"甲": "34"}
