"""Conversions, each a kind of its own, in the order in which the plan names them."""

import pytest

from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from tests.tiny import marks, plan, review, table, tree, units


def typed(*components, **sections):
    """A typed plan, whatever the check of plans says of values that its bounds do not expect."""
    return Plan.model_validate(tree(*components, **sections))


def scored(convert, values, full="100", **columns):
    component = {"id": "rate", "full": full, "measures": {"of": "count", "numerator": "数"}, "convert": convert}
    rows = [{"method": "rate", "unit": unit, "numerator": value} for unit, value in values.items()]
    people = [one | {name: of[one["unit"]] for name, of in columns.items()} for one in units(" ".join(values))]
    made = typed(component, units={"categories": ["机关"], "columns": {name: name for name in columns}})
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


def test_places_of_a_cycle_and_places_of_the_year_have_points_of_their_own():
    """Half by half 4 or 2; the best half then makes 10 or 1."""
    by_half = {"points_by_rank": {"places": {"1": "4"}, "after": "2"}}
    by_year = {"points_by_rank": {"places": {"1": "10"}, "after": "1"}}
    leaf = {
        "id": "rate",
        "full": "10",
        "per": "half",
        "over_cycles": "best",
        "each_cycle": [by_half],
        "convert": [by_year],
    }
    leaf |= {"measures": {"of": "count", "numerator": "数"}}
    values = {"上半年": {"甲": "9", "乙": "8"}, "下半年": {"甲": "9", "乙": "8"}}
    rows = [
        {"method": "rate", "unit": unit, "cycle": cycle, "numerator": value}
        for cycle, given in values.items()
        for unit, value in given.items()
    ]
    facts = {"units": units("甲 乙"), "measures": rows}
    assert marks(typed(leaf), facts, "rate") == {"甲": "10", "乙": "1"}
    assert review(typed(leaf), facts, "marks").table("conversions").height == 6, "two units, two halves and the year"


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


@pytest.mark.parametrize(
    ("value", "steps", "marked"),
    [
        ("96", [["96", "10"], [None, "3"]], "10"),
        ("-5", [["96", "10"], [None, "3"]], "3"),
        ("-5", [[None, "3"], ["-5", "4"]], "4"),
        ("95.999999", [["96", "10"]], None),
    ],
)
def test_a_step_without_a_bound_stands_for_all_below(value, steps, marked):
    """M9: the plan says what is below its lowest step; where it does not, there are no marks, and it is told."""
    assert scored([{"steps": steps}], {"甲": value}) == {"甲": marked}


def test_a_value_below_the_lowest_step_is_told():
    component = {"id": "rate", "full": "100", "measures": {"of": "count", "numerator": "数"}}
    component |= {"convert": [{"steps": [["96", "10"]]}, {"floor": "5"}]}
    rows = [{"method": "rate", "unit": unit, "numerator": value} for unit, value in (("甲", "1"), ("乙", "96"))]
    made = typed(component)
    found = review(made, {"units": units("甲 乙 丙"), "measures": rows}, "marks").table("component_marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in found.to_dicts()}
    assert stands == {"甲": (None, "below_steps"), "乙": (10, None), "丙": (None, "missing")}


def test_conversions_are_exact_until_compared():
    """E8: 10 per 3 times 3 reaches the step at 10, whatever the order of ÷ and ×. (Before: 0.)"""
    steps = {"steps": [["0", "0"], ["10", "7"]]}
    staff = {"甲": "3"}
    assert scored([{"per": "staff"}, {"times": "3"}, steps], {"甲": "10"}, staff=staff) == {"甲": "7"}
    assert scored([{"times": "3"}, {"per": "staff"}, steps], {"甲": "10"}, staff=staff) == {"甲": "7"}
    assert scored([{"scale": {"from": "3", "to": "1"}}, {"times": "3"}, steps], {"甲": "10"}) == {"甲": "7"}


def test_values_equal_as_fractions_share_their_place():
    """M1: ten thirds, by two ways."""
    rank = {"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}}
    values, staff = {"甲": "10", "乙": "20", "丙": "1"}, {"甲": "3", "乙": "6", "丙": "1"}
    found = scored([{"per": "staff"}, {"times": "3"}, rank], values, staff=staff)
    assert found == {"甲": "5", "乙": "5", "丙": "0"}
    lowest = {"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0", "lowest_first": True}}
    found = scored([{"per": "staff"}, {"times": "3"}, lowest], values, staff=staff)
    assert found == {"甲": "3", "乙": "3", "丙": "5"}


@pytest.mark.parametrize(
    ("value", "mode", "marked"),
    [
        ("-1.245", "down", "-1.24"),
        ("-1.245", "half_up", "-1.25"),
        ("-0.004", "down", "0"),
        ("1.999999", "down", "1.99"),
    ],
)
def test_down_is_toward_zero_and_half_away_from_it(value, mode, marked):
    """E8."""
    assert scored([{"round": {"places": "2", "mode": mode}}], {"甲": value}) == {"甲": marked}


def test_what_is_whole_as_a_fraction_is_not_cut_down():
    """E8, M1: 10 ÷ 3 × 3 rounds down to 10."""
    down = {"round": {"places": "0", "mode": "down"}}
    assert scored([{"per": "staff"}, {"times": "3"}, down], {"甲": "10"}, staff={"甲": "3"}) == {"甲": "10"}


def test_large_numbers_do_not_overflow():
    """E8: a rate of 5 000 000 to 1 000 000; ten millions on their way."""
    component = {"id": "rate", "full": "100", "measures": {"of": "rate", "numerator": "甲", "denominator": "乙"}}
    rows = [{"method": "rate", "unit": "甲", "numerator": "5000000", "denominator": "1000000"}]
    assert marks(plan(component), {"units": units("甲"), "measures": rows}, "rate") == {"甲": "5"}
    assert scored([{"times": "1000000"}, {"scale": {"from": "1000000", "to": "1"}}], {"甲": "99.5"}) == {"甲": "99.5"}
    point = {"per_point": {"full": "10", "target": "1000000", "points": "0.000001", "of": "1"}}
    assert scored([point], {"甲": "-8999999"}) == {"甲": "0.000001"}


def test_per_point_goes_on_above_the_target():
    rule = {"per_point": {"full": "10", "target": "90", "points": "0.3", "of": "0.7", "over": "0.1"}}
    assert scored([rule], {"甲": "91.4", "乙": "87.9"}) == {"甲": "10.2", "乙": "9.1"}
