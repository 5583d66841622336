"""Leaves scored from levels: 四(一)1 and 四(二)4 of the plan of Pingyang, and what other plans say in their place."""

from datetime import date, datetime

import polars as pl
import pytest

from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.scoring import script
from pingyi.scoring.review import Review
from tests.rules.ranked import component, marked
from tests.tiny import counts, marks, plan, review, tree, units

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


def pooled(**rule):
    """A plan that pools the votes of two halves: it has no full marks of cycles (E5)."""
    return Plan.model_validate(tree(leaf(per="half", score_per="year", **rule)))


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
    """Reading small_sample_scope, first other answer: 30 of 40 votes × 50."""
    facts = {"units": units("甲 乙"), "counts": counts(TWO_HALVES)}
    assert marks(pooled(), facts, "sat")["甲"] == "37.5"
    for per in ("cycle", "year"):
        few = {"below": "30", "own_share": "0%", "counted_per": per}
        assert marks(pooled(few=few), facts, "sat")["甲"] == "37.5"


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


# ---------------------------------------------------------------- which ratings count


def rated(unit, level, day="2020-03-01", who=None, form=None, **more):
    return {"method": "sat", "unit": unit, "level": level, "rated_on": datetime.fromisoformat(day)} | {
        "respondent": who,
        "form": form,
        **more,
    }


EACH = {"by": "respondent", "keep": "first"}
LAST = {"by": "respondent", "keep": "last"}


def table(rows, component, name="tally", names="甲 乙", made=None, **facts):
    made = made or plan(component)
    return review(made, {"units": units(names), "ratings": rows} | facts, "tally").table(name)


def votes(rows, component, **more):
    found = table(rows, component, **more)
    return {
        key: sum(row["votes"] for row in found.to_dicts() if (row["unit"], row["level"]) == key)
        for key in {(row["unit"], row["level"]) for row in found.to_dicts()}
    }


def aside(rows, component, **more):
    found = table(rows, component, "set_aside", **more)
    return dict(found.select("reason", pl.col("ratings").cast(int)).iter_rows())


ITEMS = {"态度": "0.5", "效率": "0.5"}


@pytest.mark.parametrize(("each", "marked"), [(EACH, "25"), (LAST, "50")])
@pytest.mark.parametrize("turned", [1, -1])
def test_items_of_two_forms_never_mix(each, marked, turned):
    """E2: one form counts with all its items. Forms 1: 满意, 不满意; 2: 满意 alone, at the same moment."""
    rows = [
        rated("甲", "满意", who="a", form="1", item="态度"),
        rated("甲", "不满意", who="a", form="1", item="效率"),
        rated("甲", "满意", who="a", form="2", item="态度"),
    ]
    assert marks(plan(leaf(each=each, items=ITEMS)), {"units": units("甲"), "ratings": rows[::turned]}, "sat") == {
        "甲": marked
    }


def test_a_form_stands_at_its_earliest_row():
    """Section 2: form 1 begins before form 2 and ends after it; the last form is 2."""
    rows = [
        rated("甲", "不满意", "2020-03-01T09:00", "a", "1", item="态度"),
        rated("甲", "不满意", "2020-03-01T11:00", "a", "1", item="效率"),
        rated("甲", "满意", "2020-03-01T10:00", "a", "2", item="态度"),
    ]
    assert votes(rows, leaf(each=LAST, items=ITEMS)) == {("甲", "满意"): 1}


@pytest.mark.parametrize(("each", "level"), [(EACH, "满意"), (LAST, "不满意")])
def test_at_one_moment_nine_comes_before_ten(each, level):
    """E2: 9 before 10."""
    rows = [rated("甲", "不满意", who="a", form="10"), rated("甲", "满意", who="a", form="9")]
    assert votes(rows, leaf(each=each)) == {("甲", level): 1}
    assert votes(rows[::-1], leaf(each=each)) == {("甲", level): 1}


def test_the_moment_comes_before_the_number():
    rows = [rated("甲", "满意", "2020-03-01", "a", "10"), rated("甲", "不满意", "2020-03-02", "a", "9")]
    assert votes(rows, leaf(each=EACH)) == {("甲", "满意"): 1}


@pytest.mark.parametrize("turned", [1, -1])
def test_of_two_answers_at_one_moment_the_smaller_counts(turned):
    """Section 2: rows without a number at one moment are one form; level in the plan's order, group, channel."""
    rows = [rated("甲", "不满意", who="a"), rated("甲", "基本满意", who="a"), rated("乙", "满意", who="a")]
    assert votes(rows[::turned], leaf(each=LAST)) == {("甲", "基本满意"): 1, ("乙", "满意"): 1}
    rows = [rated("甲", "满意", who="a", group="部门"), rated("甲", "满意", who="a", group="班子")]
    found = table(rows[::turned], leaf(each=LAST, groups=["部门", "班子"]))
    assert found.select("grp", "votes").rows() == [("班子", 1)]


def test_a_person_counts_once_in_each_cycle_or_once_a_year():
    """E2: one a year where votes of the year are pooled."""
    rows = [rated("甲", "满意", "2020-03-01", "a"), rated("甲", "不满意", "2020-08-01", "a")]
    assert votes(rows, halves(each=EACH)) == {("甲", "满意"): 1, ("甲", "不满意"): 1}
    assert votes(rows, None, made=pooled(each=EACH)) == {("甲", "满意"): 1}
    assert votes(rows, None, made=pooled(each=LAST)) == {("甲", "不满意"): 1}


def test_what_does_not_count_anyway_takes_no_turn():
    """Section 2: own rows, rows outside the window and of others' scope go first."""
    rows = [
        rated("甲", "不满意", "2019-12-31", "a"),
        rated("甲", "不满意", "2020-02-01", "a", own=True),
        rated("甲", "满意", "2020-03-01", "a"),
        rated("甲", "基本满意", "2020-04-01", "a"),
    ]
    component = leaf(each=EACH, own_unit=False)
    assert votes(rows, component) == {("甲", "满意"): 1}
    assert aside(rows, component) == {"outside_window": 1, "own_unit": 1, "replaced": 1}


def test_ratings_without_a_respondent_are_persons_of_their_own():
    rows = [rated("甲", "满意"), rated("甲", "满意"), rated("甲", "不满意", who="a")]
    assert votes(rows, leaf(each=EACH)) == {("甲", "满意"): 2, ("甲", "不满意"): 1}


def test_each_row_is_set_aside_with_its_first_reason():
    """M5: not_reviewed, imported, outside_window, own_unit; by the row, never by subtraction."""
    exists = {"for": {"category": "机关"}, "imported": {"management": "双重"}}
    roster = units("甲 乙 丙", category={"丙": "站所"}, management={"乙": "双重"})
    made = plan(leaf(own_unit=False) | exists)
    rows = [rated(unit, "满意", day, own=True) for unit in "甲乙丙" for day in ("2020-03-01", "2021-01-01")]
    brought = {"method": "sat", "unit": "乙", "marker": None, "mark": "9"}
    facts = {"units": roster, "ratings": rows, "marks": [brought]}
    found = review(made, facts, "tally").table("set_aside")
    wanted = {"not_reviewed": 2, "imported": 2, "outside_window": 1, "own_unit": 1}
    assert dict(found.select("reason", "ratings").iter_rows()) == wanted


def test_ratings_for_units_on_no_list_are_told_as_not_listed():
    """Section 2: tallied, but not scored."""
    ballot = leaf() | {"listed": ["候选"]}
    measured = {"id": "all", "full": "10", "marks": {"range": ["0", "10"]}}
    shortlist = {"id": "候选", "from": "units", "by": "first", "side": "top", "take": "1"}
    made = plan(
        measured,
        ballot,
        standings=[{"id": "first", "of": "all", "ties": ["share"]}],
        shortlists=[shortlist],
        lists=[{"id": "先进", "from": "units", "by": "first", "side": "top", "take": "1"}],
    )
    given = [{"method": "all", "unit": unit, "mark": mark} for unit, mark in (("甲", "9"), ("乙", "8"))]
    rows = [rated("甲", "满意"), rated("乙", "满意"), rated("乙", "满意", "2021-01-01")]
    found = review(made, {"units": units("甲 乙"), "marks": given, "ratings": rows})
    assert found.published("set_aside").rows() == [("sat", "not_listed", 1), ("sat", "outside_window", 1)]


def loses(monkeypatch, name, old, new):
    """Change the text of a statement of the count."""
    given = script.text
    assert old in given(name)
    monkeypatch.setattr(script, "text", lambda one: given(one).replace(old, new) if one == name else given(one))


LOSSES = [
    ("tally/kept", "where ratings.reason is null", "where ratings.reason is null and level <> '不满意'", "每一条评价"),
    ("tally/excluded_ratings", "where reason is not null", "where reason <> 'replaced'", "每一条评价"),
    ("tally/adjudicated_ratings", "left join replaced", "inner join replaced", "每一条评价"),
    ("tally/replaced", "where gives_way", "where level = '不满意' or gives_way", "同一人"),
    ("tally/tally", "group by all", "where level <> '不满意' group by all", "计票表"),
    ("tally/kept_counts", "where reason is null", "where reason is null and unit <> '乙'", "票数汇总"),
    ("tally/kept_counts", "    votes,", "    votes + 1 as votes,", "票数汇总"),
    ("tally/excluded_facts", "where reason is not null", "where reason <> 'outside_window'", "票数汇总"),
    ("tally/adjudicated_counts", "left join days", "inner join days", "票数汇总"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), LOSSES)
def test_a_count_that_loses_votes_stops_the_run(monkeypatch, name, old, new, said):
    """M5: the count was changed by hand to drop every 不满意; the run stops."""
    rows = [rated("甲", "满意", who="a"), rated("甲", "不满意", who="b"), rated("甲", "不满意", "2020-05-01", "a")]
    ready = [*counts("unit|满意|不满意\n甲|3|1\n乙|2|1"), *counts("unit|满意\n甲|5", counted_on=date(2021, 1, 1))]
    facts = {"units": units("甲 乙"), "ratings": rows, "counts": ready}
    assert review(plan(leaf(each=EACH)), facts, "tally").table("tally")["votes"].sum() == 9
    if name == "tally/replaced":
        facts["ratings"].append(rated("甲", "不满意", "2020-06-01", "b"))
    loses(monkeypatch, name, old, new)
    with pytest.raises(CheckFailed, match=said):
        review(plan(leaf(each=EACH)), facts, "tally")


# ---------------------------------------------------------------- ready counts


def counted(rows, component, **traits):
    found = review(plan(component), {"units": units("甲 乙", **traits), "counts": rows}, "tally")
    tally = {(row["unit"], row["cycle"]): row["votes"] for row in found.table("tally").to_dicts()}
    return tally, [(row["unit"], row["reason"], row["votes"]) for row in found.table("excluded_facts").to_dicts()]


def one_count(votes, unit="甲", **more):
    return {"method": "sat", "unit": unit, "level": "满意", "votes": votes} | more


def test_a_dated_count_without_a_cycle_belongs_to_that_of_its_date():
    """M4: before, it was counted in every cycle."""
    rows = [one_count(3, counted_on=date(2020, 6, 30)), one_count(4, "乙", counted_on=date(2020, 7, 1))]
    assert counted(rows, halves()) == ({("甲", "上半年"): 3, ("乙", "下半年"): 4}, [])


def test_a_count_dated_outside_the_cycles_is_set_aside():
    """M4: every dated fact obeys its window."""
    rows = [one_count(3, counted_on=date(2019, 12, 31)), one_count(4, "乙", cycle="下半年")]
    assert counted(rows, halves()) == ({("乙", "下半年"): 4}, [("甲", "outside_window", 3)])


def test_a_count_that_could_belong_to_several_cycles_belongs_to_none():
    """Section 2: intake asks for the cycle; unasked, the votes are not multiplied."""
    assert counted([one_count(3)], halves()) == ({}, [("甲", "outside_window", 3)])
    assert counted([one_count(3)], leaf()) == ({("甲", "全年"): 3}, [])


def test_counts_of_units_that_are_not_reviewed_or_bring_their_marks_are_set_aside():
    exists = {"for": {"category": "机关"}, "imported": {"management": "双重"}}
    rows = [one_count(3), one_count(4, "乙")]
    traits = {"category": {"乙": "站所"}, "management": {"甲": "双重"}}
    assert counted(rows, leaf() | exists, **traits) == ({}, [("乙", "not_reviewed", 4), ("甲", "imported", 3)])


# ---------------------------------------------------------------- respondents, weights, flags


def ruled(component, rows, names="甲 乙", made=None, **facts):
    """(rule, respondents, marks, flag) of each unit; of the first cycle alone."""
    found = review(made or plan(component), {"units": units(names)} | rows | facts, "marks").table("rating_marks")
    return {row["unit"]: (row["rule"], row["votes_counted"], row["flag"]) for row in found.to_dicts()}


def scored_from(component, rows, names="甲 乙", **traits):
    return marks(plan(component), {"units": units(names, **traits)} | rows, "sat")


def test_few_counts_forms_where_a_form_answers_several_items():
    """E1: 2 forms of 2 items are two respondents, not four votes; a row without a form is its respondent, or itself."""
    rows = [rated("甲", "满意", form=form, item=item) for form in "12" for item in ITEMS]
    rows += [rated("乙", "满意", who="a", item=item) for item in ITEMS] + [rated("乙", "满意", item="态度")] * 2
    few = {"below": "3", "then": "flag"}
    found = ruled(leaf(few=few, items=ITEMS), {"ratings": rows})
    assert found == {"甲": ("few_flagged", 2, "few_flagged"), "乙": ("own", 3, None)}


def test_ready_counts_of_items_count_votes():
    few = {"below": "3", "then": "flag"}
    rows = counts("unit|item|满意\n甲|态度|2\n甲|效率|1\n乙|态度|2")
    assert ruled(leaf(few=few, items=ITEMS), {"counts": rows}) == {
        "甲": ("own", 3, None),
        "乙": ("few_flagged", 2, "few_flagged"),
    }


def test_without_items_every_vote_is_a_respondent():
    rows = [rated("甲", "满意", form="1"), rated("甲", "满意", "2020-04-01", form="1")]
    assert ruled(leaf(), {"ratings": rows})["甲"][1] == 2


def test_levels_without_value_and_weights_of_zero_count_for_nobody():
    """E1: neither for few; but the facts came in (E4)."""
    rule = {
        "levels": LEVELS | {"不了解": None},
        "groups": {"班子": "1", "部门": "0"},
        "few": {"below": "2", "then": "flag"},
    }
    text = "unit|grp|满意|不了解\n甲|班子|1|9\n甲|部门|7|0\n乙|班子|2|0"
    rows = counts(text)
    found = ruled({"id": "sat", "full": "10", "ratings": rule}, {"counts": rows})
    assert found == {"甲": ("few_flagged", 1, "few_flagged"), "乙": ("own", 2, None)}


@pytest.mark.parametrize("zero", ["groups", "items"])
def test_a_weight_of_zero_is_as_no_votes(zero):
    """M table: groups (items) 1 and 0, a unit with votes of the second only: as the plan says for no votes."""
    weights = {"班子": "1", "部门": "0"}
    column = {"groups": "group", "items": "item"}[zero]
    rows = [one_count(3, **{column: "部门"}), one_count(3, "乙", **{column: "班子"})]
    assert scored_from(leaf(**{zero: weights}), {"counts": rows}) == {"甲": None, "乙": "50"}
    rule = leaf(**{zero: weights}, none={"then": "zero"})
    assert scored_from(rule, {"counts": rows}) == {"甲": "0", "乙": "50"}


def test_a_group_that_weighs_nothing_in_a_category_is_nobody_there():
    """Section 3: the weight is that of the unit's category; a category that it lacks is as zero."""
    rule = leaf(groups={"班子": {"机关": "1"}, "部门": {"机关": "1", "站所": "1"}})
    rows = [one_count(1, unit, group="班子") for unit in "甲乙"]
    rows += [{**one_count(1, unit, group="部门"), "level": "不满意"} for unit in "甲乙"]
    assert scored_from(rule, {"counts": rows}, category={"乙": "站所"}) == {"甲": "25", "乙": "0"}


def test_a_unit_without_a_category_has_the_weights_of_the_rest():
    """Section 1: an empty cell is the empty text; `else` holds there."""
    rule = leaf(
        groups={"班子": {"机关": "1", "else": "3"}, "部门": {"机关": "0", "else": "1"}},
        few={"below": "2", "then": "flag"},
    )
    rows = [one_count(1, group="班子"), {**one_count(1, group="部门"), "level": "不满意"}]
    assert scored_from(rule, {"counts": rows}, category={"甲": None})["甲"] == "37.5"
    made = plan(rule)
    found = review(made, {"units": units("甲", category={"甲": None}), "counts": rows}, "marks").table("rating_marks")
    assert found["votes_counted"].to_list() == [2]


def test_a_group_of_no_value_is_missing():
    """E4: 部门 said 不了解 alone; the other group stands for it, and both flags stand where votes are few too."""
    rule = {"levels": LEVELS | {"不了解": None}, "groups": {"班子": "0.5", "部门": "0.5"}}
    few = {"below": "2", "own_share": "0.5"}
    text = "unit|grp|满意|不满意|不了解\n甲|班子|1|0|0\n甲|部门|0|0|5\n乙|班子|1|1|0\n乙|部门|1|1|0"
    rows = {"counts": counts(text)}
    component = {"id": "sat", "full": "100", "ratings": rule | {"few": few}}
    assert scored_from(component, rows) == {"甲": "87.5", "乙": "50"}
    assert ruled(component, rows)["甲"] == ("few", 1, "few+group_missing")
    flags = review(plan(component), {"units": units("甲 乙")} | rows).table("component_marks")
    assert dict(flags.select("unit", "flag").iter_rows()) == {"甲": "few+group_missing", "乙": None}
    zero = {"id": "sat", "full": "100", "ratings": rule | {"group_missing": "zero"}}
    assert scored_from(zero, rows) == {"甲": "50", "乙": "50"}


def test_both_flags_are_told():
    rule = leaf(groups={"班子": "0.5", "部门": "0.5"}, few={"below": "2", "then": "flag"})
    found = review(plan(rule), {"units": units("甲"), "counts": [one_count(1, group="班子")]}).table("notices")
    assert {row["kind"] for row in found.to_dicts()} >= {"few_flagged", "group_missing"}


def test_facts_that_came_in_are_measured_even_if_all_are_of_no_value():
    """E4: 甲 was rated 不了解 alone: no marks, but not unmeasured; 乙 is."""
    rule = {"id": "sat", "full": "10", "unmeasured": "full", "ratings": {"levels": LEVELS | {"不了解": None}}}
    assert scored_from(rule, {"counts": counts("unit|不了解\n甲|5")}) == {"甲": None, "乙": "10"}


def test_each_raters_mean_is_weighted_over_the_items_that_he_answered():
    """E2: a: (0.9 × 1 + 0.1 × 0) ÷ 1, b answered 效率 alone: 0; mean 0.45, not 0.9 × 1 + 0.1 × 0."""
    rows = [
        rated("甲", "满意", who="a", item="态度"),
        rated("甲", "不满意", who="a", item="效率"),
        rated("甲", "不满意", who="b", item="效率"),
    ]
    weights = {"态度": "0.9", "效率": "0.1"}
    assert scored_from(leaf("100", items=weights, mean_first="respondent"), {"ratings": rows})["甲"] == "45"
    assert scored_from(leaf("100", items=weights), {"ratings": rows})["甲"] == "90"
    assert scored_from(leaf("100", items=[*weights], mean_first="respondent"), {"ratings": rows})["甲"] == "25"


def test_a_form_is_the_rater_of_a_row_without_respondent_and_counts_are_one_rater():
    """Section 3: form 1 says 满意 twice, a bare row 不满意, ready counts 3 : 1 are one rater: (1 + 0 + 0.75) ÷ 3."""
    rows = [rated("甲", "满意", form="1"), rated("甲", "满意", "2020-03-02", form="1"), rated("甲", "不满意")]
    ready = counts("unit|满意|不满意\n甲|3|1")
    found = scored_from(leaf("300", mean_first="respondent"), {"ratings": rows, "counts": ready})
    assert found["甲"] == "175"


def test_rows_of_one_place_in_two_sheets_are_two_raters():
    """A source and row tell no two sheets apart."""
    rows = [rated("甲", level, source="f.xlsx", row=2) for level in ("满意", "不满意", "不满意")]
    assert scored_from(leaf("300", mean_first="respondent"), {"ratings": rows})["甲"] == "100"


def test_weights_over_cycles_are_no_full_marks():
    """E5: 3/1 and 1/1 votes, half each, of 100: 62.5."""
    rule = leaf("100", per="half", cycle_full={"上半年": "0.5", "下半年": "0.5"}) | {"over_cycles": "weights"}
    text = "unit|cycle|满意|不满意\n甲|上半年|3|1\n甲|下半年|1|1"
    assert scored_from(rule, {"counts": counts(text)})["甲"] == "62.5"


def test_a_mean_of_cycles_is_of_the_whole_full_marks():
    rule = Plan.model_validate(tree(leaf("100", per="half") | {"over_cycles": "mean"}))
    text = "unit|cycle|满意|不满意\n甲|上半年|3|1\n甲|下半年|1|1"
    assert marks(rule, {"units": units("甲"), "counts": counts(text)}, "sat")["甲"] == "62.5"


@pytest.mark.parametrize(
    ("few", "none"), [({"below": "9", "own_share": "0.5", "mean_of": "enough_votes"}, None), (None, {"then": "mean"})]
)
def test_no_unit_to_take_the_mean_of(few, none):
    """Section 3: no marks, flag no_mean; it is told."""
    few = few or {"below": "2", "own_share": "1"}
    rule = leaf(few=few, **({"none": none} if none else {}))
    rows = [] if none else [one_count(3)]
    found = review(plan(rule), {"units": units("甲"), "counts": rows or [one_count(0)]})
    assert found.table("component_marks").select("marks", "flag").rows() == [(None, "no_mean")]
    assert ("no_mean", "甲") in found.table("notices").select("kind", "unit").rows()


def test_a_mean_is_over_units_in_play_with_marks_of_their_own():
    """甲 20 of 20, 乙 none, 丙 brings its own marks: the mean is 甲's."""
    rule = leaf(few={"below": "2", "own_share": "0"}, none={"then": "mean"}) | {"imported": {"management": "双重"}}
    facts = {"counts": [one_count(20), {**one_count(9, "丙"), "level": "不满意"}]}
    facts |= {"marks": [{"method": "sat", "unit": "丙", "marker": None, "mark": "3"}]}
    found = scored_from(rule, facts, "甲 乙 丙", management={"丙": "双重"})
    assert found == {"甲": "50", "乙": "50", "丙": "3"}


# ---------------------------------------------------------------- draws and standings


def test_draws_keep_the_respondents_of_the_count():
    """Section 3: 30 respondents, of whom some say 不了解 in a draw, are 30 in all of them."""
    few = {"below": "30", "own_share": "0"}
    rule = {"id": "sat", "full": "10", "ratings": {"levels": LEVELS | {"不了解": None}, "few": few}}
    made = plan(rule, standings=[{"id": "rank", "of": "sat", "ties": ["share"], "min_votes": "30"}])
    rows = counts("unit|满意|不了解\n甲|30|30")
    frames = {"units": pl.DataFrame(units("甲"), infer_schema_length=None), "counts": pl.DataFrame(rows)}
    found = Review.begin(made, frames, draws=20, seed=1).through("standing")
    drawn = found.table("rating_marks")
    assert drawn["votes_counted"].unique().to_list() == [30]
    assert drawn["rule"].unique().to_list() == ["own"]
    assert drawn["votes"].n_unique() > 1
    people = found.table("standing_respondents")
    assert people.height == 21
    assert people["respondents"].unique().to_list() == [30]


def test_a_standing_counts_respondents_of_all_leaves_below_in_all_cycles():
    """Section 11 and E1: forms of items once, halves added; a ballot that is not held for a unit is not counted."""
    node = {"id": "all", "full": {"机关": "50", "站所": "60"}, "of": ["sat", "other"], "missing": "zero"}
    other = {"id": "other", "full": "10", "ratings": {"levels": LEVELS}, "for": {"category": "站所"}}
    made = plan(
        node, halves(items=ITEMS), other, standings=[{"id": "rank", "of": "all", "ties": ["share"], "min_votes": "1"}]
    )
    rows = [
        rated("甲", "满意", day, form=form, item=item)
        for form, day in (("1", "2020-03-01"), ("2", "2020-09-01"))
        for item in ITEMS
    ]
    rows += [rated("甲", "满意", form="3") | {"method": "other"}, rated("乙", "满意", form="3") | {"method": "other"}]
    found = review(made, {"units": units("甲 乙", category={"乙": "站所"}), "ratings": rows}, "standing")
    assert found.table("standing_respondents").rows() == [(0, "rank", "乙", 1), (0, "rank", "甲", 2)]


def test_votes_for_a_unit_that_is_not_on_the_list_make_it_no_respondents():
    """E19: a ballot is completed for every unit; who is no candidate was not voted on."""
    form = {"exactly": {"满意": "1"}, "unmarked": "基本满意"}
    ballot = {"id": "vote", "full": "10", "listed": ["候选"], "ratings": {"levels": LEVELS, "form": form}}
    given = {"id": "given", "full": "10", "marks": {"range": ["0", "10"]}}
    node = {"id": "all", "full": "20", "of": ["given", "vote"], "missing": "zero"}
    ties = [{"votes": "基本满意", "better": "more"}, "share"]
    made = plan(
        node,
        given,
        ballot,
        standings=[
            {"id": "first", "of": "given", "ties": ["share"]},
            {"id": "rank", "of": "all", "ties": ties, "min_votes": "1"},
        ],
        shortlists=[{"id": "候选", "from": "units", "by": "first", "side": "top", "take": "1"}],
    )
    rows = [rated("甲", "满意", who="a", form="1") | {"method": "vote"}]
    brought = [{"method": "given", "unit": unit, "mark": mark} for unit, mark in (("甲", "9"), ("乙", "8"))]
    found = review(made, {"units": units("甲 乙"), "marks": brought, "ratings": rows}, "standing")
    assert found.table("standing_respondents").rows() == [(0, "rank", "甲", 1)]
    assert found.table("rating_votes").rows() == [(0, "rank", "甲", "满意", 1)]


def test_votes_that_were_hidden_are_no_marks_and_no_place():
    """A number that must not be told is neither none nor missing: no policy fills it, here or above."""
    parts = {"id": "sat", "full": "50", "ratings": {"levels": {"满意": "1", "不满意": "0"}}}
    made = plan({"id": "total", "full": "150", "of": ["sat", "other"], "missing": "spread"}, parts, component("other"))
    votes = counts("unit|满意|不满意\n甲|9|1\n乙|9|0")
    votes[-1]["votes"] = None
    found = review(made, {"units": units("甲 乙"), "counts": votes, "marks": marked({"甲": 50, "乙": 50}, "other")})
    rows = found.table("component_marks").filter(pl.col("draw") == 0, pl.col("unit") == "乙").to_dicts()
    flags = {row["component"]: (row["exact"] is None, row["flag"]) for row in rows}
    assert flags == {"sat": (True, "suppressed"), "total": (True, "suppressed"), "other": (False, None)}
    assert found.table("unranked")["reason"].to_list() == ["suppressed"]
    assert found.table("totals").filter(pl.col("draw") == 0)["unit"].to_list() == ["甲"]
    (wanted,) = found.table("notices").filter(kind="unranked")["wanted"]
    assert wanted.startswith("有票数被隐去")


def test_a_unit_whose_votes_were_hidden_is_not_taken_for_unmeasured():
    levels = {"满意": "1", "不满意": "0"}
    made = plan({"id": "sat", "full": "50", "unmeasured": "full", "ratings": {"levels": levels}})
    votes = counts("unit|满意\n甲|9\n乙|9")
    votes[-1]["votes"] = None
    found = review(made, {"units": units("甲 乙"), "counts": votes}).table("component_marks").filter(unit="乙")
    assert found.select("exact", "flag").rows() == [(None, "suppressed")]


def test_who_brings_its_marks_has_none_of_votes_not_even_hidden_ones():
    """乙 brings 7; its votes are not asked for, and that one of their numbers is hidden costs it nothing."""
    leaf = {"id": "sat", "full": "10", "imported": {"management": "双重"}}
    leaf |= {"ratings": {"levels": {"满意": "1", "不满意": "0"}}}
    votes = counts("unit|满意|不满意\n甲|9|1\n乙|9|0")
    votes[-1]["votes"] = None
    facts = {"units": units("甲 乙", management={"乙": "双重"}), "counts": votes, "marks": marked({"乙": 7}, "sat")}
    found = review(plan(leaf), facts)
    assert dict(found.table("component_marks").select("unit", pl.col("marks").cast(float)).iter_rows()) == {
        "甲": 9,
        "乙": 7,
    }
    assert found.table("rating_marks")["unit"].to_list() == ["甲"]


def test_of_a_plan_that_rates_nobody_the_count_is_there_and_empty():
    """Its tables are those that statements make where somebody is rated, column by column."""
    columns = "select table_name, column_name, data_type from duckdb_columns() where not internal order by all"
    given = {"id": "boss", "full": "5", "marks": {"range": ["0", "5"], "decimals": "1"}}
    rated = review(plan(leaf()), {"units": units("甲")}, "tally").run.connection.execute(columns).fetchall()
    other = review(plan(given), {"units": units("甲")}, "tally").run.connection
    empty = other.execute(columns).fetchall()
    made = {name for name, *_ in rated}

    def plain(rows):  # which words an enum has is the plan's and the roster's matter
        return [(table, column, kind.split("(")[0]) for table, column, kind in rows if table in made]

    assert plain(empty) == plain(rated)
    counted = [name for name in script.names("tally") if name != "excluded_facts"]
    assert {name: other.table(name).fetchall() for name in counted} == {name: [] for name in counted}
