"""Everything that is published is explained: leaves by rows, marks by formulas, places, lists and consequences."""

import random
from functools import cache

import pytest

from pingyi.common import paths
from pingyi.explain import Explainer
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.reference.named import Named
from tests.reference.plans import case
from tests.test_explain import unreplayed

pytestmark = pytest.mark.slow

CAMPAIGNS = paths.campaigns()
LEAVES, SEEDS = 40, 30
"""Leaves of each stored campaign, and random plans, whose rows are given to the judge."""


@cache
def named(campaign: str) -> Named:
    return Named.of_sample(campaign)


def reviewed(campaign: str) -> Review:
    return named(campaign).review


@cache
def explained(campaign: str):
    return {one.unit: one for one in Explainer(ResultTables(reviewed(campaign))).units()}


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_the_rows_named_for_a_leaf_give_its_marks_and_no_others_count(campaign):
    leaves = random.Random(1).sample(named(campaign).leaves(), k=LEAVES)
    assert [said for at in leaves for said in named(campaign).differences(*at)] == []


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_the_rows_named_in_random_plans_give_their_marks(first):
    """Seeds of `tests.reference.plans`, looked at when the year is over."""
    wrong, asked = [], 0
    for seed in range(first, first + 10):
        judged = Named.of_case(case(seed))
        leaves = judged.leaves() if judged else []
        wrong += [f"seed {seed}: {said}" for at in leaves for said in judged.differences(*at)]
        asked += len(leaves)
    assert asked
    assert wrong == []


def test_a_row_that_is_not_named_is_missed(monkeypatch):
    """The check can fail: without one counted row a leaf of events comes to other marks."""
    judged = named("yinchuan-2018")
    behind, tried = judged.rows.behind, 0
    for at in judged.leaves():
        rows = behind(*at).with_row_index("at")
        counted = rows.filter((rows["part"] == "counted") & (rows["table"] == "events"))
        if counted.height:
            left = rows.filter(rows["at"] != counted["at"][0]).drop("at")
            monkeypatch.setattr(judged.rows, "behind", lambda *_, left=left: left)
            assert [*judged.differences(*at)], at
            tried += 1
    assert tried


# ---------------------------------------------------------------- formulas, places, lists, consequences


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_mark_has_a_formula_that_leads_to_it(campaign):
    assert unreplayed(reviewed(campaign)) == []
    told = {(part.component, one.unit): part.marks for one in explained(campaign).values() for part in one.parts}
    published = reviewed(campaign).published("component_marks").select("component", "unit", "marks")
    assert told == {(component, unit): marks for component, unit, marks in published.iter_rows()}


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_place_and_entry_is_explained(campaign):
    told = explained(campaign)
    for row in reviewed(campaign).published("totals").to_dicts():
        (placing,) = [one for one in told[row["unit"]].placings if one.standing == row["standing"]]
        assert (placing.place, placing.total) == (row["place"], row["total"])
        assert bool(placing.why) == bool(row["decided_by"])
    entries = reviewed(campaign).published("list_entries").to_dicts()
    for row in entries:
        (verdict,) = [one for one in told[row["unit"]].verdicts if one.list == row["list"]]
        assert (verdict.listed, verdict.place) == (True, row["place"])
    listed = {(row["list"], row["unit"]) for row in entries}
    verdicts = [(v, one.unit) for one in told.values() for v in one.verdicts]
    assert [v.list for v, unit in verdicts if v.listed != ((v.list, unit) in listed) or not v.why] == []


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_margin_and_consequence_stands_in_the_tree(campaign):
    told, review = explained(campaign), reviewed(campaign)
    decided = {row["list"] for row in review.table("list_states").to_dicts() if row["state"] == "decided"}
    for row in review.published("margins").to_dicts():
        (verdict,) = [one for one in told[row["unit"]].verdicts if one.list == row["list"]]
        assert verdict.margin == (None if row["list"] in decided else row["margin"]), "a decision has no cut"
    for row in review.published("outcomes").to_dicts():
        found = [one for one in told[row["unit"]].consequences if one.outcome == row["outcome"]]
        assert [(one.subject, one.amount, one.clause) for one in found] == [
            (row["subject"], row["amount"], row["clause"])
        ]
    for row in review.published("outcome_sums").to_dicts():
        subject = row["subject_kind"], row["subject"], row["effect"]
        found = [one for unit in told.values() for one in unit.consequences if one.about == subject]
        assert {one.together for one in found} == {row["amount"]}
