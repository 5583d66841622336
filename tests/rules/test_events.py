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
