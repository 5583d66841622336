"""Lists that are decided on a day: a recorded decision stands, whatever comes to be known later."""

from datetime import date

import polars as pl
import pytest

from pingyi.scoring.review import Review
from tests.rules.ranked import FOUR, LOWEST, campaign, component, history, list_places, listed, marked, told
from tests.rules.test_standings import VETO, happened
from tests.tiny import counts, plan, review, units

DAY = date(2020, 11, 4)


def decided(proposed, members, name="先进", on=DAY):
    """A decision: who was proposed, and who was decided."""
    return [
        {"list": name, "unit": unit, "proposed": unit in proposed, "decided": unit in members, "decided_on": on}
        | {"decided_by": "领导小组", "why": "研究确定", "document": "纪要"}
        for unit in sorted({*proposed, *members})
    ]


def test_until_it_is_decided_a_list_is_proposed():
    found = campaign(FOUR, lists=[{"decided": {"by": "领导小组"}}])
    assert found.table("list_states").rows() == [("先进", "proposed", None, None, None)]
    assert found.table("list_proposals").height == 0


def test_a_decided_list_holds_who_was_decided():
    """Ruling 14: 丙 in place of 乙, whatever the marks."""
    found = campaign(FOUR, facts={"decisions": decided("甲乙", "甲丙")})
    assert list_places(found) == {"甲": (1, None), "丙": (2, None)}
    assert found.table("list_states").rows() == [("先进", "decided", DAY, "领导小组", "纪要")]


def test_equal_units_of_a_decided_list_share_their_place():
    same = {"甲": 80, "乙": 80, "丙": 70, "丁": 60}
    found = campaign(same, facts={"decisions": decided("甲乙丙", "甲乙丙")})
    assert {unit: place for unit, (place, _) in list_places(found).items()} == {"甲": 1, "乙": 1, "丙": 3}


def test_a_decision_for_nobody_is_one():
    found = campaign(FOUR, facts={"decisions": decided("甲乙", "")})
    assert listed(found) == []
    assert told(found, "empty_list", "vacant_seats") == []


def test_other_lists_stay_proposed():
    found = campaign(FOUR, lists=[{}, LOWEST], facts={"decisions": decided("甲乙", "甲丙")})
    assert listed(found, "末位") == ["丁", "丙"]
    assert dict(found.table("list_states").select("list", "state").iter_rows()) == {
        "先进": "decided",
        "末位": "proposed",
    }


def test_what_the_facts_would_put_there_today_is_kept_beside():
    """Ruling 14: the report says what later facts would have changed."""
    found = campaign(FOUR, facts={"decisions": decided("甲丙", "甲丙")})
    rows = found.table("list_proposals").select("list", "place", "unit", "total", "direct").rows()
    assert rows == [("先进", 1, "甲", 90, False), ("先进", 2, "乙", 80, False)]
    assert told(found, "decision_differs") == [("notice", "decision_differs", "先进", None, "会列入：乙；会退出：丙")]


def test_what_was_decided_otherwise_is_no_matter_of_later_facts():
    """乙 was proposed and 丙 decided in its place: today's facts say what they said then."""
    assert told(campaign(FOUR, facts={"decisions": decided("甲乙", "甲丙")}), "decision_differs") == []


def test_what_depends_on_a_list_goes_by_the_decision():
    """The final list, and its consequences, are drawn from the decided shortlist."""
    lists = [{"id": "入围"}, {"from": "入围", "take": "2"}]
    found = campaign(FOUR, lists=lists, facts={"decisions": decided("甲乙", "甲丙", "入围")})
    assert listed(found) == ["甲", "丙"]


BALLOT = {"id": "ballot", "full": "100", "listed": ["入围"], "ratings": {"levels": {"满意": "1", "不满意": "0"}}}


def test_a_component_for_a_list_exists_for_who_was_decided():
    """A late case took 乙 off the places; it was on the ballot all the same, and 丙 was not."""
    made = plan(
        component(),
        {"id": "total", "of": ["score", "ballot"]},
        BALLOT,
        standings=[{"id": id, "of": id, "ties": ["share"]} for id in ("score", "total")],
        shortlists=[{"id": "入围", "from": "units", "by": "score", "side": "top", "take": "2"}],
        lists=[{"id": "先进", "from": "入围", "by": "total", "side": "top", "take": "1"}],
    )
    facts = {"units": units("甲 乙 丙"), "marks": marked({"甲": 90, "乙": 60, "丙": 70})}
    facts |= {
        "counts": counts("unit|满意|不满意\n甲|1|1\n乙|2|0", "ballot"),
        "decisions": decided("甲乙", "甲乙", "入围"),
    }
    found = review(made, facts)
    assert listed(found, "入围") == ["甲", "乙"]
    assert listed(found) == ["乙"]


def test_an_exempt_unit_that_was_decided_stays():
    """Ruling E19."""
    exempt = {"categories": ["机关"], "exempt": {"listed": "先进", "years": "2"}}
    facts = history("year|unit|list\n2019|甲|先进\n2018|甲|先进") | {"decisions": decided("甲乙", "甲乙")}
    found = campaign(FOUR, units=exempt, facts=facts)
    assert listed(found) == ["乙", "甲"]


def test_a_vetoed_unit_that_was_decided_stays():
    facts = {"events": [happened("甲")], "decisions": decided("甲乙", "甲乙")}
    found = campaign(FOUR, more=[{"id": "total", "of": ["events"]}, VETO], facts=facts)
    assert listed(found) == ["甲", "乙"]
    assert told(found, "decision_differs") == [("notice", "decision_differs", "先进", None, "会列入：丙；会退出：甲")]


def test_places_on_a_decided_list_of_groups_are_those_in_the_group():
    rule = {"take": "1", "within": ["category"]}
    facts = {"decisions": decided("甲乙丙", "甲乙丙")}
    found = campaign(FOUR, lists=[rule], traits={"category": {"丙": "站所"}}, facts=facts)
    assert list_places(found) == {"甲": (1, None), "乙": (2, None), "丙": (1, None)}


def test_who_entered_directly_is_known_of_a_decided_list_too():
    lists = [{"leave_out_direct_of": ["末位"]}, LOWEST | {"also": {"listed": "末位"}}]
    facts = history("year|unit|list\n2019|甲|末位") | {"decisions": decided("甲丙丁", "甲丙丁", "末位")}
    found = campaign(FOUR, lists=lists, facts=facts)
    assert listed(found) == ["乙", "丙"]


def test_whoever_was_decided_off_the_list_is_not_left_out_of_the_other():
    lists = [{"leave_out_direct_of": ["末位"]}, LOWEST | {"also": {"listed": "末位"}}]
    facts = history("year|unit|list\n2019|甲|末位") | {"decisions": decided("甲丙丁", "丙丁", "末位")}
    assert listed(campaign(FOUR, lists=lists, facts=facts)) == ["甲", "乙"]


@pytest.mark.parametrize(("day", "state"), [(3, "proposed"), (4, "decided")])
def test_a_decision_is_known_from_its_day_on(day, state):
    facts = {"units": units("甲 乙 丙"), "marks": marked({"甲": 90, "乙": 80, "丙": 70})}
    facts |= {"decisions": decided("甲", "乙")}
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in facts.items()}
    found = Review.begin(plan(component()), frames, as_of=date(2020, 11, day)).through("outcomes")
    assert found.table("list_states")["state"].to_list() == [state]


def test_a_decided_list_is_the_same_in_every_draw():
    ratings = {"levels": {"满意": "1", "不满意": "0"}}
    made = plan({"id": "sat", "full": "100", "ratings": ratings})
    facts = {
        "units": units("甲 乙"),
        "counts": counts("unit|满意|不满意\n甲|5|5\n乙|6|5"),
        "decisions": decided("甲", "甲"),
    }
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in facts.items()}
    found = Review.begin(made, frames, draws=5).through("outcomes").table("list_entries")
    assert sorted(found.select("draw", "unit").rows()) == [(draw, "甲") for draw in range(6)]


def test_a_tie_at_the_cut_of_a_decided_list_is_settled():
    """The lists's own tie is told while it is proposed, and was decided with it."""
    same = {"甲": 90, "乙": 80, "丙": 80}
    apart = {"standing": {"within": ["category"], "ties": ["draw"]}, "traits": {"category": {"丙": "站所"}}}
    assert told(campaign(same, **apart), "tie_open")
    assert told(campaign(same, facts={"decisions": decided("甲乙", "甲乙")}, **apart), "tie_open") == []


def test_published_names_of_states_and_proposals():
    found = campaign(FOUR, facts={"decisions": decided("甲丙", "甲丙")})
    assert found.published("list_states").select("list", "state", "name").rows() == [("先进", "decided", "先进")]
    assert found.published("list_proposals")["name"].to_list() == ["甲", "乙"]


def test_seats_do_not_bind_a_decided_list():
    """Three are decided where two have seats: no check of seats stands in the way."""
    assert listed(campaign(FOUR, facts={"decisions": decided("甲乙", "甲乙丁")})) == ["甲", "乙", "丁"]
