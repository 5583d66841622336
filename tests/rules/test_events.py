"""Leaves scored from happenings: 四(一)4, 附件2 and 四(二)5, and ladders and vetoes of other plans."""

from datetime import date

import polars as pl
import pytest

from pingyi.plan import Plan
from pingyi.scoring.review import Review
from tests.tiny import marks, plan, review, table, tree, units


def leaf(items, full="20", **rule):
    component = {"id": "check", "full": full, "events": {"base": full, "items": items} | rule}
    return component


def events(text):
    """Events from a small table; happened on 1 March, once, confirmed, unless the table says otherwise."""
    blank = {"happened_on": "2020-03-01", "times": "1", "factors": "", "status": "confirmed", "points": None}
    rows = [blank | {"event": str(place), "document": "某文"} | row for place, row in enumerate(table(text))]
    for row in rows:
        row |= {"happened_on": date.fromisoformat(row["happened_on"]), "times": int(row["times"])}
        row["factors"] = [one for one in (row["factors"] or "").split("+") if one]
    return rows


def scored(text, leaf, names="甲 乙"):
    return marks(plan(leaf), {"units": units(names), "events": events(text)}, leaf["id"])


COUNTY = {"county": {"name": "县级查实", "points": "-1", "factors": {"aggravated": "2", "half": "0.5"}}}


def test_each_case_costs_its_points():
    """四(一)4: 20 − 1 × 3."""
    assert scored("unit|item|times\n甲|county|3", leaf(COUNTY)) == {"甲": "17", "乙": "20"}


def test_factors_multiply():
    """四(一)4 情节严重的加倍; 附件2 协办减半; both: once."""
    text = "unit|item|factors\n甲|county|aggravated\n乙|county|half\n丙|county|aggravated+half"
    assert scored(text, leaf(COUNTY), "甲 乙 丙") == {"甲": "18", "乙": "19.5", "丙": "19"}


@pytest.mark.parametrize(("floor", "marked"), [("0", "0"), ("5", "5"), (None, "-10")])
def test_a_floor_holds_where_the_plan_has_one(floor, marked):
    rule = {"floor": floor} if floor else {}
    assert scored("unit|item|times\n甲|county|30", leaf(COUNTY, **rule))["甲"] == marked


def test_points_within_a_range_come_from_the_entry():
    """附件2: 3 to 5 by gravity."""
    items = {"undone": {"name": "未办", "points": ["-5", "-3"]}}
    assert scored("unit|item|points\n甲|undone|-4.5", leaf(items))["甲"] == "15.5"


def test_only_what_is_confirmed_and_in_the_window_counts():
    text = "unit|item|status|happened_on\n甲|county|proposed|2020-03-01\n乙|county|confirmed|2021-01-01"
    made = review(plan(leaf(COUNTY)), {"units": units("甲 乙"), "events": events(text)}, "marks")
    points = made.table("event_points")
    assert dict(points.select("unit", "not_counted").iter_rows()) == {"甲": "not_confirmed", "乙": "outside_window"}
    assert scored(text, leaf(COUNTY)) == {"甲": "20", "乙": "20"}


AWARDS = {"nation": {"name": "国家级", "points": "5"}, "city": {"name": "市级", "points": "1"}}


def bonus(**rule):
    return {"id": "bonus", "full": "5", "events": {"base": "0", "cap": "5", "items": AWARDS} | rule}


def test_the_same_deed_counts_once_at_its_highest():
    """四(二)5."""
    text = "unit|item|deed\n甲|nation|一\n甲|city|一\n乙|city|二\n乙|city|三\n乙|city|-\n乙|city|-"
    assert scored(text, bonus(same_deed={"keep": "gravest"})) == {"甲": "5", "乙": "4"}


def test_a_cap_holds():
    """四(二)5: at most 5."""
    assert scored("unit|item\n甲|nation\n甲|city", bonus())["甲"] == "5"


def test_a_ladder_climbs_with_each_case_in_order_of_dates():
    items = {"strike": {"name": "再犯", "ladder": ["-1", "-3", "-10"]}}
    text = "unit|item|times\n甲|strike|1\n甲|strike|1\n乙|strike|4"
    assert scored(text, leaf(items, full="30")) == {"甲": "26", "乙": "6"}


@pytest.mark.parametrize(("veto", "marked"), [("zero", "0"), ("not_ranked", None)])
def test_a_veto_takes_all(veto, marked):
    items = {"case": {"name": "立案", "points": "-1", "veto": veto}}
    assert scored("unit|item\n甲|case", leaf(items)) == {"甲": marked, "乙": "20"}


def test_each_quarter_has_its_own_base_and_the_mean_counts():
    """附件2 办理评价: 90 a month here, floored each month, mean of three."""
    items = {"late": {"name": "逾期", "points": "-50"}}
    rule = leaf(items, full="90", floor="0") | {"per": "month", "over_cycles": "mean"}
    text = "unit|item|times|happened_on\n甲|late|2|2020-01-31\n甲|late|1|2020-02-01"
    assert scored(text, rule)["甲"] == "43.3333333333"  # (0 + 40 + 90) ÷ 3


SLOW = {"slow": {"name": "逾期", "points": "-1", "within": {"working_days": "5"}, "extended": {"months": "1"}}}


@pytest.mark.parametrize(
    ("opened", "closed", "extended", "why"),
    [
        ("2018-02-09", "2018-02-22", False, "in_time"),  # 11 and 24 February are worked, 15 to 21 are the holiday
        ("2018-02-09", "2018-02-23", False, None),
        ("2018-09-28", "2018-10-10", False, "in_time"),  # 29 and 30 September are worked, 1 to 7 October are free
        ("2018-09-28", "2018-10-11", False, None),
        ("2018-01-31", "2018-02-28", True, "in_time"),  # a month after the last of January is the last of February
        ("2018-01-31", "2018-03-01", True, None),
        ("2018-03-01", None, False, None),
        ("2018-12-27", None, False, "not_due"),
    ],
)
def test_an_answer_counts_as_late_after_working_days_of_the_official_calendar(opened, closed, extended, why):
    """银川 附件1二(二): 5 working days, with consent a month; checked by hand against the calendar of 2018."""
    made = plan(
        leaf(SLOW), cycles={"year": [{"id": "全年", "from": "2018-01-01", "to": "2018-12-31"}]}
    )  # fmt: skip
    row = {"event": "1", "unit": "甲", "item": "slow", "happened_on": date(2018, 6, 1), "times": 1, "points": None}
    row |= {"status": "confirmed", "opened_on": date.fromisoformat(opened), "extended": extended}
    row["closed_on"] = date.fromisoformat(closed) if closed else None
    found = review(made, {"units": units("甲"), "events": [row]}, "marks")
    assert found.table("event_points")["not_counted"].to_list() == [why]
    assert found.table("component_marks")["marks"].to_list() == [20 if why else 19]


@pytest.mark.parametrize(("day", "why"), [("2018-02-28", "not_due"), ("2018-03-01", None)])
def test_an_answer_may_come_on_its_last_day(day, why):
    row = {"event": "1", "unit": "甲", "item": "slow", "happened_on": date(2018, 1, 31), "times": 1, "points": None}
    row |= {"status": "confirmed", "opened_on": date(2018, 1, 31), "extended": True, "closed_on": None}
    made = plan(leaf(SLOW), cycles={"year": [{"id": "全年", "from": "2018-01-01", "to": "2018-12-31"}]})
    frames = {"units": pl.DataFrame(units("甲")), "events": pl.DataFrame([row])}
    found = Review.begin(made, frames, as_of=date.fromisoformat(day)).through("marks")
    assert found.table("event_points")["not_counted"].to_list() == [why]


def test_who_brings_its_marks_has_none_of_events():
    made = plan(leaf(COUNTY) | {"imported": {"management": "双重"}})
    roster = units("甲 乙", management={"乙": "双重"})
    brought = [{"method": "check", "unit": "乙", "mark": "7"}]
    found = review(made, {"units": roster, "events": events("unit|item\n甲|county\n乙|county"), "marks": brought})
    assert found.table("event_marks")["unit"].to_list() == ["甲"]


def test_what_needs_a_signature_waits_for_it():
    """银川 附件1二: signed by the unit's head."""
    rows = events("unit|item\n甲|county\n乙|county")
    rows[1]["signed_on"] = date(2020, 3, 5)
    found = review(plan(leaf(COUNTY, needs="signed")), {"units": units("甲 乙"), "events": rows})
    waiting = found.table("event_points").select("unit", "not_counted")
    assert dict(waiting.iter_rows()) == {"甲": "not_signed", "乙": None}
    assert "pending_events" in found.table("notices")["kind"].to_list()


def test_an_open_end_of_a_range_bounds_nothing():
    """元坝 三(四): deductions of an amount that the office enters."""
    items = {"breach": {"name": "违规", "points": [None, "0"]}}
    component = {"id": "check", "outside": "true", "events": {"items": items}}
    assert scored("unit|item|points\n甲|breach|-37.5", component) == {"甲": "-37.5", "乙": "0"}


@pytest.mark.parametrize(("rule", "marked"), [("full", ("20", "unmeasured")), ("missing", (None, "unmeasured"))])
def test_a_leaf_without_facts_is_told_from_full_marks(rule, marked):
    """鹿城 not_yet: 甲 was looked at and nothing was found, 乙 was not."""
    items = {"finding": {"name": "问题", "points": "-1"}, "clean": {"name": "没有问题", "points": "0"}}
    made = plan(leaf(items) | {"unmeasured": rule})
    rows = events("unit|item\n甲|clean")
    found = review(made, {"units": units("甲 乙"), "events": rows}, "marks").table("component_marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in found.to_dicts()}
    assert stands["甲"] == (20, None)
    assert (None if stands["乙"][0] is None else str(int(stands["乙"][0])), stands["乙"][1]) == marked


CASE = {"name": "立案", "points": "0", "veto": "not_ranked"}


def stands(made, rows, component, names="甲 乙", stage="marks"):
    found = review(made, {"units": units(names), "events": rows}, stage).table("component_marks")
    return {row["unit"]: (row["marks"], row["flag"]) for row in found.to_dicts() if row["component"] == component}


@pytest.mark.parametrize("over", ["mean", "best", "last", "sum"])
def test_a_veto_holds_for_the_year(over):
    """M2: no mean, best or last of the other half fills it. (Before: first, on the list.)"""
    component = leaf({"case": CASE}) | {"full": "40", "per": "half", "over_cycles": over}
    made = Plan.model_validate(tree({"id": "top", "of": ["check"], "missing": "zero"}, component))
    rows = events("unit|item|happened_on\n甲|case|2020-02-01")
    assert stands(made, rows, "check")["甲"] == (None, "veto")
    assert stands(made, rows, "top")["甲"] == (None, "veto")


def test_a_veto_among_entries_of_one_deed_is_never_dropped():
    """E6: the graver number counts, the veto holds. (Before: 15, ranked.)"""
    items = {"case": CASE, "fine": {"name": "处罚", "points": "-5"}}
    rows = events("unit|item|deed\n甲|case|一\n甲|fine|一")
    assert stands(plan(leaf(items, same_deed={"keep": "gravest"})), rows, "check")["甲"] == (None, "veto")
    items["case"] = CASE | {"veto": "zero"}
    assert stands(plan(leaf(items, same_deed={"keep": "gravest"})), rows, "check")["甲"] == (0, "veto_zero")


def test_an_entry_that_does_not_count_climbs_no_ladder():
    """E7: −1 −3 −10, deeds d1 d1 d2, base 30. (Before: 17.)"""
    items = {"strike": {"name": "再犯", "ladder": ["-1", "-3", "-10"]}}
    text = "unit|item|deed\n甲|strike|d1\n甲|strike|d1\n甲|strike|d2"
    assert scored(text, leaf(items, full="30", same_deed={"keep": "gravest"}), "甲") == {"甲": "26"}


def test_entries_of_one_day_climb_by_number():
    """E7: 9 before 10; the tenth is the aggravated one and costs the second rung twice."""
    items = {"strike": {"name": "再犯", "ladder": ["-1", "-3"], "factors": {"double": "2"}}}
    rows = events("unit|item|factors\n甲|strike|double\n甲|strike|-")
    for row, number in zip(rows, ("10", "9"), strict=True):
        row["event"] = number
    assert stands(plan(leaf(items, full="30")), rows, "check", "甲") == {"甲": (23, None)}


@pytest.mark.parametrize(("first", "counts"), [("2020-03-01", "9"), ("2020-03-02", "10")])
def test_of_equal_entries_of_one_deed_the_earlier_counts(first, counts):
    """E7: by day, then by number, however it was handed in."""
    rows = events("unit|item|deed|happened_on\n甲|city|一|2020-03-01\n甲|city|一|" + first)
    for row, number in zip(rows, ("10", "9"), strict=True):
        row["event"] = number
    found = review(plan(bonus(same_deed={"keep": "gravest"})), {"units": units("甲"), "events": rows}, "marks")
    points = found.table("event_points")
    assert [row["event"] for row in points.to_dicts() if row["not_counted"] is None] == [counts]


def test_a_ladder_weighs_its_first_rung_among_entries_of_one_deed():
    """E7: 1 × 2 against 3: the fine is graver, though the ladder would go on to 10."""
    items = {"strike": {"name": "再犯", "ladder": ["-1", "-10"]}, "fine": {"name": "处罚", "points": "-3"}}
    text = "unit|item|deed|times\n甲|strike|一|2\n甲|fine|一|1"
    assert scored(text, leaf(items, same_deed={"keep": "gravest"}), "甲") == {"甲": "17"}


def test_one_deed_counts_once_in_each_leaf():
    """E7."""
    rows = events("unit|item|deed\n甲|county|一\n甲|county|一\n甲|town|一")
    other = {"id": "other", "full": "20", "events": {"base": "20", "items": {"town": COUNTY["county"]}}}
    other["events"]["same_deed"] = {"keep": "gravest"}
    made = plan(leaf(COUNTY, same_deed={"keep": "gravest"}), other)
    assert stands(made, rows, "check", "甲") == {"甲": (19, None)}
    assert stands(made, rows, "other", "甲") == {"甲": (19, None)}


@pytest.mark.parametrize(
    ("rule", "convert", "marked"),
    [
        ({"base": "20"}, [{"floor": "5"}], 0),
        ({"base": "20"}, [{"steps": [["0", "3"], ["20", "10"]]}], 0),
        ({"base": "20", "floor": "5"}, [], 0),
        ({"base": "0", "cap": "0", "floor": "-20"}, [], -20),
        ({"base": "0", "cap": "0", "floor": "-20"}, [{"times": "0.5"}, {"floor": "-3"}], -3),
        ({"base": "0", "cap": "0"}, [], -4),
        ({"base": "0", "cap": "0"}, [{"times": "-1"}], 0),
    ],
)
def test_a_veto_that_empties_a_leaf_makes_nobody_better_off(rule, convert, marked):
    """E6: the lowest the leaf can give, zero at most, through floors and conversions. (Before: 5.)"""
    items = {"case": {"name": "立案", "points": "-4", "veto": "zero"}}
    component = {"id": "check", "outside": rule["base"] == "0", "events": {"items": items} | rule, "convert": convert}
    made = Plan.model_validate(tree(component))
    assert stands(made, events("unit|item\n甲|case"), "check", "甲") == {"甲": (marked, "veto_zero")}


@pytest.mark.parametrize(
    ("per", "convert", "marked"),
    [("year", "each_cycle", 0), ("year", "convert", 0), ("cycle", "each_cycle", 20), ("cycle", "convert", 25)],
)
def test_a_veto_empties_the_year_unless_it_says_its_cycle(per, convert, marked):
    """M2: base 20 a half, the veto in the first; a floor of 5 a half, or of 25 in all."""
    items = {"case": {"name": "立案", "points": "-1", "veto": "zero", "veto_per": per}}
    component = leaf(items) | {"full": "40", "per": "half", convert: [{"floor": "25" if convert == "convert" else "5"}]}
    rows = events("unit|item|happened_on\n甲|case|2020-02-01")
    assert stands(Plan.model_validate(tree(component)), rows, "check", "甲") == {"甲": (marked, "veto_zero")}


def test_what_is_vetoed_takes_no_rank():
    """M2, E6: 甲 is out and ranks nobody down; 乙 is emptied and has its place with zero."""
    items = {"case": CASE, "empty": {"name": "清零", "points": "0", "veto": "zero"}}
    rank = [{"points_by_rank": {"places": {"1": "20", "2": "10", "3": "5"}, "after": "1", "lowest_first": True}}]
    rows = events("unit|item\n甲|case\n乙|empty")
    found = stands(plan(leaf(items) | {"convert": rank}), rows, "check", "甲 乙 丙")
    assert found == {"甲": (None, "veto"), "乙": (0, "veto_zero"), "丙": (10, None)}


def test_many_factors_multiply_exactly():
    """E8: 0.001234 × 0.001 × 0.5 is not cut at the sixth decimal on its way."""
    factors = {"a": "0.001234", "b": "0.001", "c": "0.5"}
    items = {"rare": {"name": "少见", "points": "-1", "factors": factors}}
    assert scored("unit|item|factors\n甲|rare|a+b+c", leaf(items), "甲") == {"甲": "19.999999383"}


def test_events_of_units_that_are_not_reviewed_are_set_aside():
    """M4, M5: told row by row, beside those that were looked at."""
    component = leaf(COUNTY) | {"for": {"category": "机关"}}
    rows = events("unit|item|happened_on\n甲|county|2020-03-01\n乙|county|2020-03-01\n甲|county|2021-01-01")
    made = plan(component)
    facts = {"units": units("甲 乙", category={"乙": "站所"}), "events": rows}
    found = review(made, facts, "marks")
    assert found.table("excluded_facts").select("fact_table", "unit", "reason").rows() == [
        ("events", "乙", "not_reviewed")
    ]
    assert sorted(map(str, found.table("event_points")["not_counted"])) == ["None", "outside_window"]
    assert marks(made, facts, "check") == {"甲": "19"}


def test_a_leaf_not_measured_takes_no_rank():
    """E12: 乙 has no events and no marks; the others have 5 and 3. (Before: 3 and 0.)"""
    rank = [{"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}}]
    component = leaf(COUNTY, full="5") | {"unmeasured": "missing", "convert": rank}
    rows = events("unit|item|times\n甲|county|1\n丙|county|2")
    found = stands(plan(component), rows, "check", "甲 乙 丙")
    assert found == {"甲": (5, None), "乙": (None, "unmeasured"), "丙": (3, None)}
