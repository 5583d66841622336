"""Leaves scored from happenings: 四(一)4, 附件2 and 四(二)5, and ladders and vetoes of other plans."""

from datetime import date

import pytest

from tests.tiny import marks, plan, review, table, units


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
