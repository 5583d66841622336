"""Each check of `sql/checks/` in a case in which it fails: nothing was found, then somebody changed a table."""

from datetime import date, datetime

import pytest

from pingyi.scoring import script
from tests.rules.ranked import FOUR, LOWEST, TIED, asked, campaign, component, marked, second
from tests.rules.test_decisions import decided
from tests.rules.test_lists import EXEMPT, LAST_YEAR, OTHERS, SIX, TWICE
from tests.rules.test_outcomes import EFFECTS, outcome, summed
from tests.rules.test_ratings import LEVELS
from tests.rules.test_standings import FEWER, SAT, vetoed
from tests.tiny import counts, plan, review, units

pytestmark = pytest.mark.slow

NAMES = {"units": units("甲 乙")}
FIRST = {"by": "respondent", "keep": "first"}
VOTES = counts("unit|满意|不满意\n甲|3|2\n乙|5|0")


def rated(*who, draws=0, **rule):
    """Ratings of 甲 and 乙 by these persons on two days of the year; the later of a person's counts."""
    leaf = {"id": "sat", "full": "50", "ratings": {"levels": LEVELS} | rule}
    rows = [
        {"form": f"{unit}{nth}", "method": "sat", "unit": unit, "level": "满意", "respondent": name}
        | {"rated_on": datetime(2020, 5, 1 + nth)}
        for unit in ("甲", "乙")
        for nth, name in enumerate(who)
    ]
    return review(plan(leaf), NAMES | {"ratings": rows}, draws=draws)


def counted(draws=0):
    """Ready counts of 甲 and 乙."""
    leaf = {"id": "sat", "full": "50", "ratings": {"levels": LEVELS}}
    return review(plan(leaf), NAMES | {"counts": VOTES}, draws=draws)


def repeated():
    return rated("a", "b", "a", each={"by": "respondent", "keep": "last"})


def ballots():
    """Ballots on which a unit that is not marked counts as a level."""
    form = {"exactly": {"满意": "1"}, "unmarked": "基本满意"}
    return rated("a", "b", form=form, each=FIRST)


def measured():
    leaf = {"id": "rate", "full": "10", "measures": {"of": "count", "numerator": "数"}}
    rows = [{"method": "rate", "unit": unit, "numerator": value} for unit, value in (("甲", "3"), ("乙", "4"))]
    return review(plan(leaf | {"convert": [{"share_of_best": "10"}]}), NAMES | {"measures": rows})


def happened():
    leaf = {"id": "bad", "full": "10", "events": {"base": "10", "items": {"查实": {"name": "查实", "points": "-1"}}}}
    rows = [
        {"event": f"e{nth}", "unit": unit, "item": "查实", "happened_on": date(2020, 3, 1), "status": "确认"}
        | {"document": "文"}
        for nth, unit in enumerate(["甲", "甲", "乙"])
    ]
    return review(plan(leaf), NAMES | {"events": rows})


def outside():
    """A node of full marks 100 beside which a bonus of 5 at most counts."""
    node = {"id": "total", "full": "100", "of": ["score", "bonus"]}
    bonus = component("bonus", full="5", outside=True) | {"marks": {"range": ["0", "5"]}}
    rows = marked({"甲": 100, "乙": 90}) + marked({"甲": 5, "乙": 1}, "bonus")
    return review(plan(node, component(), bonus), NAMES | {"marks": rows})


def published():
    """A roster of which the plan says how many units and organs it has."""
    sections = {"units": {"categories": ["机关", "站所"], "published": PUBLISHED}}
    made = plan(component(), **sections)
    people = units("甲 乙", category={"乙": "站所"}, organ={"乙": "另一局"})
    return review(made, {"units": people, "marks": marked({"甲": 1, "乙": 2})})


PUBLISHED = [{"count": "2", "clause": "一"}, {"count": "1", "units": {"category": "站所"}, "clause": "一"}]
PUBLISHED += [{"count": "2", "of": "organs", "clause": "一"}]


def shared_organs():
    traits = {"category": {"戊": "站所", "己": "站所"}}
    return campaign(SIX, lists=[{"take": None, "quota": OTHERS}], traits=traits)


def twice_shortlisted():
    return campaign(FOUR, lists=[{"id": "入围", "take": "3"}, {"from": "入围"}])


def entering_directly():
    return campaign(FOUR, lists=[LOWEST | {"also": {"listed": "末位"}}], facts=LAST_YEAR)


def tied_votes():
    made = plan(SAT, standings=[{"id": "rank", "of": "sat", "ties": FEWER}])
    return review(made, NAMES | {"counts": counts("unit|满意|基本满意|不满意\n甲|1|0|1\n乙|0|2|0")})


def with_consequences(**more):
    return campaign(FOUR, outcomes=[outcome(**more)], **EFFECTS)


def entry(unit):
    """A statement that puts a unit on a list by hand."""
    return f"""
        insert into list_entries by name
        select '先进' as list, '{unit}' as unit, 9 as place, 0 as draw, false as direct
    """


CASES = {
    "roster/the_roster_reproduces_the_published_counts": [
        (published, "delete from roster where unit = '甲'"),
        (published, "update traits set value = '机关' where unit = '乙' and trait = 'category'"),
        (published, "update roster set organ = '某局'"),
    ],
    "tally/every_rating_is_counted_or_set_aside": [
        (repeated, "delete from set_aside"),
        (repeated, "delete from kept where unit = '甲'"),
        (repeated, "insert into kept select * from kept where unit = '甲' limit 1"),
    ],
    "tally/a_rating_gives_way_only_to_another_of_the_same_person": [
        (repeated, "update ratings set respondent = 7 where rowid in (select rating from replaced)"),
        (lambda: rated("a", each=FIRST), "insert into replaced by name select min(rowid) as rating from ratings"),
    ],
    "tally/every_ready_count_is_counted_or_excluded": [
        (counted, "delete from kept_counts where unit = '甲' and level = '满意'"),
        (counted, "update kept_counts set votes = votes - 1 where unit = '甲' and level = '满意'"),
        (counted, "delete from kept_counts where votes = 0"),
    ],
    "tally/the_tally_holds_every_vote_that_counts": [
        (counted, "update tally set votes = votes + 1 where unit = '甲' and level = '满意'"),
        (counted, "delete from tally where unit = '甲' and level = '不满意'"),
        (counted, "update tally set unit = '甲' where unit = '乙'"),
        (repeated, "update tally set votes = votes - 1 where unit = '乙'"),
        (ballots, "delete from unmarked"),
    ],
    "tally/resampled_counts_keep_the_number_of_votes": [
        (lambda: counted(draws=2), "delete from tally where draw = 2 and unit = '甲'"),
        (lambda: counted(draws=2), "update tally set votes = votes + 1 where draw = 1 and unit = '乙'"),
    ],
    "marks/every_unit_in_scope_has_a_row": [
        (lambda: campaign(FOUR), "delete from component_marks where unit = '甲'"),
    ],
    "marks/every_mark_event_and_measure_is_counted_or_excluded": [
        (lambda: campaign(FOUR), "delete from given_marks where unit = '甲'"),
        (measured, "update measured set counted = 2 where unit = '甲'"),
        (happened, "delete from event_points where unit = '乙'"),
        (happened, "insert into excluded_facts by name select 'events' as fact_table, 'bad' as component"),
    ],
    "marks/marks_stay_within_their_bounds": [
        (lambda: campaign(FOUR), f"update component_marks set exact = {101 * 10**24}::hugeint where unit = '甲'"),
        (outside, f"update component_marks set exact = {106 * 10**24}::hugeint where component = 'total'"),
    ],
    "marks/the_best_value_of_a_share_is_above_zero": [
        (measured, "update conversions set before = 0"),
        (measured, "update conversions set before = -1"),
    ],
    "ranking/no_unit_with_less_stands_before_one_with_more": [
        (lambda: campaign(TIED), "update totals set place = 1 where unit = '丁'"),
        (lambda: campaign(TIED), "update totals set place = 2 where unit = '甲'"),
    ],
    "ranking/no_tie_is_broken_silently": [
        (lambda: campaign(TIED), "update totals set place = 3 where unit = '丙'"),
        (
            lambda: campaign(TIED, standing={"ties": ["second", "share"]}, **second({"乙": 0})),
            "update totals set place = 2 where unit = '丙'",
        ),
        (tied_votes, "update totals set place = 1"),
    ],
    "ranking/no_list_exceeds_its_seats_but_for_ties_and_direct_entries": [
        (lambda: campaign(FOUR), entry("丙")),
        (lambda: campaign(FOUR), "delete from list_entries where unit = '乙'"),
    ],
    "ranking/nobody_is_passed_over_for_a_unit_that_stands_behind": [
        (lambda: campaign(FOUR), "update list_entries set unit = '丁' where unit = '乙'"),
        (lambda: campaign(TIED), "delete from list_entries where unit = '丙'"),
    ],
    "ranking/every_entry_comes_from_what_its_list_draws_from": [
        (twice_shortlisted, entry("丁")),
        (lambda: campaign(FOUR, facts=TWICE, units=EXEMPT), entry("甲")),
    ],
    "ranking/every_direct_entry_stands_on_an_earlier_list": [
        (entering_directly, "update list_entries set direct = true where unit = '丙'"),
    ],
    "ranking/no_vetoed_unit_is_on_a_good_list": [
        (lambda: vetoed("甲"), entry("甲")),
    ],
    "ranking/apportioned_seats_add_up_to_the_rest": [
        (shared_organs, "update apportioned set seats = 0 where grp = '站所'"),
    ],
    "ranking/a_decided_list_holds_the_units_that_were_decided": [
        (
            lambda: campaign(FOUR, facts={"decisions": decided("甲丙", "甲丙")}),
            "update list_entries set unit = '乙' where unit = '丙'",
        ),
        (
            lambda: campaign(FOUR, facts={"decisions": decided("甲丙", "甲丙")}),
            "delete from list_entries where unit = '丙'",
        ),
    ],
    "outcomes/every_consequence_follows_from_a_list": [
        (with_consequences, "update outcomes set unit = '丁' where unit = '甲'"),
        (with_consequences, "update outcomes set subject = null"),
    ],
    "outcomes/every_entry_has_the_consequences_that_ask_for_nothing_more": [
        (with_consequences, "delete from outcomes where unit = '甲'"),
        (
            lambda: with_consequences(to="township"),
            "delete from notices where kind = 'no_township' and unit = '甲'",
        ),
    ],
    "outcomes/every_unit_without_a_place_is_told": [
        (lambda: campaign(FOUR, names="甲 乙 丙 丁 戊"), "delete from notices where kind = 'unranked'"),
    ],
    "outcomes/every_sum_is_that_of_its_consequences": [
        (lambda: summed("sum"), "update outcome_sums set amount = amount + 1"),
        (lambda: summed("sum"), "delete from outcome_sums"),
        (lambda: summed("strongest"), "update outcome_sums set amount = amount + 1"),
        (lambda: summed("strongest"), "delete from outcome_sums"),
    ],
}
"""Check → campaigns, and the statement after which each must find something."""


def test_every_check_has_a_case():
    folders = sorted(path.name for path in (script.SQL / "checks").iterdir())
    assert sorted(CASES) == [f"{folder}/{name}" for folder in folders for name in script.names(f"checks/{folder}")]


@pytest.mark.parametrize(
    ("check", "made", "statement"),
    [
        pytest.param(check, *case, id=f"{check.split('/')[1]}-{nth}")
        for check, cases in CASES.items()
        for nth, case in enumerate(cases)
    ],
)
def test_a_changed_table_stops_the_run(check, made, statement):
    found = made()
    assert asked(found, check) == []
    found.run.connection.execute(statement)
    assert asked(found, check) != []


# ------------------------------------------------------------------ and what is none of its business


@pytest.mark.parametrize(
    ("check", "made", "statement"),
    [
        (
            "ranking/no_unit_with_less_stands_before_one_with_more",
            TIED,
            "update totals set place = 5 where unit = '丁'",
        ),
        (
            "ranking/no_list_exceeds_its_seats_but_for_ties_and_direct_entries",
            TIED,
            "update list_entries set place = 1 where unit = '乙'",
        ),
    ],
)
def test_a_check_asks_for_its_rule_alone(check, made, statement):
    found = campaign(made)
    found.run.connection.execute(statement)
    assert asked(found, check) == []
