"""Lists: 四(二)1, 四(三): who may enter, how many, directly or by place, and who stays."""

from datetime import date
from hashlib import sha256

import pytest

from pingyi.plan.order import Order
from tests.rules.ranked import (
    FOUR,
    LOWEST,
    TIED,
    campaign,
    component,
    history,
    list_places,
    listed,
    second,
    told,
)
from tests.rules.test_decisions import decided
from tests.rules.test_standings import VETO, happened, vetoed
from tests.tiny import counts, plan, review, units


def test_the_best_and_the_worst():
    lists = [{}, {"id": "末位", "side": "bottom", "take": "1", "good": False}]
    found = campaign(FOUR, lists=lists)
    assert (listed(found), listed(found, "末位")) == (["甲", "乙"], ["丁"])


def test_a_list_from_below_counts_its_places_from_the_worst():
    assert list_places(campaign(FOUR, lists=[LOWEST]), "末位") == {"丁": (1, None), "丙": (2, None)}


# ------------------------------------------------------------------ ties at the cut


def test_all_tied_at_the_cut_enter():
    """Reading tie."""
    assert set(listed(campaign(TIED))) == {"甲", "乙", "丙"}


APART = {"standing": {"within": ["category"], "ties": ["draw"]}, "traits": {"category": {"丙": "站所"}}}


def test_a_tie_across_groups_is_asked_again_at_a_list_of_all_groups():
    """Ruling E16: 乙 and 丙 are ranked apart, so the standing never asked; the list does, and tells."""
    found = campaign(TIED, **APART)
    assert list_places(found) == {"甲": (1, None), "乙": (2, "open"), "丙": (2, "open")}
    assert told(found, "tie_open") == [("decision", "tie_open", "先进", None, "丙、乙")]


def test_a_lot_decides_across_groups_too():
    lots = [{"standing": "rank", "seed": "314159", "drawn_on": date(2020, 12, 31), "document": "记录"}]
    found = campaign(TIED, facts={"lots": lots}, **APART)
    first = min("乙丙", key=lambda unit: sha256(f"314159:{unit}".encode()).hexdigest())
    assert list_places(found) == {"甲": (1, None), first: (2, "lot")}
    assert told(found, "tie_lot") == [("notice", "tie_lot", "先进", None, "丙、乙")]


def test_keys_decide_across_groups_too():
    standing = {"within": ["category"], "ties": ["second", "share"]}
    found = campaign(TIED, standing=standing, traits=APART["traits"], **second({"乙": 5, "丙": 6}))
    assert list_places(found) == {"甲": (1, None), "丙": (2, "tie_keys")}


def test_a_tie_across_groups_that_is_shared_asks_nobody_for_anything():
    standing = {"within": ["category"], "ties": ["share"]}
    found = campaign(TIED, standing=standing, traits=APART["traits"])
    assert set(listed(found)) == {"甲", "乙", "丙"}
    assert [kind for kind in found.table("notices")["kind"] if kind.startswith("tie")] == []


def test_a_tie_in_two_groups_of_the_list_is_none():
    """Ruling E16: what decided an entry is about units of its group of the list."""
    found = campaign(TIED, lists=[{"take": "1", "within": ["category"]}], traits={"category": {"丙": "站所"}})
    assert list_places(found) == {"甲": (1, None), "丙": (1, None)}


def test_a_tie_far_from_the_list_is_not_told_of_it():
    found = campaign({"甲": 90, "乙": 85, "丙": 60, "丁": 60}, standing=APART["standing"], traits=APART["traits"])
    assert told(found, "tie_open") == []


# ------------------------------------------------------------------ how many


def test_so_many_of_each_group_with_places_of_their_own():
    """Ruling E15: the place on a list within groups is the place in the group."""
    found = campaign(FOUR, lists=[{"take": "1", "within": ["category"]}], traits={"category": {"丙": "站所"}})
    assert list_places(found) == {"甲": (1, None), "丙": (1, None)}


@pytest.mark.parametrize(
    ("share", "members"),
    [
        ("60%", ["甲", "乙"]),
        ({"part": "60%", "round": "up"}, ["甲", "乙", "丙"]),
        ({"part": "60%", "round": "half_up"}, ["甲", "乙"]),
        ({"part": "0.625", "round": "half_up"}, ["甲", "乙", "丙"]),
        ({"part": "0.5", "round": "up"}, ["甲", "乙"]),
        ({"part": "0.5", "round": "half_up"}, ["甲", "乙"]),
    ],
)
def test_a_share_of_the_units_says_how_it_rounds(share, members):
    """Ruling 11: a bare share is rounded down; 0.625 of four are two and a half."""
    assert listed(campaign(FOUR, lists=[{"take": None, "share": share}])) == members


@pytest.mark.parametrize(("of", "members"), [("pool", ["甲", "乙"]), ("eligible", ["甲"])])
def test_a_share_says_of_what(of, members):
    """Ruling 11: half of four, or half of the three that meet the condition."""
    rule = {"take": None, "share": {"part": "50%", "of": of}, "when": {"marks": {"score": {"from": "70"}}}}
    assert listed(campaign(FOUR, lists=[rule])) == members


@pytest.mark.parametrize(("of", "members"), [("pool", ["甲", "乙"]), ("eligible", ["甲"])])
def test_units_without_a_place_are_in_the_pool_and_not_eligible(of, members):
    found = campaign(
        {"甲": 90, "乙": 80, "丙": 70}, names="甲 乙 丙 丁", lists=[{"take": None, "share": {"part": "50%", "of": of}}]
    )
    assert listed(found) == members


@pytest.mark.parametrize(("of", "members"), [("pool", ["乙", "丙"]), ("eligible", ["乙"])])
def test_a_unit_that_is_on_another_list_directly_is_in_the_pool_and_not_eligible(of, members):
    """Ruling 11: half of four, or half of the three that may enter, since 甲 stands on the other list."""
    rule = {"take": None, "share": {"part": "50%", "of": of}, "leave_out_direct_of": ["往年"]}
    other = {"id": "往年", "also": {"listed": "往年", "years_ago": 1}, "when": {"marks": {"score": {"from": "90"}}}}
    history = [{"year": 2019, "unit": "甲", "list": "往年"}]
    assert listed(campaign(FOUR, lists=[rule, other], facts={"history": history})) == members


def test_a_share_of_each_group():
    traits = {"category": {"丙": "站所", "丁": "站所"}}
    found = campaign(FOUR, lists=[{"take": None, "share": "50%", "within": ["category"]}], traits=traits)
    assert list_places(found) == {"甲": (1, None), "丙": (1, None)}


def test_a_list_that_a_share_leaves_empty_is_told():
    """Ruling 11."""
    found = campaign(FOUR, lists=[{"take": None, "share": "20%"}])
    assert listed(found) == []
    assert told(found, "empty_list") == [("notice", "empty_list", "先进", None, None)]


QUOTA = {"by": "category", "take": {"站所": "1"}, "rest": "2"}


def test_quotas_by_a_column_of_the_roster():
    """四(二)1: so many of a system, the rest pooled."""
    found = campaign(FOUR, lists=[{"take": None, "quota": QUOTA}], traits={"category": {"丙": "站所", "丁": "站所"}})
    assert listed(found) == ["甲", "乙", "丙"]


def test_values_that_a_quota_does_not_name_have_no_seats_unless_there_is_a_rest():
    quota = {"by": "category", "take": {"站所": "1"}}
    found = campaign(FOUR, lists=[{"take": None, "quota": quota}], traits={"category": {"丙": "站所", "丁": "站所"}})
    assert listed(found) == ["丙"]


def test_a_named_value_and_one_of_the_rest_may_look_alike():
    """Named by its township, apportioned by its organ: the words are the same, the seats are not."""
    quota = {"by": "township", "take": {"某局": "1"}, "rest": "1", "rest_by": "organ"}
    found = campaign(FOUR, lists=[{"take": None, "quota": quota}], traits={"township": {"甲": "某局", "乙": "某局"}})
    assert listed(found) == ["甲", "丙"]


def test_a_list_may_be_called_like_a_column_of_the_roster():
    """What it is drawn from is no group of its seats."""
    three = {"id": "organ", "take": "3"}
    found = campaign(FOUR, lists=[three, {"from": ["organ"]}], traits={"organ": {"丙": "另一局"}})
    assert listed(found) == ["甲", "乙"]


def test_of_several_lists_the_empty_one_is_told():
    empty = {"id": "空", "when": {"units": {"category": "站所"}}}
    assert [row[2] for row in told(campaign(FOUR, lists=[{}, empty]), "empty_list")] == ["空"]


def test_seats_that_nobody_competes_for_are_told():
    """Ruling E15: vacant seats."""
    quota = {"by": "category", "take": {"站所": "2"}, "rest": "1"}
    found = campaign(FOUR, lists=[{"take": None, "quota": quota}], traits={"category": {"丁": "站所"}})
    assert listed(found) == ["甲", "丁"]
    assert told(found, "vacant_seats") == [("notice", "vacant_seats", "先进", None, "站所 1 个")]
    assert told(campaign(FOUR, lists=[{"take": "4"}]), "vacant_seats") == []


@pytest.mark.parametrize("also", [None, {"listed": "先进", "place": "inside"}])
def test_a_named_value_that_no_unit_bears_leaves_its_seats_vacant(also):
    found = campaign(FOUR, lists=[{"take": None, "quota": QUOTA, "also": also}])
    assert told(found, "vacant_seats") == [("notice", "vacant_seats", "先进", None, "站所 1 个")]
    assert told(found, "unused_value") == [("notice", "unused_value", "先进", None, "类别：站所")]


def test_who_enters_directly_has_taken_a_seat():
    """丁 by last year's list; of three seats of 站所 two are left, for nobody."""
    quota = {"by": "category", "take": {"站所": "3"}, "rest": "1"}
    rule = {"take": None, "quota": quota, "also": {"listed": "先进", "place": "inside"}}
    facts = history("year|unit|list\n2019|丁|先进")
    found = campaign(FOUR, lists=[rule], traits={"category": {"丁": "站所"}}, facts=facts)
    assert listed(found) == ["甲", "丁"]
    assert told(found, "vacant_seats") == [("notice", "vacant_seats", "先进", None, "站所 2 个")]


SIX = FOUR | {"戊": 50, "己": 40}
OTHERS = {"by": "system", "take": {"卫健": "1"}, "rest": "3", "rest_by": "category"}


def test_the_rest_may_be_apportioned_by_largest_remainder():
    """Reading other_44: 3 places over 4 机关 and 2 站所 are 2 and 1."""
    traits = {"category": {"戊": "站所", "己": "站所"}}
    assert listed(campaign(SIX, lists=[{"take": None, "quota": OTHERS}], traits=traits)) == ["甲", "乙", "戊"]


def test_the_rest_is_apportioned_over_what_the_list_draws_from():
    """Ruling E15: over the shortlist of four (甲 乙 丙 机关, 丁 站所), not over all six."""
    lists = [{"id": "入围", "take": "4"}, {"from": "入围", "take": None, "quota": OTHERS | {"rest": "2"}}]
    traits = {"category": {"丁": "站所", "戊": "站所", "己": "站所"}}
    found = campaign(SIX, lists=lists, traits=traits)
    assert listed(found) == ["甲", "乙"]


def test_the_rest_is_apportioned_before_conditions():
    """Ruling E15: of 4 机关 and 2 站所 whoever is under 70 may not enter; the seats of 站所 stay vacant."""
    rule = {"take": None, "quota": OTHERS, "when": {"marks": {"score": {"from": "60"}}}}
    found = campaign(SIX, lists=[rule], traits={"category": {"戊": "站所", "己": "站所"}})
    assert listed(found) == ["甲", "乙"]
    assert [row[-1] for row in told(found, "vacant_seats")] == ["卫健 1 个", "站所 1 个"]


def test_equal_remainders_go_to_the_value_with_more_units():
    """Two seats over 1 机关 and 3 站所: ½ and 1½."""
    quota = {"by": "system", "take": {"卫健": "1"}, "rest": "2", "rest_by": "category"}
    found = campaign(FOUR, lists=[{"take": None, "quota": quota}], traits={"category": dict.fromkeys("乙丙丁", "站所")})
    assert listed(found) == ["乙", "丙"]


# ------------------------------------------------------------------ direct entries

LAST_YEAR = history("year|unit|list\n2019|甲|末位\n2018|乙|末位")


@pytest.mark.parametrize(("place", "members"), [("on_top", ["丁", "丙", "甲"]), ("inside", ["丁", "甲"])])
def test_last_years_units_enter_directly(place, members):
    """Reading direct_entry."""
    found = campaign(FOUR, lists=[LOWEST | {"also": {"listed": "末位", "place": place}}], facts=LAST_YEAR)
    assert listed(found, "末位") == members


def test_a_direct_entrant_within_the_cut_uses_no_seat():
    """Ruling E14: 丁 is last anyway; on top it stands beside the quota."""
    facts = history("year|unit|list\n2019|丁|末位")
    found = campaign(FOUR, lists=[LOWEST | {"also": {"listed": "末位", "place": "on_top"}}], facts=facts)
    assert listed(found, "末位") == ["丁", "丙", "乙"]


def test_a_direct_entrant_needs_no_place():
    facts = history("year|unit|list\n2019|戊|末位")
    found = campaign(FOUR, names="甲 乙 丙 丁 戊", lists=[LOWEST | {"also": {"listed": "末位"}}], facts=facts)
    assert listed(found, "末位") == ["丁", "丙", "戊"]


def test_direct_entrants_inside_take_no_more_than_there_is():
    facts = history("year|unit|list\n2019|甲|末位\n2019|乙|末位\n2019|丙|末位")
    found = campaign(FOUR, lists=[LOWEST | {"also": {"listed": "末位", "place": "inside"}}], facts=facts)
    assert listed(found, "末位") == ["丙", "乙", "甲"]


@pytest.mark.parametrize("place", ["on_top", "inside"])
def test_direct_entrants_leave_a_list_without_limit_as_it_is(place):
    rule = {"id": "问责", "take": None, "side": "bottom", "good": False, "when": {"marks": {"score": {"below": "90"}}}}
    facts = history("year|unit|list\n2019|丁|末位")
    found = campaign(FOUR, lists=[rule | {"also": {"listed": "末位", "place": place}}, LOWEST], facts=facts)
    assert listed(found, "问责") == ["丁", "丙", "乙"]


@pytest.mark.parametrize(("left_out", "members"), [(["末位"], ["乙", "丙"]), ([], ["甲", "乙"])])
def test_a_direct_entrant_stays_off_the_other_list(left_out, members):
    """Reading both_lists: the next one moves up."""
    lists = [{"leave_out_direct_of": left_out}, LOWEST | {"also": {"listed": "末位"}}]
    assert listed(campaign(FOUR, lists=lists, facts=LAST_YEAR)) == members


@pytest.mark.parametrize("mode", ["when", "provided"])
def test_whoever_a_condition_keeps_off_the_one_list_is_not_left_out_of_the_other(mode):
    """Ruling E14: 甲 would enter the worst directly, but only who is under 80 may; so it is on the best."""
    own = {"also": {"listed": "末位"}, mode: {"marks": {"score": {"below": "80"}}}}
    found = campaign(FOUR, lists=[{"leave_out_direct_of": ["末位"]}, LOWEST | own], facts=LAST_YEAR)
    assert (listed(found), listed(found, "末位")) == (["甲", "乙"], ["丁", "丙"])


EXEMPT = {"categories": ["机关", "站所"], "exempt": {"listed": "先进", "years": "2"}}
TWICE = history("year|unit|list\n2019|甲|先进\n2018|甲|先进\n2019|乙|先进\n2019|乙|先进\n2019|甲|末位")


def test_units_listed_two_years_running_are_exempt():
    """二: 连续两年 means both years, not one of them twice."""
    assert listed(campaign(FOUR, facts=TWICE, units=EXEMPT)) == ["乙", "丙"]


def test_only_the_years_before_exempt():
    facts = history("year|unit|list\n2019|乙|先进\n2020|乙|先进\n2021|乙|先进")
    assert listed(campaign(FOUR, facts=facts, units=EXEMPT)) == ["甲", "乙"]


def test_an_exempt_unit_enters_nothing_directly_and_is_told_of():
    """Ruling E14."""
    found = campaign(FOUR, facts=TWICE, units=EXEMPT, lists=[{}, LOWEST | {"also": {"listed": "末位"}}])
    assert listed(found, "末位") == ["丁", "丙"]
    assert told(found, "exempt_absent") == [("notice", "exempt_absent", "末位", "甲", "2019")]


def test_an_exempt_unit_misses_nothing_on_a_good_list():
    found = campaign(FOUR, lists=[{"also": {"listed": "先进"}}], facts=TWICE, units=EXEMPT)
    assert told(found, "exempt_absent") == []


# ------------------------------------------------------------------ vetoes


def test_a_vetoed_unit_is_on_no_good_list_not_even_directly():
    """Ruling E14: although it is first in a standing of the other leaf, and was on last year's list."""
    lists = [{"also": {"listed": "先进"}}, LOWEST]
    facts = {"events": [happened("甲")]} | history("year|unit|list\n2019|甲|先进")
    found = campaign(FOUR, more=[{"id": "total", "of": ["events"]}, VETO], lists=lists, facts=facts)
    assert listed(found) == ["乙", "丙"]
    assert listed(found, "末位") == ["丁", "丙"]


def test_a_vetoed_unit_that_is_missing_on_the_worst_is_a_matter_to_decide():
    """Ruling E14: it has no place that could put it there."""
    found = vetoed("甲", lists=[{}, LOWEST])
    assert told(found, "veto_absent") == [("decision", "veto_absent", "末位", None, "甲")]


def test_a_vetoed_unit_is_not_missed_on_a_list_that_is_decided():
    facts = {"decisions": decided("丁丙", "丁丙", "末位")}
    assert told(vetoed("甲", lists=[{}, LOWEST], facts=facts), "veto_absent") == []


def test_a_vetoed_unit_is_missed_on_each_of_the_worst_that_it_is_not_on():
    """Last year's entry brings it onto the first of them."""
    worse = [LOWEST | {"also": {"listed": "末位"}}, LOWEST | {"id": "更差", "take": "1"}]
    facts = {"events": [happened("甲")]} | history("year|unit|list\n2019|甲|末位")
    found = campaign(FOUR, more=[{"id": "total", "of": ["events"]}, VETO], lists=worse, facts=facts)
    assert "甲" in listed(found, "末位")
    assert told(found, "veto_absent") == [("decision", "veto_absent", "更差", None, "甲")]


def test_a_vetoed_unit_that_the_list_is_not_about_is_not_missed():
    stations = LOWEST | {"when": {"units": {"category": "站所"}}}
    found = vetoed("甲", lists=[{}, stations], traits={"category": {"丁": "站所"}})
    assert told(found, "veto_absent") == []
    offices = LOWEST | {"when": {"units": {"category": "机关"}}}
    about = vetoed("甲", lists=[{}, offices], traits={"category": {"丁": "站所"}})
    assert told(about, "veto_absent") == [("decision", "veto_absent", "末位", None, "甲")]


def test_a_veto_of_all_marks_keeps_nobody_off_a_list():
    zero = VETO | {"events": {"base": "20", "items": {"重大": {"name": "事故", "points": "-1", "veto": "zero"}}}}
    facts = {"events": [happened("甲")]}
    found = campaign(FOUR, more=[{"id": "total", "of": ["events"]}, zero], facts=facts)
    assert listed(found) == ["甲", "乙"]


def test_good_lists_wait_for_every_veto_but_those_that_wait_for_them():
    """The leaf of vetoes is for candidates alone: the final list waits for it, the shortlist cannot."""
    leaf = VETO | {"listed": ["入围"]}
    lists = [
        {"id": id, "from": source, "by": "rank", "side": "top", "take": "2"}
        for id, source in (("入围", "units"), ("先进", "入围"))
    ]
    turns = Order(plan(component(), {"id": "total", "of": ["events"]}, leaf, lists=lists)).turns
    assert turns["list", "入围"] < turns["component", "events"] < turns["list", "先进"]


def test_a_veto_that_waited_for_the_shortlist_keeps_its_unit_off_the_final_list_alone():
    more = [{"id": "total", "of": ["events"]}, VETO | {"listed": ["入围"]}]
    lists = [{"id": "入围", "take": "3"}, {"from": "入围"}]
    found = campaign(FOUR, more=more, lists=lists, facts={"events": [happened("甲")]})
    assert (listed(found, "入围"), listed(found)) == (["甲", "乙", "丙"], ["乙", "丙"])


# ------------------------------------------------------------------ conditions


def test_a_list_draws_from_another_and_from_its_conditions():
    lists = [LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
    assert listed(campaign(FOUR, lists=lists), "最差") == ["丁"]
    below = [{"id": "问责", "take": None, "side": "bottom", "when": {"marks": {"score": {"below": "80"}}}}]
    assert listed(campaign(FOUR, lists=below), "问责") == ["丁", "丙"]
    both = [{"take": "3", "when": {"marks": {"score": {"from": "80"}}}}]
    assert listed(campaign(FOUR, lists=both)) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("bounds", "members"),
    [
        ({"from": "70"}, ["甲", "乙", "丙"]),
        ({"above": "70"}, ["甲", "乙"]),
        ({"below": "80"}, ["丙", "丁"]),
        ({"up_to": "80"}, ["乙", "丙", "丁"]),
        ({"above": "60", "below": "90"}, ["乙", "丙"]),
    ],
)
def test_bounds_of_marks(bounds, members):
    rule = {"take": None, "when": {"marks": {"score": bounds}}}
    assert sorted(listed(campaign(FOUR, lists=[rule]))) == sorted(members)


def test_a_unit_without_marks_meets_no_bound():
    rule = {"take": None, "when": {"marks": {"second": {"up_to": "50"}}}}
    assert listed(campaign(FOUR, lists=[rule], **second({"甲": 10, "乙": 60}))) == ["甲"]


@pytest.mark.parametrize(("condition", "entered"), [("when", ["丙", "乙"]), ("provided", ["丙"])])
def test_a_condition_before_the_cut_and_one_after_it(condition, entered):
    """吉州 七(一): of the last three those with 70 or more; nobody moves up for the others."""
    last = {"side": "bottom", "take": "2", "good": "false", condition: {"marks": {"score": {"from": "70"}}}}
    assert listed(campaign(FOUR, lists=[last])) == entered


def test_a_place_that_must_be_reached_is_that_on_the_list_as_drawn():
    """Ruling E15: three are drawn, the first two stay."""
    assert listed(campaign(FOUR, lists=[{"take": "3", "provided": {"place": {"up_to": "2"}}}])) == ["甲", "乙"]


def test_places_close_up_after_a_condition():
    rule = LOWEST | {"take": "3", "provided": {"marks": {"score": {"from": "70"}}}}
    assert list_places(campaign(FOUR, lists=[rule]), "末位") == {"丙": (1, None), "乙": (2, None)}


def test_a_direct_entrant_must_meet_what_is_provided_too():
    rule = LOWEST | {"also": {"listed": "末位"}, "provided": {"marks": {"score": {"up_to": "70"}}}}
    assert listed(campaign(FOUR, lists=[rule], facts=LAST_YEAR), "末位") == ["丁", "丙"]


def test_each_draw_looks_at_its_own_lists():
    """Who is lowest changes from draw to draw; who is so for the second year is the same unit in each of them."""
    leaf = {"id": "score", "full": "100", "ratings": {"levels": {"满意": "1", "不满意": "0"}}}
    lowest = {"id": "末位", "from": "units", "by": "rank", "side": "bottom", "good": False, "take": "1"}
    again = lowest | {"id": "连续", "take": None, "when": {"running": {"list": "末位", "years": "2"}}}
    standing = {"id": "rank", "of": "score", "ties": ["share"]}
    made = plan(leaf, standings=[standing], lists=[again, lowest])
    votes = counts("unit|满意|不满意\n甲|11|10\n乙|10|10\n丙|10|11", "score")
    facts = {"units": units(), "counts": votes} | history("year|unit|list\n2019|甲|末位\n2019|乙|末位\n2019|丙|末位")
    entries = review(made, facts, draws=30).table("list_entries")
    by_draw = {
        name: {draw: set(listed) for draw, listed in entries.filter(list=name).group_by("draw").agg("unit").rows()}
        for name in ("末位", "连续")
    }
    assert len({frozenset(one) for one in by_draw["末位"].values()}) > 1
    assert by_draw["连续"] == by_draw["末位"]


RUNNING = {"take": None, "when": {"running": {"list": "末位", "years": "2"}}}
LAST = history("year|unit|list\n2019|丁|末位\n2019|甲|末位\n2018|丙|末位")


def test_running_on_another_list_includes_this_year():
    """Ruling E17: 甲 was there last year only."""
    found = campaign(FOUR, lists=[RUNNING | {"id": "连续", "side": "bottom", "good": False}, LOWEST], facts=LAST)
    assert listed(found, "连续") == ["丁"]


def test_running_on_the_list_itself_looks_at_the_years_before():
    rule = RUNNING | {"id": "末位", "side": "bottom", "good": False}
    assert listed(campaign(FOUR, lists=[rule], facts=LAST), "末位") == ["丁", "甲"]


def test_a_list_of_organs_of_a_grade_asks_for_the_grade():
    rule = {"take": None, "when": {"grade": "优秀"}}
    grades = [{"organ": "某局", "grade": "优秀"}]
    traits = {"organ": {"丁": "另一局"}}
    found = campaign(FOUR, lists=[rule], facts={"grades": grades}, traits=traits)
    assert listed(found) == ["甲", "乙", "丙"]
    assert told(found, "grade_missing") == [("decision", "grade_missing", "另一局", None, None)]


# ------------------------------------------------------------------ checks
