"""Standings: 四(二)1, 四(三): places, ties, votes enough, bands."""

from datetime import date
from hashlib import sha256

import pytest

from tests.rules.ranked import FOUR, TIED, campaign, component, listed, marked, places, second, told
from tests.tiny import counts, plan, review, units


def test_equal_marks_share_their_place():
    """Reading tie."""
    found = campaign(TIED)
    assert places(found) == {"甲": (1, None), "乙": (2, "shared"), "丙": (2, "shared"), "丁": (4, None)}


# ------------------------------------------------------------------ exact until compared

THIRDS = {"levels": {"满意": "1", "不满意": "0"}}


def thirds(**more):
    """A total of three leaves: 甲 has a third in each, 乙 a whole in one."""
    leaves = [{"id": id, "full": "1", "ratings": THIRDS} for id in ("a", "b", "c")]
    made = plan({"id": "score", "of": ["a", "b", "c"], "full": "3"}, *leaves, **more)
    votes = [counts("unit|满意|不满意\n甲|1|2", id) for id in ("a", "b", "c")]
    votes += [counts(f"unit|满意|不满意\n乙|{yes}|{1 - yes}", id) for id, yes in (("a", 1), ("b", 0), ("c", 0))]
    return review(made, {"units": units("甲 乙"), "counts": [row for rows in votes for row in rows]})


def test_three_thirds_tie_with_one():
    """Ruling 1 of the meaning: ⅓+⅓+⅓ is 1; ten decimals of each would be 0.9999999999."""
    assert places(thirds()) == {"甲": (1, "shared"), "乙": (1, "shared")}


def test_three_thirds_reach_a_bound_of_one():
    """Ruling 1: conditions and bands compare what is exact."""
    found = thirds(
        bands=[{"id": "等级", "of": "score", "names": {"好": "1", "差": "0"}}],
        lists=[
            {"id": "先进", "from": "units", "by": "rank", "side": "top", "when": {"marks": {"score": {"from": "1"}}}},
        ],
    )
    assert set(listed(found)) == {"甲", "乙"}
    assert set(found.table("band_entries")["band"]) == {"好"}


# ------------------------------------------------------------------ ties


def test_a_second_component_decides_between_equal_marks():
    """四(三): the higher client score first."""
    found = campaign(TIED, standing={"ties": ["second", "share"]}, **second({"甲": 1, "乙": 5, "丙": 6, "丁": 1}))
    assert places(found)["丙"] == (2, "tie_keys")
    assert listed(found) == ["甲", "丙"]


MINUS = {"id": "second", "outside": "true", "marks": {"range": ["-10", "10"]}}


@pytest.mark.parametrize("third", ["draw", "share"])
def test_a_key_without_a_value_comes_last_and_is_told(third):
    """Ruling 10: keys −3, −1 and none; none is not 0."""
    same = {"甲": 80, "乙": 80, "丙": 80}
    keys = marked({"甲": -3, "乙": -1}, "second")
    found = campaign(same, standing={"ties": ["second", third]}, more=[MINUS], facts={"marks": keys})
    assert {unit: place for unit, (place, _) in places(found).items()} == {"乙": 1, "甲": 2, "丙": 3}
    assert told(found, "key_missing") == [("notice", "key_missing", "rank", "丙", "second")]


def test_of_several_keys_the_one_without_a_value_is_told():
    keys = marked({"甲": 5}, "second") + marked({"甲": 1, "乙": 2}, "third")
    more, ties = [MINUS, MINUS | {"id": "third"}], {"ties": ["second", "third", "share"]}
    found = campaign({"甲": 80, "乙": 80}, standing=ties, more=more, facts={"marks": keys})
    assert told(found, "key_missing") == [("notice", "key_missing", "rank", "乙", "second")]


def test_a_unit_without_votes_is_told_by_the_level_that_is_compared():
    """Both have 80 marks; 甲 has votes, all of them worth nothing, 乙 has none."""
    sat = SAT | {"ratings": SAT["ratings"] | {"none": {"then": "zero"}}}
    more, ties = [sat, {"id": "total", "of": ["score", "sat"]}], [{"votes": "不满意", "better": "fewer"}, "share"]
    facts = {"counts": counts("unit|满意|不满意\n甲|0|5")}
    found = campaign({"甲": 80, "乙": 80}, standing={"of": "total", "ties": ties}, more=more, facts=facts)
    assert told(found, "key_missing") == [("notice", "key_missing", "rank", "乙", "不满意")]


def test_a_key_that_decided_nothing_is_not_told():
    found = campaign({"甲": 90, "乙": 80}, standing={"ties": ["second", "share"]}, **second({"甲": 1}))
    assert told(found, "key_missing") == []


def test_a_later_key_without_a_value_is_not_told_where_an_earlier_one_decided():
    """甲 stands before 乙 by the first key; that it has no value in the second is nobody's concern."""
    third = MINUS | {"id": "third"}
    keys = marked({"甲": 5, "乙": 3}, "second") + marked({"乙": 1}, "third")
    ties = {"ties": ["second", "third", "share"]}
    found = campaign({"甲": 80, "乙": 80}, standing=ties, more=[MINUS, third], facts={"marks": keys})
    assert places(found) == {"甲": (1, "tie_keys"), "乙": (2, "tie_keys")}
    assert told(found, "key_missing") == []


SAT = {"id": "sat", "full": "100", "ratings": {"levels": {"满意": "1", "基本满意": "0.5", "不满意": "0"}}}
FEWER = [{"votes": "不满意", "better": "fewer"}, "draw"]


def test_votes_of_a_level_may_tell_equal_marks_apart():
    """银川 tie: more dissatisfied votes stand further back; what is still equal waits for lots."""
    made = plan(SAT, standings=[{"id": "rank", "of": "sat", "ties": FEWER}])
    votes = counts("unit|满意|基本满意|不满意\n甲|1|0|1\n乙|0|2|0\n丙|2|0|2\n丁|0|4|0")
    found = review(made, {"units": units("甲 乙 丙 丁"), "counts": votes})
    open_ = {"乙": (1, "open"), "丁": (1, "open"), "甲": (3, "tie_keys"), "丙": (4, "tie_keys")}
    assert places(found) == open_


def test_votes_of_a_level_are_those_of_all_channels():
    """甲 has three in each of two channels, 乙 five in one and none in the other; both have half of the marks."""
    ratings = SAT["ratings"] | {"channels": [{"id": "网上"}, {"id": "现场"}]}
    made = plan(SAT | {"ratings": ratings}, standings=[{"id": "rank", "of": "sat", "ties": FEWER}])
    votes = counts("unit|channel|满意|不满意\n甲|网上|3|3\n甲|现场|3|3\n乙|网上|5|5\n乙|现场|0|0")
    assert places(review(made, {"units": units("甲 乙"), "counts": votes})) == {
        "乙": (1, "tie_keys"),
        "甲": (2, "tie_keys"),
    }


def test_a_unit_without_any_vote_has_no_votes_of_a_level_either():
    """Ruling 10: no ballot at all is no value; ballots without the level are none of it."""
    ratings = {"levels": {"满意": "1", "一般": "0", "不满意": "0"}, "none": {"then": "zero"}}
    made = plan(SAT | {"ratings": ratings}, standings=[{"id": "rank", "of": "sat", "ties": FEWER}])
    votes = counts("unit|满意|一般|不满意\n甲|0|0|1\n乙|0|2|0")
    found = review(made, {"units": units("甲 乙 丙"), "counts": votes})
    assert places(found) == {"乙": (1, "tie_keys"), "甲": (2, "tie_keys"), "丙": (3, "tie_keys")}


def test_a_lot_decides_last_and_anyone_can_repeat_it():
    """SHA-256 of "seed:unit"; the smaller ticket has the better place."""
    lots = [{"standing": "rank", "seed": "314159", "drawn_on": date(2020, 12, 31), "document": "记录"}]
    found = campaign(TIED, standing={"ties": ["draw"]}, facts={"lots": lots})
    first = min("乙丙", key=lambda unit: sha256(f"314159:{unit}".encode()).hexdigest())
    assert listed(found) == ["甲", first]
    assert places(found)[first] == (2, "lot")
    assert told(found, "tie_lot") == [("notice", "tie_lot", "rank", None, "丙、乙")]


def test_without_a_recorded_lot_the_tie_stays_open_and_is_reported():
    found = campaign(TIED, standing={"ties": ["draw"]})
    assert places(found)["乙"] == places(found)["丙"] == (2, "open")
    assert told(found, "tie_open", "tie_lot") == [("decision", "tie_open", "rank", None, "丙、乙")]


def test_two_ties_of_one_total_are_told_apart():
    """乙 and 丙 are equal by the key, 丁 and 戊 by another value of it."""
    same = {"甲": 90, "乙": 80, "丙": 80, "丁": 80, "戊": 80}
    keys = second({"乙": 5, "丙": 5, "丁": 4, "戊": 4})
    found = campaign(same, standing={"ties": ["second", "draw"]}, **keys)
    assert [row[-1] for row in told(found, "tie_open")] == ["丁、戊", "丙、乙"]


def test_units_are_ranked_apart_where_the_plan_says_so():
    found = campaign(FOUR, standing={"within": ["category"]}, traits={"category": {"丙": "站所", "丁": "站所"}})
    assert {unit: place for unit, (place, _) in places(found).items()} == {"甲": 1, "乙": 2, "丙": 1, "丁": 2}


def test_equal_marks_in_two_groups_are_no_tie_of_the_standing():
    found = campaign(TIED, standing={"within": ["category"]}, traits={"category": {"丙": "站所"}})
    assert places(found) == {"甲": (1, None), "乙": (2, None), "丙": (1, None), "丁": (3, None)}


# ------------------------------------------------------------------ who is ranked

RATED = {"id": "score", "full": "100", "ratings": {"levels": {"满意": "1", "不满意": "0"}}}


def test_units_with_few_votes_may_be_left_unranked():
    made = plan(RATED, standings=[{"id": "rank", "of": "score", "ties": ["share"], "min_votes": "10"}])
    found = review(made, {"units": units("甲 乙"), "counts": counts("unit|满意|不满意\n甲|9|0\n乙|9|1", "score")})
    assert places(found) == {"乙": (1, None)}
    assert found.table("unranked").rows() == [("甲", "rank", "few_votes")]
    assert told(found, "unranked") == [("decision", "unranked", "rank", "甲", "few_votes")]


def test_votes_are_not_asked_of_units_that_bring_their_marks():
    """Ruling E13: an import has no ballots to count."""
    brought = RATED | {"imported": {"system": "卫健"}}
    made = plan(
        {"id": "total", "of": ["score"]},
        brought,
        units={"categories": ["机关"], "systems": {"卫健": "卫健系统"}},
        standings=[{"id": "rank", "of": "total", "ties": ["share"], "min_votes": "10"}],
    )
    facts = {"units": units("甲 乙 丙", system={"甲": "卫健"}), "marks": marked({"甲": 80})}
    found = review(made, facts | {"counts": counts("unit|满意|不满意\n乙|9|1\n丙|9|0", "score")})
    assert places(found) == {"乙": (1, None), "甲": (2, None)}


def test_whoever_is_not_ranked_is_told_why():
    """What is missing is asked for."""
    found = campaign(FOUR, names="甲 乙 丙 丁 戊")
    assert found.table("unranked").rows() == [("戊", "rank", "missing")]
    assert told(found, "unranked") == [("decision", "unranked", "rank", "戊", "missing")]


VETO = {"id": "events", "full": "20", "events": {"base": "20", "items": {"重大": {"name": "重大事故", "points": "-1"}}}}
VETO["events"]["items"]["重大"] |= {"veto": "not_ranked"}


def happened(unit, event="1", item="重大", **more):
    row = {"event": event, "unit": unit, "item": item, "happened_on": date(2020, 3, 1), "times": 1, "points": None}
    return row | {"status": "confirmed", "deed": None} | more


def vetoed(unit, **more):
    """FOUR of marks, of which a unit is vetoed in a second leaf."""
    total = {"id": "total", "of": ["score", "events"]}
    facts = {"events": [happened(unit)]} | more.pop("facts", {})
    return campaign(FOUR, standing={"of": "total"}, more=[total, VETO], facts=facts, **more)


def test_a_veto_is_told_as_a_veto_and_asks_nobody_for_data():
    """Ruling 2."""
    found = vetoed("甲")
    assert found.table("unranked").rows() == [("甲", "rank", "veto")]
    assert told(found, "unranked", "veto") == [
        ("notice", "unranked", "rank", "甲", "veto"),
        ("notice", "veto", "events", "甲", "重大事故"),
    ]
    wanted = " ".join(found.table("notices").filter(unit="甲")["wanted"])
    assert "补齐" not in wanted
    assert "不必补报" in wanted


def test_vetoes_of_two_leaves_that_are_scored_one_after_the_other_are_one():
    """The second leaf waits for a list; a node above both had two rows for a unit that both veto."""
    items = {"后查": VETO["events"]["items"]["重大"]}
    late = VETO | {"id": "late", "listed": ["末位"], "events": VETO["events"] | {"items": items}}
    ranks = [{"id": id, "of": of, "ties": ["share"]} for id, of in (("rank", "score"), ("last", "total"))]
    low = [{"id": "末位", "from": "units", "by": "rank", "side": "bottom", "take": "4", "good": "false"}]
    nodes = [component(), {"id": "total", "of": ["score", "events", "late"]}, VETO, late]
    made = plan(*nodes, standings=ranks, lists=low)
    facts = {"marks": marked(FOUR), "events": [happened("甲"), happened("甲", "2", "后查")]}
    found = review(made, {"units": units(" ".join(FOUR))} | facts)
    rows = found.table("component_marks").filter(component="total", unit="甲")
    assert [(row["exact"], row["flag"]) for row in rows.to_dicts()] == [(None, "veto")]
    assert ("甲", "last", "veto") in found.table("unranked").rows()


# ------------------------------------------------------------------ bands

GRADES = [{"id": "等级", "of": "score", "names": {"优秀": "80", "合格": "70"}}]


def test_bands_include_their_lower_bound_and_what_is_below_the_last_is_told():
    """Ruling E13: below the lowest band is a notice."""
    found = campaign(FOUR, bands=GRADES)
    assert dict(found.table("band_entries").select("unit", "band").iter_rows()) == {
        "甲": "优秀",
        "乙": "优秀",
        "丙": "合格",
    }
    assert [row[:4] for row in told(found, "below_bands")] == [("decision", "below_bands", "等级", "丁")]


# ------------------------------------------------------------------ checks
