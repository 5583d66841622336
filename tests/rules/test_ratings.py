"""Leaves scored from levels: 四(一)1 and 四(二)4 of the plan of Pingyang, and what other plans say in their place."""

from datetime import datetime

import pytest

from tests.tiny import counts, marks, plan, review, units

LEVELS = {"满意": "1", "基本满意": "0.6", "不满意": "0"}


def leaf(full="50", per="year", cycle_full=None, **rule):
    component = {"id": "sat", "full": full, "per": per, "ratings": {"levels": LEVELS} | rule}
    return component | ({"cycle_full": cycle_full} if cycle_full else {})


def scored(text, leaf, names="甲 乙 丙", **traits):
    return marks(plan(leaf), {"units": units(names, **traits), "counts": counts(text)}, "sat")


def test_the_rate_times_full_marks():
    """四(一)1: (40 + 0.6 × 5) ÷ 50 × 50."""
    assert scored("""
        unit | 满意 | 基本满意 | 不满意
        甲   |  40  |    5     |   5
    """, leaf(), "甲") == {"甲": "43"}  # fmt: skip


def test_marks_are_rounded_once_to_ten_places():
    assert scored("unit|满意|不满意\n甲|1|2\n乙|2|1", leaf(), "甲 乙") == {"甲": "16.6666666667", "乙": "33.3333333333"}


def test_a_unit_with_few_votes_is_drawn_towards_the_mean():
    """四(一)1: fewer than 30 votes: 70 % of the mean, 30 % of its own; mean (50 + 25) ÷ 2."""
    few = {"below": "30", "own_share": "30%"}
    assert scored("""
        unit | 满意 | 不满意
        甲   |  40  |   0
        乙   |  10  |  10
    """, leaf(few=few), "甲 乙") == {"甲": "50", "乙": "33.75"}  # fmt: skip


def test_thirty_votes_are_not_few():
    """四(一)1: 低于30票 does not include 30."""
    few = {"below": "30", "own_share": "30%"}
    assert scored("unit|满意|不满意\n甲|30|0\n乙|15|15", leaf(few=few), "甲 乙") == {"甲": "50", "乙": "25"}


@pytest.mark.parametrize(
    ("mean_of", "marked"), [("rated_units", "31"), ("same_category", "15"), ("enough_votes", "41.6666666667")]
)
def test_whose_mean_it_is_can_be_said(mean_of, marked):
    """Reading item_mean_units. Own marks: 机关 甲 50, 乙 25, 丁 50; 站所 丙 10, 戊 20; the last two have few votes."""
    few = {"below": "30", "own_share": "0", "mean_of": mean_of}
    text = "unit|满意|不满意\n甲|40|0\n乙|20|20\n丁|35|0\n丙|2|8\n戊|8|12"
    assert scored(text, leaf(few=few), "甲 乙 丁 丙 戊", category={"丙": "站所", "戊": "站所"})["丙"] == marked


@pytest.mark.parametrize(("then", "marked"), [("mean", "37.5"), ("zero", "0"), ("not_scored", None)])
def test_no_vote_at_all(then, marked):
    """Reading no_votes."""
    rule = leaf(few={"below": "10", "own_share": "50%"}, none={"then": then})
    assert scored("unit|满意|不满意\n甲|20|0\n乙|10|10", rule)["丙"] == marked


def test_few_votes_may_mean_not_scored():
    rule = leaf(few={"below": "10", "then": "not_scored"}, none={"then": "not_scored"})
    assert scored("unit|满意\n甲|9\n乙|10", rule) == {"甲": None, "乙": "50", "丙": None}


def halves(**rule):
    return leaf(per="half", cycle_full={"上半年": "25", "下半年": "25"}, **rule)


TWO_HALVES = """
    unit | cycle  | 满意 | 不满意
    甲   | 上半年 |  20  |   0
    甲   | 下半年 |  10  |  10
    乙   | 上半年 |  40  |   0
    乙   | 下半年 |  40  |   0
"""


def test_each_half_has_its_own_full_marks():
    """四(一)1: 25 + 12.5."""
    assert scored(TWO_HALVES, halves(), "甲 乙") == {"甲": "37.5", "乙": "50"}


def test_votes_of_both_halves_may_be_pooled():
    """Reading small_sample_scope, first other answer: 30 of 40 votes × 50. E5: no full marks of cycles then."""
    assert scored(TWO_HALVES, leaf(per="half", score_per="year"), "甲 乙")["甲"] == "37.5"
    few = {"below": "30", "own_share": "0%", "counted_per": "year"}
    assert scored(TWO_HALVES, leaf(per="half", score_per="year", few=few), "甲 乙")["甲"] == "37.5"


def test_few_may_be_counted_over_the_year_and_scored_by_half():
    """Reading small_sample_scope, second other answer: 40 votes a year are enough, 20 a half are not."""
    by_year = {"below": "30", "own_share": "0%", "counted_per": "year"}
    by_half = {"below": "30", "own_share": "0%", "counted_per": "cycle"}
    assert scored(TWO_HALVES, halves(few=by_year), "甲 乙")["甲"] == "37.5"
    assert scored(TWO_HALVES, halves(few=by_half), "甲 乙")["甲"] == "43.75"  # (25+25)/2 + (12.5+25)/2


def test_a_level_may_be_left_out_of_the_count_or_cost_points():
    levels = {"满意": "1", "不满意": "-0.2", "不了解": None}
    rule = {"id": "sat", "full": "100", "ratings": {"levels": levels}}
    assert scored("unit|满意|不满意|不了解\n甲|4|1|95", rule, "甲") == {"甲": "76"}


def test_levels_may_be_marks_out_of_something():
    """Jizhou: 优 90, 良 75 out of 90."""
    rule = {"id": "sat", "full": "80", "ratings": {"levels": {"优": "90", "良": "75"}, "out_of": "90"}}
    assert scored("unit|优|良\n甲|1|1", rule, "甲") == {"甲": "73.3333333333"}


def test_groups_may_be_weighted_and_a_missing_group_is_spread():
    rule = leaf(full="100", groups={"班子": "0.5", "部门": "0.5"})
    text = "unit|grp|满意|不满意\n甲|班子|1|0\n甲|部门|10|30\n乙|部门|30|10"
    assert scored(text, rule, "甲 乙") == {"甲": "62.5", "乙": "75"}
    rule = leaf(full="100", groups={"班子": "0.5", "部门": "0.5"}, group_missing="zero")
    assert scored(text, rule, "甲 乙") == {"甲": "62.5", "乙": "37.5"}


def test_groups_weigh_differently_by_category():
    rule = leaf(full="100", groups={"班子": {"机关": "0.8", "else": "0.2"}, "部门": {"机关": "0.2", "else": "0.8"}})
    text = "unit|grp|满意|不满意\n甲|班子|1|0\n甲|部门|0|1\n丙|班子|1|0\n丙|部门|0|1"
    assert scored(text, rule, "甲 丙", category={"丙": "站所"}) == {"甲": "80", "丙": "20"}


def test_pooled_groups_count_every_vote_alike():
    rule = leaf(full="100", groups=["班子", "部门"])
    assert scored("unit|grp|满意|不满意\n甲|班子|1|0\n甲|部门|0|3", rule, "甲") == {"甲": "25"}


def test_several_items_on_a_form_are_weighted():
    rule = leaf(full="100", items={"态度": "0.4", "效率": "0.6"})
    assert scored("unit|item|满意|不满意\n甲|态度|1|1\n甲|效率|3|1", rule, "甲") == {"甲": "65"}


def rating(unit, level, day, **more):
    return {"method": "sat", "unit": unit, "level": level, "rated_on": datetime.fromisoformat(day), **more}


def one_by_one(rows, rule):
    return marks(plan(rule), {"units": units("甲"), "ratings": rows}, "sat")["甲"]


@pytest.mark.parametrize(("keep", "marked"), [("last", "0"), ("first", "50")])
def test_one_rating_a_person_counts(keep, marked):
    rows = [rating("甲", "满意", "2020-03-01", respondent="a"), rating("甲", "不满意", "2020-05-01", respondent="a")]
    assert one_by_one(rows, leaf(each={"by": "respondent", "keep": keep})) == marked
    assert one_by_one(rows[::-1], leaf(each={"by": "respondent", "keep": keep})) == marked


def test_ratings_outside_the_window_do_not_count():
    rows = [rating("甲", "满意", "2020-12-31T23:59"), rating("甲", "不满意", "2021-01-01")]
    assert one_by_one(rows, leaf()) == "50"


def test_a_units_own_people_may_be_left_out():
    """Yuanba, reading self_vote."""
    rows = [rating("甲", "满意", "2020-03-01", own=True), rating("甲", "不满意", "2020-03-01", own=False)]
    assert one_by_one(rows, leaf(own_unit=False)) == "0"
    assert one_by_one(rows, leaf()) == "25"


def test_few_votes_may_stand_with_a_flag():
    """银川 thin_method: ranked, flagged below 30."""
    made = plan(leaf(few={"below": "30", "then": "flag"}))
    found = review(made, {"units": units("甲 乙"), "counts": counts("unit|满意|不满意\n甲|29|0\n乙|30|0")}, "marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in found.table("component_marks").to_dicts()}
    assert stands == {"甲": (50, "few_flagged"), "乙": (50, None)}


def test_a_group_that_handed_in_nothing_is_flagged():
    """元坝 group_missing: the other group's mean counts alone."""
    made = plan(leaf(groups={"班子": "50%", "部门": "50%"}))
    rows = counts("unit|grp|满意|不满意\n甲|班子|1|1\n乙|班子|1|1\n乙|部门|2|0")
    rows = [row | {"group": row.pop("grp")} for row in rows]
    found = review(made, {"units": units("甲 乙"), "counts": rows}, "marks")
    stands = {
        row["unit"]: (str(row["marks"].normalize()), row["flag"]) for row in found.table("component_marks").to_dicts()
    }
    assert stands == {"甲": ("25", "group_missing"), "乙": ("37.5", None)}


def test_every_raters_own_mean_may_come_first():
    """吉州 monitor_weight: one point with three good forms, another with a bad one: (1 + 0) ÷ 2, not 3 ÷ 4."""
    rated = [("a", "满意"), ("a", "满意"), ("a", "满意"), ("b", "不满意")]
    rows = [
        {"form": str(nth), "method": "sat", "unit": "甲", "level": level, "rated_on": datetime(2020, 3, 1)}
        | {"respondent": rater, "source": "f", "row": nth}
        for nth, (rater, level) in enumerate(rated)
    ]
    facts = {"units": units("甲"), "ratings": rows}
    assert marks(plan(leaf()), facts, "sat") == {"甲": "37.5"}
    assert marks(plan(leaf(mean_first="respondent")), facts, "sat") == {"甲": "25"}
