"""A store under rules that its ratings were not collected for: the same as ratings in memory."""

import pytest

from pingyi.facts.intake import read_facts
from pingyi.facts.store import PARTS, has_store
from pingyi.plan import Plan
from pingyi.scenarios.fitted_facts import LeftOut, fit_facts
from pingyi.scenarios.laboratory import Laboratory
from pingyi.scenarios.years import Year, compare_years, shift_plan
from pingyi.scoring.review import Review
from tests import tiny
from tests.test_store import at_once, folder_with, rows, streamed

pytestmark = pytest.mark.slow

__all__ = ["streamed"]

RULES = {
    "levels": {"满意": "1", "一般": "0.6", "不满意": "0"},
    "channels": [{"id": "电话"}, {"id": "短信"}],
    "each": {"by": "respondent", "keep": "last"},
}


def tree_with(**rules: object) -> dict:
    """The tiny plan with some rules for ratings said otherwise; None takes a rule away."""
    said = {name: value for name, value in (RULES | rules).items() if value is not None}
    full = {"cycle_full": {"上半年": "50", "下半年": "50"}}
    return tiny.tree({"id": "sat", "full": "100", "per": "half"} | full | {"ratings": said})


OTHERWISE = {
    "a level less": {"levels": {"满意": "1", "不满意": "0"}},
    "a channel less": {"channels": [{"id": "短信"}]},
    "no channels": {"channels": None},
    "a channel for some units": {"channels": [{"id": "电话"}, {"id": "短信", "units": {"unit": ["甲", "乙"]}}]},
    "every rating counts": {"each": None},
    "a level is worth more": {"levels": {"满意": "1", "一般": "0.7", "不满意": "0"}},
}


@pytest.fixture
def both(tmp_path, streamed) -> tuple[dict, dict]:
    """The same ratings in memory and in a store."""
    folder = folder_with(tmp_path / "facts", one=rows(40), two=rows(10, first=40))
    plan = Plan.model_validate(tree_with())
    return at_once(lambda: read_facts(folder, plan).tables), read_facts(folder, plan).tables


def plan_with(rules: dict) -> Plan:
    return Plan.model_validate(tree_with(**rules))


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_other_rules_can_use_is_counted_as_in_memory(both, name):
    small, large = both
    assert has_store(large)
    own, other = Plan.model_validate(tree_with()), plan_with(OTHERWISE[name])
    of_small, of_large = (fit_facts(facts, other, own) for facts in (small, large))
    assert of_small.left_out == of_large.left_out
    assert of_small.differ == of_large.differ
    one, two = (
        Review.begin(other, facts, draws=0).through("outcomes") for facts in (of_small.with_store, of_large.with_store)
    )
    named = ("kept", "excluded_ratings", "received", "monthly_votes", "component_marks")
    assert [name for name in named if not one.table(name).equals(two.table(name))] == []


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_rule_is_tried_over_a_store_as_in_memory(both, name):
    said = []
    for facts in both:
        with Laboratory(tree_with(), facts) as laboratory:
            other = plan_with(OTHERWISE[name])
            why = laboratory.needs(other)
            said.append((why, None if why else laboratory.tried(other)))
            assert not laboratory.tried(laboratory.plan).moves
    assert said[0] == said[1]


@pytest.mark.parametrize("name", ["a level less", "a channel less", "no channels"])
def test_a_store_is_compared_with_the_year_before_as_ratings_in_memory(both, name, tmp_path):
    before_tree = tree_with(**OTHERWISE[name])
    before_tree = shift_plan(before_tree, -1)
    frames = {"units": both[0]["units"]}
    years = [compare_years(Year(tree_with(), facts), Year(before_tree, frames)) for facts in both]
    assert years[0].left_out == years[1].left_out
    assert years[0].totals.equals(years[1].totals)
    assert years[0].marks.equals(years[1].marks)


def test_a_store_that_all_rules_can_use_stays_as_it_is(both):
    _, large = both
    own = Plan.model_validate(tree_with())
    other = plan_with(OTHERWISE["a level is worth more"])
    fit = fit_facts(large, other, own)
    assert fit.with_store[PARTS].equals(large[PARTS])
    assert fit_facts(large, plan_with(OTHERWISE["a level less"]), own).with_store[PARTS]["rows"].sum() < 50
    assert large[PARTS]["rows"].sum() == 50


def test_ratings_of_a_store_cannot_be_judged_by_whole_forms(both):
    judged = {"each": None, "form": {"exactly": {"满意": "3"}}}
    why = [fit_facts(facts, plan_with(judged), Plan.model_validate(tree_with())).left_out for facts in both]
    assert why == [[LeftOut("ratings", "表单编号", 50)]] * 2
