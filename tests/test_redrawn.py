"""Nothing says that votes were drawn anew where there are none: units that brought their marks, plans without votes."""

import polars as pl
import pytest

from pingyi.explain import Explainer
from pingyi.report import page
from pingyi.results import resampled_counts
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.tiny import counts, plan, table, units

pytestmark = pytest.mark.slow

SAT = {"id": "sat", "name": "满意度", "full": "100"} | {"ratings": {"levels": {"满意": "1", "不满意": "0"}}}
GIVEN = {"id": "given", "name": "评分", "full": "100", "marks": {"range": ["0", "100"]}}
DAILY = {"id": "daily", "name": "日常", "full": "100", "of": ["sat"], "imported": {"system": "公用"}}
BEST = [{"id": "先进", "from": "units", "by": "排名", "side": "top", "take": "2"}]
VOTES = "unit|满意|不满意\n甲|9|1\n乙|7|3\n丙|5|5"


def reviewed(made, **rows) -> Review:
    frames = {name: pl.DataFrame(one, infer_schema_length=None) for name, one in rows.items()}
    return Review.begin(made, frames, draws=20).through("outcomes")


@pytest.fixture(scope="module")
def brought() -> Review:
    """丁 brought its marks; the others were rated."""
    roster = units("甲 乙 丙 丁", system={"丁": "公用"})
    made = plan(
        SAT,
        DAILY,
        units={"categories": ["机关"], "systems": {"公用": "公用系统"}},
        standings=[{"id": "排名", "of": "daily", "ties": ["share"]}],
        lists=BEST,
    )
    return reviewed(made, units=roster, counts=counts(VOTES), marks=table("method|unit|mark\ndaily|丁|95"))


def test_a_unit_that_brought_its_marks_has_no_range_and_no_chance(brought):
    ranges = {row["unit"]: (row["low"], row["high"]) for row in brought.published("place_ranges").to_dicts()}
    shares = {row["unit"]: row["share"] for row in brought.published("list_chances").to_dicts()}
    assert ranges["丁"] == (None, None)
    assert None not in ranges["甲"]
    assert (shares["丁"], shares["甲"] is None) == (None, False)


def test_it_is_said_of_it_that_nothing_was_drawn_anew(brought):
    told = {one.unit: one for one in Explainer(ResultTables(brought)).units()}
    assert "未重抽（没有可以重抽的票）" in told["丁"].placings[0].text
    assert "重抽时居中九成的名次是第" in told["甲"].placings[0].text
    assert told["丁"].verdicts[0].share is None
    text = page(brought, simulated=False, run={"id": "1"})
    assert "另有 1 个单位没有可以重抽的票，未重抽" in text
    assert "另有 1 个未重抽" in text


def test_a_plan_without_votes_says_so_and_has_no_part_on_it():
    made = plan(GIVEN, standings=[{"id": "排名", "of": "given", "ties": ["share"]}], lists=BEST)
    marks = table("method|unit|mark\ngiven|甲|90\ngiven|乙|80\ngiven|丙|70")
    review = reviewed(made, units=units("甲 乙 丙"), marks=marks)
    assert ResultTables(review, {"id": "1"}).resample_count == 0
    text = page(review, simulated=False, run={"id": "1"})
    assert "未重抽：这次没有可以重抽的票" in text
    assert 'id="sure"' not in text
    assert "九成" not in text


FALSE = ("再评一次，", "十拿九稳", "有多大把握", "十足把握", "的可能落在", "换一批同样多的人")
"""What was said of resampled counts and is not true of them."""


def test_nothing_false_is_said_of_resampling(brought):
    text = page(brought, simulated=False, run={"id": "1"})
    assert [one for one in FALSE if one in text] == []
    assert all(limit in text for limit in resampled_counts.LIMITS)
