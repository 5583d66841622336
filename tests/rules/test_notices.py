"""What somebody must decide or should know: a kind a notice, found where it arises."""

from datetime import date

import polars as pl
import pytest

from pingyi.plan import Plan
from pingyi.report.answers import NOTICES
from pingyi.scoring.review import Review
from pingyi.scoring.script import names, text
from tests.rules.ranked import FOUR, campaign, component, marked, told
from tests.rules.test_standings import happened
from tests.tiny import HALVES, YEAR, counts, plan, review, tree, units

LEVELS = {"levels": {"满意": "1", "不满意": "0"}}


def rated(votes, **rule):
    """One leaf of ratings and what its flags tell of 甲 and 乙."""
    made = plan({"id": "sat", "full": "100", "ratings": LEVELS | rule})
    return review(made, {"units": units("甲 乙"), "counts": counts(votes)})


FEW = {"below": "5", "own_share": "0.5"}


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"few": FEW, "none": {"then": "mean"}}, "none_mean"),
        ({"none": {"then": "zero"}}, "none_zero"),
        ({}, "not_scored"),
    ],
)
def test_what_was_done_about_no_votes(rule, kind):
    found = rated("unit|满意|不满意\n甲|9|1", **rule)
    assert told(found, kind) == [("notice", kind, "sat", "乙", "全年")]


def test_few_votes_with_a_flag():
    found = rated("unit|满意|不满意\n甲|9|1\n乙|1|1", few={"below": "5", "then": "flag"})
    assert told(found, "few_flagged") == [("notice", "few_flagged", "sat", "乙", "全年")]


def test_both_flags_of_one_unit_are_told():
    """Ruling E4: few votes, and a group without any."""
    groups = {"groups": {"群众": "0.5", "代表": "0.5"}, "few": {"below": "5", "then": "flag"}}
    rows = counts("unit|grp|满意|不满意\n甲|群众|9|1\n甲|代表|9|1\n乙|群众|1|1")
    made = plan({"id": "sat", "full": "100", "ratings": LEVELS | groups})
    found = review(made, {"units": units("甲 乙"), "counts": rows})
    kinds = told(found, "few_flagged", "group_missing")
    assert sorted(row[1:4] for row in kinds) == [("few_flagged", "sat", "乙"), ("group_missing", "sat", "乙")]


@pytest.mark.parametrize("policy", ["zero", "spread", "mean_of_group"])
def test_what_was_done_about_a_child_without_marks(policy):
    made = plan({"id": "total", "of": ["a", "b"], "missing": policy}, component("a"), component("b"))
    marks = marked({"甲": 80, "乙": 60}, "a") + marked({"甲": 50}, "b")
    found = review(made, {"units": units("甲 乙"), "marks": marks})
    assert told(found, policy) == [("notice", policy, "total", "乙", "")]


def test_a_marker_of_two_that_is_missing():
    """Ruling 15."""
    markers = {"marks": {"range": ["0", "100"], "markers": {"局": "2", "镇": "1"}, "marker_missing": "spread"}}
    made = plan({"id": "score", "full": "100"} | markers)
    rows = [row | {"marker": "局"} for row in marked({"甲": 80, "乙": 60})]
    rows += [row | {"marker": "镇"} for row in marked({"甲": 50})]
    found = review(made, {"units": units("甲 乙"), "marks": rows})
    assert [row[:4] for row in told(found, "marker_missing")] == [("notice", "marker_missing", "score", "乙")]


HALF = {"per": "half", "over_cycles": "mean", "cycle_missing": "left_out"}


def halves(first, second=()):
    """Marks of the two halves."""
    both = zip(HALVES, (first, second), strict=True)
    return [row | {"cycle": half["id"]} for half, marks in both for row in marked(dict(marks))]


def test_a_cycle_that_is_missing():
    """Ruling E3."""
    rows = halves({"甲": 80, "乙": 60}, {"甲": 50})
    found = review(plan(component(**HALF)), {"units": units("甲 乙"), "marks": rows})
    assert [row[:4] for row in told(found, "cycle_missing")] == [("notice", "cycle_missing", "score", "乙")]


def test_a_value_below_the_lowest_step():
    """Ruling 9."""
    steps = component(convert=[{"steps": [["50", "10"], ["80", "20"]]}], full="20")
    made = Plan.model_validate(tree(steps))  # the check of plans would ask for a lowest step
    found = review(made, {"units": units("甲 乙"), "marks": marked({"甲": 80, "乙": 40})})
    assert [row[:4] for row in told(found, "below_steps")] == [("decision", "below_steps", "score", "乙")]


def test_what_is_not_due_yet_is_told_once_and_asked_of_nobody():
    """Ruling E21."""
    facts = {"units": units("甲 乙"), "marks": halves({"甲": 80, "乙": 60})}
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in facts.items()}
    made = plan(component(**HALF))
    found = Review.begin(made, frames, as_of=date(2020, 6, 30)).through("outcomes")
    assert told(found, "not_due", "cycle_missing") == [("notice", "not_due", "score", None, "下半年")]
    early = Review.begin(made, frames, as_of=date(2019, 12, 31)).through("outcomes")
    assert told(early, "not_due") == [("notice", "not_due", "score", None, "上半年、下半年")]
    assert {row[0] for row in told(early, "unranked")} == {"notice"}
    wanted = early.table("notices").filter(kind="unranked")["wanted"].unique().to_list()
    assert wanted == ["还没有到评价的时间，到期后再排名"]


def test_cycles_that_are_not_due_are_told_in_the_order_of_the_year():
    """Whatever their names: ten tenths of a year, from the last letter of the alphabet back."""
    tenths = [
        {"id": id, "from": f"2020-{nth:02}-01", "to": f"2020-{nth:02}-20"} for nth, id in enumerate("jihgfedcba", 1)
    ]
    made = plan(component(per="tenth", over_cycles="mean"), cycles={"year": [YEAR], "tenth": tenths})
    frames = {"units": pl.DataFrame(units("甲 乙"))}
    found = Review.begin(made, frames, as_of=date(2020, 2, 28)).through("outcomes")
    assert told(found, "not_due") == [("notice", "not_due", "score", None, "、".join("hgfedcba"))]


def test_facts_that_do_not_count_are_told_with_their_number():
    """Ruling 4 and 5: a day after the year; a unit that the leaf is not for."""
    made = plan(component(), component("other", **{"for": {"category": "站所"}}))
    rows = marked({"甲": 80, "乙": 60}) + marked({"甲": 10}, "other")
    rows[1]["given_on"] = date(2021, 1, 1)
    found = review(made, {"units": units("甲 乙 丙", category={"丙": "站所"}), "marks": rows})
    assert sorted(told(found, "excluded")) == [
        ("notice", "excluded", "other", None, "评分 1 条：单位免评或不参加本项"),
        ("notice", "excluded", "score", None, "评分 1 条：不在计分时间内"),
    ]


def test_who_is_not_measured_hides_no_flag_of_another():
    """甲 lacks half a year and is told of; 乙 has nothing yet and is not."""
    made = plan(component(per="half", over_cycles="mean", unmeasured="missing"))
    rows = [row | {"cycle": "上半年"} for row in marked({"甲": 80})]
    found = review(made, {"units": units("甲 乙"), "marks": rows})
    assert told(found, "cycle_missing") == [("notice", "cycle_missing", "score", "甲", "")]


def test_a_column_that_the_roster_lacks_is_empty_for_everybody():
    made = plan(component(), component("other", **{"for": {"township": "某镇"}}))
    roster = [{name: value for name, value in row.items() if name != "township"} for row in units("甲 乙")]
    found = review(made, {"units": roster, "marks": marked({"甲": 80, "乙": 60})})
    assert set(found.table("scope")["component"]) == {"score"}


def test_events_that_wait_for_a_word_are_told():
    leaf = {"id": "score", "full": "20", "events": {"base": "20", "items": {"重大": {"name": "事故", "points": "-1"}}}}
    events = [happened("甲", "1", status="proposed"), happened("甲", "2", status="withdrawn")]
    found = review(plan(leaf), {"units": units("甲"), "events": events})
    assert told(found, "pending_events") == [("decision", "pending_events", "score", "甲", "1")]


def test_values_that_no_unit_bears_are_told_wherever_a_rule_names_them():
    """Ruling 3: known, but borne by no unit."""
    made = {"for": {"category": ["机关", "站所"]}}
    rules = [{"when": {"units": {"management": "双重"}}}]
    found = campaign(FOUR, more=[component("other", **made)], lists=rules)
    assert sorted(row[2:] for row in told(found, "unused_value")) == [
        ("other", None, "类别：站所"),
        ("先进", None, "管理类型：双重"),
    ]


def test_a_campaign_in_which_all_is_well_has_no_notices():
    assert campaign(FOUR).table("notices").height == 0


def test_every_kind_has_its_words():
    """What a file can tell of is named, and what people must do is said."""
    words = " ".join(text(f"outcomes/notices/{name}") for name in names("outcomes/notices"))
    kinds = {kind for kind in NOTICES if f"'{kind}'" in words}
    files = {"component_flags", "standing_ties", "list_ties"}
    assert set(names("outcomes/notices")) - files <= kinds
