"""Forms judged as a whole: the ballots of 四(二)3, and what the language says where two rules meet on a ballot."""

from datetime import datetime

import polars as pl
import pytest

from pingyi.plan import Plan
from tests.tiny import marks, plan, review, tree, units


def ballots(*forms, **more):
    """Forms as (id, voter, day, {unit: level})."""
    return [
        {"method": "vote", "form": form, "respondent": voter, "unit": unit, "level": level}
        | {"rated_on": datetime.fromisoformat(day)}
        | more
        for form, voter, day, picks in forms
        for unit, level in picks.items()
    ]


def leaf(unmarked="基本满意", otherwise="whole_form_void", keep="first", void_counts=False, **more):
    form = {"exactly": {"满意": "1", "不满意": "1"}, "unmarked": unmarked, "else": otherwise}
    rule = {"levels": {"满意": "1", "基本满意": "0.6", "不满意": "0"}, "form": form}
    rule |= {"each": {"by": "respondent", "keep": keep, "void_counts": void_counts}}
    component = {key: more.pop(key) for key in ("per", "cycle_full", "imported", "for") if key in more}
    return {"id": "vote", "full": "15", "ratings": rule | more} | component


def scored(rows, component, **facts):
    return marks(plan(component), {"units": units(), "ratings": rows} | facts, "vote")


def aside(rows, component, names="甲 乙 丙", **facts):
    found = review(plan(component), {"units": units(names), "ratings": rows} | facts, "tally").table("set_aside")
    return dict(found.select("reason", pl.col("ratings").cast(int)).iter_rows())


def votes(rows, component, names="甲 乙 丙", **facts):
    found = review(plan(component), {"units": units(names), "ratings": rows} | facts, "tally").table("tally")
    return {(row["unit"], row["level"]): row["votes"] for row in found.to_dicts()}


RIGHT = ("f1", "a", "2020-11-20", {"甲": "满意", "乙": "不满意"})
RIGHT_TOO = ("f2", "b", "2020-11-20", {"甲": "满意", "丙": "不满意"})
TOO_MANY = ("f3", "c", "2020-11-20", {"甲": "不满意", "乙": "满意", "丙": "满意"})


def test_an_unmarked_candidate_is_fairly_satisfactory():
    assert scored(ballots(RIGHT, RIGHT_TOO), leaf()) == {"甲": "15", "乙": "4.5", "丙": "4.5"}


def test_an_unmarked_candidate_has_its_vote_in_the_first_channel_of_the_form():
    """Whatever the order of the rows."""
    rule = leaf(channels=[{"id": "网上"}, {"id": "现场"}])
    rows = [row | {"channel": one} for row, one in zip(ballots(RIGHT), ("网上", "现场"), strict=True)]
    for given in (rows, rows[::-1]):
        tally = review(plan(rule), {"units": units(), "ratings": given}, "tally").table("tally")
        assert tally.filter(unit="丙")["channel"].to_list() == ["现场"]


def test_an_unmarked_candidate_may_have_no_vote():
    """Reading unmarked."""
    assert scored(ballots(RIGHT, RIGHT_TOO), leaf(unmarked="not_counted")) == {"甲": "15", "乙": "0", "丙": "0"}


def test_a_form_with_wrong_picks_is_void():
    assert scored(ballots(RIGHT, RIGHT_TOO, TOO_MANY), leaf()) == scored(ballots(RIGHT, RIGHT_TOO), leaf())


def test_a_form_that_marks_a_level_too_seldom_is_void():
    too_few = ("f4", "d", "2020-11-20", {"甲": "不满意"})
    assert aside(ballots(RIGHT, too_few), leaf()) == {"wrong_picks": 1}
    component = leaf()
    component["ratings"]["form"] = {"at_most": {"满意": "1", "不满意": "1"}}
    assert aside(ballots(RIGHT, too_few, TOO_MANY), component) == {"wrong_picks": 3}


def test_or_only_the_level_marked_too_often_is_dropped():
    """Reading wrong_picks, and E20: of TOO_MANY 甲 keeps its 不满意; 乙 and 丙 get no level, and are not filled."""
    rows = ballots(RIGHT, RIGHT_TOO, TOO_MANY)
    assert scored(rows, leaf(otherwise="drop_level")) == {"甲": "10", "乙": "4.5", "丙": "4.5"}
    assert aside(rows, leaf(otherwise="drop_level")) == {"level_overpicked": 2}
    counted = votes(rows, leaf(otherwise="drop_level"))
    assert sum(number for (unit, _), number in counted.items() if unit == "乙") == 2


@pytest.mark.parametrize(("keep", "marked"), [("first", "15"), ("last", "0")])
def test_a_voter_votes_once(keep, marked):
    later = ("f9", "a", "2020-11-21", {"甲": "不满意", "乙": "满意"})
    assert scored(ballots(RIGHT, later), leaf(keep=keep))["甲"] == marked


def test_what_does_not_count_is_listed_with_its_reason():
    rows = ballots(RIGHT, TOO_MANY, ("f8", "a", "2020-11-21", {"甲": "满意", "乙": "不满意"}))
    assert aside(rows, leaf()) == {"replaced": 2, "wrong_picks": 3}


def test_every_row_says_whether_it_counts_and_where_it_stands():
    """One place decides: what is counted, what is set aside and what is explained is read from it."""
    rows = ballots(RIGHT, ("f8", "a", "2020-11-21", {"甲": "满意", "乙": "不满意"}))
    placed = [row | {"source": "票.xlsx", "sheet": "一", "row": at} for at, row in enumerate(rows, 2)]
    own = placed[0] | {"form": "f5", "respondent": "e", "level": "满意", "own": True, "row": 6}
    other = placed[1] | {"form": "f5", "respondent": "e", "level": "不满意", "row": 7}
    made = plan(leaf(own_unit=False))
    found = review(made, {"units": units(), "ratings": [*placed, own, other]}, "tally").table("adjudicated_ratings")
    told = found.select(pl.col("sheet", "row", "form", "cycle", "form_valid", "reason")).sort("row").rows()
    assert told == [
        ("一", 2, "f1", "全年", True, None),
        ("一", 3, "f1", "全年", True, None),
        ("一", 4, "f8", "全年", False, "replaced"),
        ("一", 5, "f8", "全年", False, "replaced"),
        ("一", 6, "f5", "全年", True, "own_unit"),
        ("一", 7, "f5", "全年", True, None),
    ]


VOID = ("f1", "a", "2020-11-20", {"甲": "不满意", "乙": "满意", "丙": "满意"})
VALID = ("f2", "a", "2020-11-21", {"甲": "满意", "乙": "不满意"})


def test_a_void_ballot_does_not_use_up_its_voters_turn():
    """Ruling M12: void first ballot, valid second, keep: first."""
    assert scored(ballots(VOID, VALID), leaf())["甲"] == "15"
    assert aside(ballots(VOID, VALID), leaf()) == {"wrong_picks": 3}


def test_unless_the_plan_says_so():
    """M12: void_counts. The second one is replaced by a void one, so nobody is scored."""
    assert scored(ballots(VOID, VALID), leaf(void_counts=True)) == {"甲": None, "乙": None, "丙": None}
    assert aside(ballots(VOID, VALID), leaf(void_counts=True)) == {"wrong_picks": 3, "replaced": 2}


def test_a_void_last_ballot_lets_the_one_before_stand():
    """M12 with keep: last."""
    void_later = (*VOID[:2], "2020-11-22", VOID[3])
    assert scored(ballots(void_later, VALID), leaf(keep="last"))["甲"] == "15"


@pytest.mark.parametrize(("keep", "marked"), [("first", "15"), ("last", "0")])
def test_at_one_moment_the_smaller_number_is_the_earlier_form(keep, marked):
    """E2: 9 before 10; zeros in front do not count."""
    nine = ("9", "a", "2020-11-20", {"甲": "满意", "乙": "不满意"})
    ten = ("010", "a", "2020-11-20", {"甲": "不满意", "乙": "满意"})
    assert scored(ballots(ten, nine), leaf(keep=keep))["甲"] == marked


def test_numbers_that_differ_by_zeros_alone_are_told_apart_by_their_text():
    """Section 2: the raw text comes last: 007 before 07."""
    one = ("07", "a", "2020-11-20", {"甲": "满意", "乙": "不满意"})
    other = ("007", "a", "2020-11-20", {"甲": "不满意", "乙": "满意"})
    assert scored(ballots(one, other), leaf(keep="last"))["甲"] == "15"


def test_own_rows_are_set_aside_after_the_form_is_judged():
    """E table: `form` with `own_unit: false`. Without 甲 the form would lack its 满意; 甲 is not filled either."""
    rows = ballots(RIGHT, RIGHT_TOO)
    rows[0]["own"] = True
    assert scored(rows, leaf(own_unit=False)) == {"甲": "15", "乙": "4.5", "丙": "4.5"}
    assert aside(rows, leaf(own_unit=False)) == {"own_unit": 1}
    assert votes(rows, leaf(own_unit=False))["甲", "满意"] == 1
    assert ("甲", "基本满意") not in votes(rows, leaf(own_unit=False))


def test_a_ballot_is_judged_as_it_was_cast():
    """E19: the exempt 丙 bears the form's 不满意; the form is valid, and only its row is set aside."""
    exempt = {"units": {"categories": ["机关", "站所"], "exempt": {"listed": "先进", "years": "1"}}}
    made = plan(leaf(), **exempt)
    rows = {"units": units(), "ratings": ballots(RIGHT_TOO), "history": [{"year": 2019, "unit": "丙", "list": "先进"}]}
    assert marks(made, rows, "vote") == {"甲": "15", "乙": "9"}
    aside = review(made, rows, "tally").table("set_aside")
    assert aside.select("reason", "ratings").rows() == [("not_reviewed", 1)]


def test_a_form_belongs_to_the_cycle_of_its_earliest_row():
    """Section 2: its moment is its earliest row's; outside all cycles it is void whatever its later rows say."""
    component = leaf(per="half", cycle_full={"上半年": "5", "下半年": "10"}, unmarked="not_counted")
    rows = ballots(("f1", "a", "2020-06-30T23:59", {"甲": "满意", "乙": "不满意"}))
    rows[1]["rated_on"] = datetime(2020, 7, 1)
    found = review(plan(component), {"units": units(), "ratings": rows}, "tally").table("tally")
    assert set(found["cycle"]) == {"上半年"}
    rows[0]["rated_on"] = datetime(2019, 12, 31)
    assert aside(rows, component) == {"outside_window": 2}


def test_a_voter_votes_once_a_year_where_the_year_is_pooled():
    """E2: one a year where votes of the year are pooled, one a cycle elsewhere."""
    rows = ballots(("f1", "a", "2020-03-01", RIGHT[3]), ("f2", "a", "2020-11-20", RIGHT[3]))
    pooled = Plan.model_validate(tree(leaf(per="half", score_per="year")))
    found = review(pooled, {"units": units(), "ratings": rows}, "tally").table("set_aside")
    assert found.rows() == [("vote", "replaced", 2)]
    assert aside(rows, leaf(per="half", cycle_full={"上半年": "5", "下半年": "10"})) == {}


def test_a_form_without_a_respondent_is_a_voter_of_its_own():
    rows = ballots(("f1", None, "2020-11-20", RIGHT[3]), ("f2", None, "2020-11-20", RIGHT[3]))
    assert votes(rows, leaf())["甲", "满意"] == 2


def test_what_reasons_come_first():
    """Section 2: not_reviewed, imported, outside_window, wrong_picks, replaced, level_overpicked, own_unit."""
    exists = {"for": {"category": "机关"}, "imported": {"management": "双重"}}
    component = leaf(otherwise="drop_level", own_unit=False, **exists)
    roster = units("甲 乙 丙 丁", category={"丁": "站所"}, management={"丙": "双重"})
    picks = {"甲": "满意", "乙": "满意", "丙": "满意", "丁": "满意"}
    rows = ballots(("f1", "a", "2020-11-20", picks), ("f2", "b", "2021-01-01", picks), own=True)
    made = plan(component)
    found = review(made, {"units": roster, "ratings": rows, "marks": [brought()]}, "tally").table("set_aside")
    assert dict(found.select("reason", pl.col("ratings").cast(int)).iter_rows()) == {
        "not_reviewed": 2,
        "imported": 2,
        "outside_window": 2,
        "level_overpicked": 2,
    }


def brought():
    return {"method": "vote", "unit": "丙", "marker": None, "mark": "9"}


def test_each_raters_mean_comes_first_on_forms_too():
    """E2: b casts one form, a two; the mean of each voter's own marks counts once."""
    component = leaf(unmarked="not_counted", mean_first="respondent")
    del component["ratings"]["each"]
    other = ("f3", "b", "2020-11-20", {"甲": "不满意", "乙": "满意"})
    rows = ballots(RIGHT, (*("f2", "a"), *RIGHT[2:]), other)
    assert scored(rows, component) == {"甲": "7.5", "乙": "7.5", "丙": None}
    nameless = [row | {"respondent": None} for row in rows]
    assert scored(nameless, component) == {"甲": "10", "乙": "5", "丙": None}


def test_an_unmarked_candidate_is_one_mark_of_the_voter():
    """Section 2e with mean_first: a leaves 丙 unmarked on one form of two: (0.6 + 0) ÷ 2; b on its only one: 0.6."""
    component = leaf(mean_first="respondent")
    del component["ratings"]["each"]
    rows = ballots(RIGHT, ("f2", "a", "2020-11-20", RIGHT_TOO[3]), ("f3", "b", "2020-11-20", RIGHT[3]))
    assert scored(rows, component)["丙"] == "6.75"


def test_blanks_and_items_are_refused():
    with pytest.raises(ValueError, match="只能不计"):
        plan(leaf(items=["态度", "效率"]))


def test_forms_of_two_ballots_may_bear_one_number():
    """Section 2: a form is of one component; f1 of the other ballot came too late."""
    node, other = {"id": "all", "full": "30", "of": ["vote", "other"], "missing": "zero"}, leaf() | {"id": "other"}
    late = [row | {"method": "other"} for row in ballots(("f1", "a", "2021-01-01", {"丙": "满意", "乙": "不满意"}))]
    made = plan(node, leaf(), other)
    found = review(made, {"units": units(), "ratings": [*ballots(RIGHT), *late]}, "tally")
    assert found.table("set_aside").rows() == [("other", "outside_window", 2)]
    assert set(found.table("tally")["component"]) == {"vote"}
    dropping = plan(node, leaf(otherwise="drop_level"), leaf(otherwise="drop_level") | {"id": "other"})
    many = [row | {"method": "other", "form": "f1"} for row in ballots(TOO_MANY)]
    found = review(dropping, {"units": units(), "ratings": [*ballots(RIGHT), *many]}, "tally")
    assert found.table("set_aside").rows() == [("other", "level_overpicked", 2)]
