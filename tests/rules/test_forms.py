"""Forms judged as a whole: the ballots of 四(二)3."""

from datetime import datetime

import polars as pl
import pytest

from tests.tiny import marks, plan, review, units


def ballots(*forms):
    """Forms as (id, voter, day, {unit: level})."""
    return [
        {"method": "vote", "form": form, "respondent": voter, "unit": unit, "level": level}
        | {"rated_on": datetime.fromisoformat(day)}
        for form, voter, day, picks in forms
        for unit, level in picks.items()
    ]


def leaf(unmarked="基本满意", otherwise="whole_form_void", keep="first"):
    form = {"exactly": {"满意": "1", "不满意": "1"}, "unmarked": unmarked, "else": otherwise}
    rule = {"levels": {"满意": "1", "基本满意": "0.6", "不满意": "0"}, "form": form}
    return {"id": "vote", "full": "15", "ratings": rule | {"each": {"by": "respondent", "keep": keep}}}


def scored(rows, component):
    return marks(plan(component), {"units": units(), "ratings": rows}, "vote")


RIGHT = ("f1", "a", "2020-11-20", {"甲": "满意", "乙": "不满意"})
RIGHT_TOO = ("f2", "b", "2020-11-20", {"甲": "满意", "丙": "不满意"})
TOO_MANY = ("f3", "c", "2020-11-20", {"甲": "不满意", "乙": "满意", "丙": "满意"})


def test_an_unmarked_candidate_is_fairly_satisfactory():
    assert scored(ballots(RIGHT, RIGHT_TOO), leaf()) == {"甲": "15", "乙": "4.5", "丙": "4.5"}


def test_an_unmarked_candidate_may_have_no_vote():
    """Reading unmarked."""
    assert scored(ballots(RIGHT, RIGHT_TOO), leaf(unmarked="not_counted")) == {"甲": "15", "乙": "0", "丙": "0"}


def test_a_form_with_wrong_picks_is_void():
    assert scored(ballots(RIGHT, RIGHT_TOO, TOO_MANY), leaf()) == scored(ballots(RIGHT, RIGHT_TOO), leaf())


def test_or_only_the_level_marked_too_often_is_dropped():
    """Reading wrong_picks: 乙 and 丙 keep their other votes, 甲 is marked 不满意 once."""
    found = scored(ballots(RIGHT, RIGHT_TOO, TOO_MANY), leaf(otherwise="drop_level"))
    assert found == {"甲": "10", "乙": "4.5", "丙": "4.5"}


@pytest.mark.parametrize(("keep", "marked"), [("first", "15"), ("last", "0")])
def test_a_voter_votes_once(keep, marked):
    later = ("f9", "a", "2020-11-21", {"甲": "不满意", "乙": "满意"})
    assert scored(ballots(RIGHT, later), leaf(keep=keep))["甲"] == marked


def test_what_does_not_count_is_listed_with_its_reason():
    rows = ballots(RIGHT, TOO_MANY, ("f8", "a", "2020-11-21", {"甲": "满意", "乙": "不满意"}))
    aside = review(plan(leaf()), {"units": units(), "ratings": rows}, "tally").table("set_aside")
    assert dict(aside.select("reason", pl.col("ratings").cast(int)).iter_rows()) == {"replaced": 2, "wrong_picks": 3}
