"""Standings, lists and consequences: 四(二)1, 四(三) and 五."""

import pytest

from tests.tiny import counts, plan, review, table, units


def component(id="score"):
    return {"id": id, "full": "100", "marks": {"range": ["0", "100"]}}


def campaign(marked, *, names=None, lists=None, standing=None, more=(), facts=None, traits=None, **sections):
    """A review through its outcomes: one mark for each unit, one standing, the lists under test."""
    names = names or " ".join(marked)
    made = plan(
        component(),
        *more,
        standings=[{"id": "rank", "of": "score", "ties": ["share"]} | (standing or {})],
        lists=[
            {"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2"} | one for one in lists or [{}]
        ],
        **sections,
    )
    rows = [{"method": "score", "unit": unit, "mark": str(mark)} for unit, mark in marked.items()]
    facts = dict(facts or {})
    facts["marks"] = rows + facts.get("marks", [])
    return review(made, {"units": units(names, **(traits or {}))} | facts)


def listed(found, name="先进"):
    """Units of a list in order, units of equal place in order of their ids."""
    entries = found.table("list_entries").to_dicts()
    return [one["unit"] for one in sorted(entries, key=lambda one: (one["place"], one["unit"])) if one["list"] == name]


def places(found):
    return {one["unit"]: (one["place"], one["decided_by"]) for one in found.table("totals").to_dicts()}


FOUR = {"甲": 90, "乙": 80, "丙": 70, "丁": 60}
TIED = {"甲": 90, "乙": 80, "丙": 80, "丁": 60}


def test_the_best_and_the_worst():
    lists = [{}, {"id": "末位", "side": "bottom", "take": "1", "good": False}]
    found = campaign(FOUR, lists=lists)
    assert (listed(found), listed(found, "末位")) == (["甲", "乙"], ["丁"])


def test_equal_marks_share_their_place_and_all_tied_at_the_cut_enter():
    """Reading tie."""
    found = campaign(TIED)
    assert places(found) == {"甲": (1, None), "乙": (2, "shared"), "丙": (2, "shared"), "丁": (4, None)}
    assert set(listed(found)) == {"甲", "乙", "丙"}


def second(marked):
    rows = [{"method": "second", "unit": unit, "mark": str(mark)} for unit, mark in marked.items()]
    return {"more": [component("second")], "facts": {"marks": rows}}


def test_a_second_component_decides_between_equal_marks():
    """四(三): the higher client score first."""
    found = campaign(TIED, standing={"ties": ["second", "share"]}, **second({"甲": 1, "乙": 5, "丙": 6, "丁": 1}))
    assert places(found)["丙"] == (2, "tie_keys")
    assert listed(found) == ["甲", "丙"]


def test_a_lot_decides_last_and_anyone_can_repeat_it():
    """SHA-256 of "seed:unit"; the smaller ticket has the better place."""
    from hashlib import sha256

    lots = [{"standing": "rank", "seed": "314159", "drawn_on": None, "document": "记录"}]
    found = campaign(TIED, standing={"ties": ["draw"]}, facts={"lots": lots})
    first = min("乙丙", key=lambda unit: sha256(f"314159:{unit}".encode()).hexdigest())
    assert listed(found) == ["甲", first]
    assert places(found)[first] == (2, "lot")


def test_without_a_recorded_lot_the_tie_stays_open_and_is_reported():
    found = campaign(TIED, standing={"ties": ["draw"]})
    assert places(found)["乙"] == places(found)["丙"] == (2, "open")
    notices = found.table("notices").to_dicts()
    assert [(one["severity"], one["kind"], one["found"]) for one in notices] == [("decision", "tie_open", "丙、乙")]


def test_units_are_ranked_apart_where_the_plan_says_so():
    found = campaign(FOUR, standing={"within": ["category"]}, traits={"category": {"丙": "站所", "丁": "站所"}})
    assert {unit: place for unit, (place, _) in places(found).items()} == {"甲": 1, "乙": 2, "丙": 1, "丁": 2}


def test_units_with_few_votes_may_be_left_unranked():
    ratings = {"id": "score", "full": "100", "ratings": {"levels": {"满意": "1", "不满意": "0"}}}
    made = plan(ratings, standings=[{"id": "rank", "of": "score", "ties": ["share"], "min_votes": "10"}])
    found = review(made, {"units": units("甲 乙"), "counts": counts("unit|满意|不满意\n甲|9|0\n乙|9|1", "score")})
    assert places(found) == {"乙": (1, None)}
    assert found.table("unranked").rows() == [("甲", "rank", "few_votes")]


def test_bands_include_their_lower_bound():
    found = campaign(FOUR, bands=[{"id": "等级", "of": "score", "names": {"优秀": "80", "合格": "70", "不合格": "0"}}])
    bands = dict(found.table("band_entries").select("unit", "band").iter_rows())
    assert bands == {"甲": "优秀", "乙": "优秀", "丙": "合格", "丁": "不合格"}


def test_so_many_of_each_group():
    found = campaign(FOUR, lists=[{"take": "1", "within": ["category"]}], traits={"category": {"丙": "站所"}})
    assert listed(found) == ["甲", "丙"]


def test_a_share_of_the_units_rounded_down():
    assert listed(campaign(FOUR, lists=[{"take": None, "share": "60%"}])) == ["甲", "乙"]


QUOTA = {"by": "category", "take": {"站所": "1"}, "rest": "2"}


def test_quotas_by_a_column_of_the_roster():
    """四(二)1: so many of a system, the rest pooled."""
    found = campaign(FOUR, lists=[{"take": None, "quota": QUOTA}], traits={"category": {"丙": "站所", "丁": "站所"}})
    assert listed(found) == ["甲", "乙", "丙"]


def test_the_rest_may_be_apportioned_by_largest_remainder():
    """Reading other_44: 3 places over 4 机关 and 2 站所 are 2 and 1."""
    marked = FOUR | {"戊": 50, "己": 40}
    quota = {"by": "system", "take": {"卫健": "1"}, "rest": "3", "rest_by": "category"}
    traits = {"category": {"戊": "站所", "己": "站所"}}
    known = {"categories": ["机关", "站所"], "management": ["单独"], "systems": {"卫健": "卫健系统"}}
    found = campaign(marked, lists=[{"take": None, "quota": quota}], traits=traits, units=known)
    assert listed(found) == ["甲", "乙", "戊"]


def history(text):
    return {"history": [{**row, "year": int(row["year"])} for row in table(text)]}


LAST_YEAR = history("year|unit|list\n2019|甲|末位\n2018|乙|末位")
LOWEST = {"id": "末位", "side": "bottom", "take": "2", "good": False}


@pytest.mark.parametrize(("place", "members"), [("on_top", ["丁", "丙", "甲"]), ("inside", ["丁", "甲"])])
def test_last_years_units_enter_directly(place, members):
    """Reading direct_entry."""
    found = campaign(FOUR, lists=[LOWEST | {"also": {"listed": "末位", "place": place}}], facts=LAST_YEAR)
    assert listed(found, "末位") == members


@pytest.mark.parametrize(("left_out", "members"), [(["末位"], ["乙", "丙"]), ([], ["甲", "乙"])])
def test_a_direct_entrant_stays_off_the_other_list(left_out, members):
    """Reading both_lists: the next one moves up."""
    lists = [{"leave_out_direct_of": left_out}, LOWEST | {"also": {"listed": "末位"}}]
    assert listed(campaign(FOUR, lists=lists, facts=LAST_YEAR)) == members


def test_a_list_draws_from_another_and_from_its_conditions():
    lists = [LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
    assert listed(campaign(FOUR, lists=lists), "最差") == ["丁"]
    below = [{"id": "问责", "take": None, "side": "bottom", "when": {"marks": {"score": {"below": "80"}}}}]
    assert listed(campaign(FOUR, lists=below), "问责") == ["丁", "丙"]
    both = [{"take": "3", "when": {"marks": {"score": {"from": "80"}}}}]
    assert listed(campaign(FOUR, lists=both)) == ["甲", "乙"]


def test_units_listed_two_years_running_are_exempt():
    """二: 连续两年 means both years, not one of them twice."""
    rows = history("year|unit|list\n2019|甲|先进\n2018|甲|先进\n2019|乙|先进\n2019|乙|先进")
    exempt = {"categories": ["机关"], "exempt": {"listed": "先进", "years": "2"}}
    assert listed(campaign(FOUR, facts=rows, units=exempt)) == ["乙", "丙"]


EFFECTS = {"effects": {"分": {"unit": "分"}, "档": {}}}


def outcome(**more):
    return {"id": "o", "list": "先进", "effect": "分", "to": "organ", "amount": "5"} | more


def consequences(outcomes, **more):
    found = campaign(FOUR, outcomes=outcomes, **EFFECTS, **more).table("outcomes").to_dicts()
    return [(one["subject_kind"], one["subject"], one["unit"], one["amount"]) for one in found]


def test_consequences_by_kind_of_management():
    """五(一): organ and township under dual management."""
    dual = {"when": {"units": {"management": "双重"}}}
    rules = [outcome(**dual), outcome(id="p", to="township", amount="2.5", **dual)]
    found = consequences(rules, traits={"management": {"乙": "双重"}, "township": {"乙": "某镇"}})
    assert found == [("organ", "某局", "乙", 5), ("township", "某镇", "乙", 2.5)]


def test_consequences_by_place_and_grade():
    """五(一): the first, unless the organ is top already."""
    first = {"effect": "档", "amount": None, "to": "unit", "when": {"place": {"up_to": "1"}}}
    grades = {"grades": [{"organ": "某局", "grade": "优秀"}]}
    assert consequences([outcome(**first)]) == [("unit", "甲", "甲", None)]
    assert consequences([outcome(**first, unless={"grade": "优秀"})], facts=grades) == []
    assert consequences([outcome(**first, unless={"grade": "优秀"})]) == [("unit", "甲", "甲", None)]


def test_two_years_running():
    """五(二): last year too, not the year before."""
    rule = outcome(to="unit_head", amount=None, when={"running": {"list": "先进", "years": "2"}})
    rows = history("year|unit|list\n2019|甲|先进\n2018|乙|先进")
    assert consequences([rule], facts=rows) == [("unit_head", "甲", "甲", None)]


def test_the_harsher_rule_may_stand_instead_or_besides():
    """Reading worst_points."""
    lists = [LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
    worst = outcome(id="w", list="最差", amount="-10")
    instead = [outcome(list="末位", amount="-5", leave_out=["最差"]), worst]
    besides = [outcome(list="末位", amount="-5"), worst]
    assert sorted(amount for *_, amount in consequences(instead, lists=lists)) == [-10, -5]
    assert sorted(amount for *_, amount in consequences(besides, lists=lists)) == [-10, -5, -5]


@pytest.mark.parametrize(("combine", "amount"), [("sum", -4), ("strongest", -5)])
def test_several_units_of_one_organ(combine, amount):
    """Reading several_units: +5 +5 −10 −4 add up to −4; the strongest are +5 and −10."""
    lists = [{}, LOWEST, {"id": "最差", "from": "末位", "side": "bottom", "take": "1"}]
    rules = [
        outcome(),
        outcome(id="b", list="末位", amount="-4", leave_out=["最差"]),
        outcome(id="w", list="最差", amount="-10"),
    ]
    effects = {"effects": {"分": {"combine": combine}}}
    sums = campaign(FOUR, lists=lists, outcomes=rules, **effects).table("outcome_sums").to_dicts()
    assert [(one["subject"], one["amount"]) for one in sums] == [("某局", amount)]


@pytest.mark.parametrize(("condition", "entered"), [("when", ["丙", "乙"]), ("provided", ["丙"])])
def test_a_condition_before_the_cut_and_one_after_it(condition, entered):
    """吉州 七(一): of the last three those with 70 or more; nobody moves up for the others."""
    last = {"side": "bottom", "take": "2", "good": "false", condition: {"marks": {"score": {"from": "70"}}}}
    assert listed(campaign(FOUR, lists=[last])) == entered


def test_votes_of_a_level_may_tell_equal_marks_apart():
    """银川 tie: more dissatisfied votes stand further back; what is still equal waits for lots."""
    sat = {"id": "sat", "full": "100", "ratings": {"levels": {"满意": "1", "基本满意": "0.5", "不满意": "0"}}}
    ties = [{"votes": "不满意", "better": "fewer"}, "draw"]
    made = plan(sat, standings=[{"id": "rank", "of": "sat", "ties": ties}])
    votes = counts("unit|满意|基本满意|不满意\n甲|1|0|1\n乙|0|2|0\n丙|2|0|2\n丁|0|4|0")
    found = review(made, {"units": units("甲 乙 丙 丁"), "counts": votes})
    open_ = {"乙": (1, "open"), "丁": (1, "open"), "甲": (3, "tie_keys"), "丙": (4, "tie_keys")}
    assert places(found) == open_
