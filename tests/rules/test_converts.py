"""Conversions, each a kind of its own, in the order in which the plan names them."""

import pytest

from pingyi.faults import CheckFailed
from tests.tiny import marks, plan, table, units


def scored(convert, values, full="100", **columns):
    component = {"id": "rate", "full": full, "measures": {"of": "count", "numerator": "数"}, "convert": convert}
    rows = [{"method": "rate", "unit": unit, "numerator": value} for unit, value in values.items()]
    people = [one | {name: of[one["unit"]] for name, of in columns.items()} for one in units(" ".join(values))]
    made = plan(component, units={"categories": ["机关"], "columns": {name: name for name in columns}})
    return marks(made, {"units": people, "measures": rows}, "rate")


def test_scale():
    """附件2: out of 100, then 5."""
    assert scored([{"scale": {"from": "100", "to": "5"}}], {"甲": "97.5"}) == {"甲": "4.875"}


def test_steps_include_their_lower_bound():
    steps = [{"steps": [["96", "10"], ["85", "7"], ["0", "3"]]}]
    assert scored(steps, {"甲": "96", "乙": "95.99", "丙": "0"}) == {"甲": "10", "乙": "7", "丙": "3"}


def test_points_by_rank_share_a_place():
    rank = [{"points_by_rank": {"places": {"1": "5", "2": "3", "3": "1"}, "after": "-1"}}]
    values = {"甲": "9", "乙": "9", "丙": "8", "丁": "1"}
    assert scored(rank, values) == {"甲": "5", "乙": "5", "丙": "1", "丁": "-1"}
    lowest = [{"points_by_rank": {"places": {"1": "5"}, "after": "0", "lowest_first": True}}]
    assert scored(lowest, values)["丁"] == "5"


def test_points_for_each_point_below_the_target():
    rule = [{"per_point": {"full": "10", "target": "98", "points": "0.3", "of": "1"}}]
    assert scored(rule, {"甲": "99", "乙": "96.5"}) == {"甲": "10", "乙": "9.55"}


def test_share_of_the_best():
    assert scored([{"share_of_best": "10"}], {"甲": "40", "乙": "30"}) == {"甲": "10", "乙": "7.5"}
    assert scored([{"share_of_best": "10"}], {"甲": "300", "乙": "700"}) == {"甲": "4.2857142857", "乙": "10"}
    assert scored([{"share_of_best": "10"}], {"甲": "-7", "乙": "9999999"})["甲"] == "-0.000007"


def test_a_share_of_a_best_that_is_not_above_zero_stops_the_run():
    """M9: nobody has anything to be a share of."""
    with pytest.raises(CheckFailed, match="最好的值应大于 0"):
        scored([{"share_of_best": "10"}], {"甲": "0", "乙": "-1"})


def test_divided_by_headcount_and_times_a_coefficient():
    staff = {"甲": "8", "乙": "4"}
    assert scored([{"per": "staff"}], {"甲": "4", "乙": "4"}, staff=staff) == {"甲": "0.5", "乙": "1"}
    assert scored([{"times_column": "staff"}], {"甲": "4", "乙": "4"}, staff=staff) == {"甲": "32", "乙": "16"}
    assert scored([{"times": "1.1"}], {"甲": "4"}) == {"甲": "4.4"}


@pytest.mark.parametrize(("mode", "marked"), [("half_up", "1.25"), ("down", "1.24")])
def test_rounding_is_a_rule_of_the_plan(mode, marked):
    assert scored([{"round": {"places": "2", "mode": mode}}], {"甲": "1.245"}) == {"甲": marked}


def test_cap_and_floor_in_the_order_written():
    values = {"甲": "120", "乙": "-5"}
    assert scored([{"cap": "100"}, {"floor": "0"}], values) == {"甲": "100", "乙": "0"}
    assert scored([{"times": "0.5"}, {"cap": "50"}], values)["甲"] == "50"
    assert scored([{"cap": "50"}, {"times": "0.5"}], values)["甲"] == "25"


def test_a_rate_is_numerator_by_denominator():
    component = {"id": "rate", "full": "100", "measures": {"of": "rate", "numerator": "按时", "denominator": "全部"}}
    rows = [{"method": "rate", **row} for row in table("unit|numerator|denominator\n甲|1|3\n乙|0|0")]
    assert marks(plan(component), {"units": units("甲 乙"), "measures": rows}, "rate") == {
        "甲": "0.3333333333",
        "乙": None,
    }
