"""The stored samples: judged, golden, and the same whatever the order of rows, threads or time zone."""

import polars as pl
import pytest

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.facts.intake import read_facts
from pingyi.runs.folder import LOGGED, write_tables
from pingyi.scoring.review import Review
from tests.golden import campaigns, difference, result, scored
from tests.reference.agreement import differences
from tests.support import plan_with, tree

CAMPAIGN = "pingyang-2020"


def facts_of(campaign):
    return read_facts(paths.facts_folder(campaign), plan_with(campaign, {})).tables


@pytest.fixture(scope="module")
def facts():
    return facts_of(CAMPAIGN)


@pytest.fixture(scope="module")
def review():
    return scored(CAMPAIGN)


def test_the_roster_is_that_of_the_plan(facts):
    """二: 40 organs, 274 units, 76 / 76 / 122."""
    own = facts["units"].filter(pl.col("system").is_null())
    assert (own.height, own["organ"].n_unique()) == (274, 40)
    assert dict(own.group_by("category").len().iter_rows()) == {"机关中层科室": 76, "审批服务类": 76, "管理执法类": 122}


@pytest.mark.slow
@pytest.mark.parametrize("campaign", paths.campaigns())
def test_the_samples_agree_with_the_judge_of_the_language(campaign):
    """Every mark, flag, place, list, consequence and excluded fact, from the plan's own text."""
    rows = {name: frame.to_dicts() for name, frame in facts_of(campaign).items()}
    assert differences(tree(campaign), rows) == []


PUBLISHED = {
    "yinchuan-2018": {("机关单位", "units"): 82, ("重点行业", "units"): 7},
    "jizhou-2012": {("行政执法类", "organs"): 14, ("综合管理类", "organs"): 18},
}
"""What the documents print: 银川 二, 吉州 二(一)."""


@pytest.mark.parametrize("campaign", PUBLISHED)
def test_the_rosters_are_those_of_the_documents(campaign):
    units = facts_of(campaign)["units"]
    for (category, of), count in PUBLISHED[campaign].items():
        fitting = units.filter(pl.col("category") == category)
        assert (fitting.height if of == "units" else fitting["organ"].n_unique()) == count


def test_the_marks_of_lucheng_add_up_as_printed():
    """三、附件2: 25 + 15 + 30 + 15 + 15."""
    plan = plan_with("lucheng-2018", {})
    full = {one.id: one.full["else"] for one in plan.components if one.full}
    leaves = {one.id: full[one.id] for one in plan.components if not one.of}
    assert sum(mark for id, mark in leaves.items() if id.startswith("client.")) == 25 == full["client"]
    assert sum(mark for id, mark in leaves.items() if id.startswith("daily.")) == 15 == full["daily"]
    assert sum(leaves.values()) == 100 == full["total"]
    assert len(plan.tasks) == 12


@pytest.mark.parametrize("campaign", campaigns())
def test_the_golden_result_has_not_moved(campaign, request):
    found = result(request.getfixturevalue("review") if campaign == CAMPAIGN else scored(campaign))
    assert difference(campaign, found) == ""


def test_every_campaign_has_a_golden_result():
    assert campaigns() == paths.campaigns()


def tables(facts, folder, settings=()):
    review = Review.begin(plan_with(CAMPAIGN, {}), facts, draws=5)
    for setting in settings:
        review.run.connection.execute(setting)
    write_tables(review.through("outcomes"), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_order_of_rows_threads_and_time_zone_change_no_byte(facts, tmp_path):
    first = tables(facts, tmp_path / "first", ["set threads = 1"])
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in facts.items()}
    second = tables(shuffled, tmp_path / "second", ["set threads = 4", "set timezone = 'Asia/Shanghai'"])
    assert [name for name in first if first[name] != second[name]] == []
    assert {name.removesuffix(".csv") for name in first} == {"codebook", *codebook().results} - {*LOGGED}


@pytest.mark.slow
def test_resampled_counts_go_through_the_same_rules(facts):
    """Every draw ranks the units that the count ranks, lists as many, and says something else somewhere."""
    review = Review.begin(plan_with(CAMPAIGN, {}), facts, draws=20, seed=9).through("outcomes")
    totals = review.table("totals").filter(pl.col("standing") == "daily")
    assert totals.group_by("draw").len()["len"].unique().to_list() == [281]
    lists = review.table("list_entries").filter(pl.col("list") == "满意单位").group_by("draw").len()
    assert sorted(lists["draw"].to_list()) == list(range(21))
    assert totals.filter(pl.col("unit") == totals["unit"][0])["place"].n_unique() > 1
    counted = scored(CAMPAIGN)
    for name in ("component_marks", "totals", "list_entries"):
        mine, other = (one.table(name).filter(pl.col("draw") == 0) for one in (review, counted))
        assert mine.equals(other), "draws moved the count"
    again = Review.begin(plan_with(CAMPAIGN, {}), facts, draws=20, seed=9).through("outcomes")
    assert again.table("totals").equals(review.table("totals"))
