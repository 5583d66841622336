"""Inner nodes: children added or weighed, and what a missing child does."""

from datetime import date

import polars as pl
import pytest

from pingyi.plan import Plan
from pingyi.scoring.review import Review
from tests.rules.test_events import events
from tests.tiny import HALVES, YEAR, marks, review, table, tree, units


def plan(*components, **sections):
    """A typed plan, whatever the check of plans says of its full marks: here it is the node that matters."""
    return Plan.model_validate(tree(*components, **sections))


def child(id, full="50", **more):
    return {"id": id, "full": full, "marks": {"range": ["0", full]}} | more


def scored(node, *children, text, component="top", **traits):
    rows = [dict(row, method=row.pop("of")) for row in table(text)]
    made = plan({"id": "top"} | node, *children)
    return marks(made, {"units": units("甲 乙", **traits), "marks": rows}, component)


def of(found, component):
    return found.table("component_marks").filter(pl.col("component") == component).to_dicts()


FULL = "unit|of|mark\n甲|a|40\n甲|b|30\n乙|a|20\n乙|b|50"
HALF = "unit|of|mark\n甲|a|40\n甲|b|30\n乙|a|20"


def test_children_are_added():
    assert scored({"full": "100", "of": ["a", "b"]}, child("a"), child("b"), text=FULL) == {"甲": "70", "乙": "70"}


def test_or_weighed():
    node = {"full": "100", "of": ["a", "b"]}
    kids = [child("a", "100", weight="30%"), child("b", "100", weight="70%")]
    assert scored(node, *kids, text=FULL) == {"甲": "33", "乙": "41"}


def test_weights_may_differ_by_category():
    node = {"full": "100", "of": ["a", "b"]}
    kids = [
        child("a", "100", weight={"站所": "1", "else": "0.5"}),
        child("b", "100", weight={"站所": "0", "else": "0.5"}),
    ]
    assert scored(node, *kids, text=FULL, category={"乙": "站所"}) == {"甲": "35", "乙": "20"}


@pytest.mark.parametrize(
    ("missing", "marked"), [("zero", "20"), ("not_ranked", None), ("mean_of_group", "50"), ("spread", "40")]
)
def test_a_missing_child(missing, marked):
    """乙 has 20 of 50 in a and nothing in b: 20 + 0, none, 20 + 30, 20 × 100 ÷ 50."""
    node = {"full": "100", "of": ["a", "b"], "missing": missing}
    assert scored(node, child("a"), child("b"), text=HALF)["乙"] == marked


def test_a_missing_childs_weight_is_spread_over_the_others():
    """Jizhou, method_missing."""
    node = {"full": "100", "of": ["a", "b"], "missing": "spread"}
    kids = [child("a", "100", weight="30%"), child("b", "100", weight="70%")]
    assert scored(node, *kids, text=HALF)["乙"] == "20"


def test_bonus_stands_outside_the_full_marks():
    node = {"full": "50", "of": ["a", "b"]}
    assert scored(node, child("a"), child("b", outside=True), text=FULL)["乙"] == "70"


def test_a_bonus_needs_no_weight_and_no_marks():
    """E9: added after the weighing and after scaling; missing, it is nothing. (Before: 70.)"""
    kids = [child("a", "100", weight="0.5"), child("b", "100", weight="0.5")]
    bonus = {"id": "c", "outside": True, "marks": {"range": ["0", "5"]}}
    text = "unit|of|mark\n甲|a|80\n甲|b|60\n甲|c|5\n乙|a|80\n乙|b|60"
    assert scored({"full": "100", "of": ["a", "b", "c"]}, *kids, bonus, text=text) == {"甲": "75", "乙": "70"}
    scaled = {"full": "100", "of": ["a", "b", "c"], "convert": [{"scale": {"from": "200", "to": "100"}}]}
    assert scored(scaled, child("a", "100"), child("b", "100"), bonus, text=text) == {"甲": "75", "乙": "70"}


def test_weights_weigh_shares_of_full_marks():
    """M6: 30 and 100, half each, node of 100: a perfect unit has 100. (Before: 65.)"""
    kids = [child("a", "30", weight="0.5"), child("b", "100", weight="0.5")]
    text = "unit|of|mark\n甲|a|30\n甲|b|100\n乙|a|10\n乙|b|50"
    found = scored({"full": "100", "of": ["a", "b"]}, *kids, text=text)
    assert found == {"甲": "100", "乙": "41.6666666667"}


def test_a_category_without_weight_has_no_such_child():
    """M6: the other child is all there is for 站所. (Before: it weighed 1.)"""
    kids = [child("a", "100", weight={"机关": "0.6"}), child("b", "100", weight={"机关": "0.4", "站所": "1"})]
    text = "unit|of|mark\n甲|a|50\n甲|b|100\n乙|b|80"
    node = {"full": "100", "of": ["a", "b"]}
    assert scored(node, *kids, text=text, category={"乙": "站所"}) == {"甲": "70", "乙": "80"}
    assert scored(node, *kids, text=text, component="a", category={"乙": "站所"}) == {"甲": "50"}


def test_full_marks_by_category_say_for_whom_a_child_exists():
    """E10, M6: absent is not missing."""
    given = {"marks": {"range": ["0", "100"]}}
    kids = [child("a", "60"), child("b", "40")]
    kids = [kids[0] | given | {"full": {"机关": "60", "站所": "100"}}, kids[1] | given | {"full": {"机关": "40"}}]
    rows = [{"method": "a", **row} for row in table("unit|mark\n甲|50\n乙|80")]
    made = plan({"id": "top", "full": "100", "of": ["a", "b"]}, *kids)
    found = review(made, {"units": units("甲 乙", category={"乙": "站所"}), "marks": rows}, "marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in of(found, "top")}
    assert stands == {"甲": (None, "not_ranked"), "乙": (80, None)}


def test_a_child_for_units_of_a_list_is_absent_for_others():
    """E10: the ballot is held for the first alone, and the second loses nothing by it."""
    node = {"id": "total", "full": "100", "of": ["a", "b"]}
    kids = [child("a"), child("b", listed=["候选"], marks={"range": ["0", "50"]})]
    shortlist = {"id": "候选", "from": "units", "by": "rank", "side": "top", "take": "1"}
    standings = [{"id": "rank", "of": "a", "ties": ["share"]}, {"id": "last", "of": "total", "ties": ["share"]}]
    final = {"id": "先进", "from": "units", "by": "last", "side": "top", "take": "1"}
    made = plan(node, *kids, standings=standings, shortlists=[shortlist], lists=[final])
    rows = [dict(row, method=row.pop("of")) for row in table("unit|of|mark\n甲|a|40\n乙|a|30\n甲|b|20\n乙|b|50")]
    found = review(made, {"units": units("甲 乙"), "marks": rows}, "standing")
    assert {row["unit"]: row["marks"] for row in of(found, "total")} == {"甲": 60, "乙": 30}
    excluded = found.table("excluded_facts").select("unit", "component", "reason").rows()
    assert excluded == [("乙", "b", "not_listed")]


@pytest.mark.parametrize("missing", ["spread", "zero", "mean_of_group", "not_ranked"])
@pytest.mark.parametrize("imported", [False, True])
def test_no_policy_fills_a_veto(missing, imported):
    """M2: told as a veto, whatever the node makes of missing children, and whatever the unit brings with it."""
    case = {"case": {"name": "立案", "points": "-1", "veto": "not_ranked"}}
    check = {"id": "check", "full": "50", "events": {"base": "50", "items": case}}
    node = {"id": "top", "full": "100", "of": ["check", "b"], "missing": missing}
    node |= {"imported": {"system": "卫健"}} if imported else {}
    made = plan(node, check, child("b"), units={"categories": ["机关"], "systems": {"卫健": "卫健系统"}})
    rows = [{"method": "b", "unit": "甲", "mark": "40"}, {"method": "b", "unit": "乙", "mark": "40"}]
    rows += [{"method": "top", "unit": "甲", "mark": "99"}] if imported else []
    system = {"甲": "卫健"} if imported else {}
    facts = {"units": units("甲 乙", system=system), "marks": rows, "events": events("unit|item\n甲|case")}
    found = review(made, facts, "standing")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in of(found, "top")}
    assert stands == {"甲": (None, "veto"), "乙": (90, None)}
    assert found.table("totals")["unit"].to_list() == ["乙"]


def test_an_imported_mark_is_final():
    """E10: the scale is the node's own, and not for what is brought ready. (Before: 90.)"""
    node = {"full": "100", "of": ["a"], "imported": {"system": "卫健"}}
    node |= {"convert": [{"scale": {"from": "80", "to": "100"}}]}
    made = plan({"id": "top"} | node, child("a", "80"), units={"categories": ["机关"], "systems": {"卫健": "卫健系统"}})
    rows = [{"method": "top", "unit": "甲", "mark": "72"}, {"method": "a", "unit": "乙", "mark": "72"}]
    facts = {"units": units("甲 乙", system={"甲": "卫健"}), "marks": rows}
    assert marks(made, facts, "top") == {"甲": "72", "乙": "90"}


QUARTERS = [
    {"id": "一", "from": "2020-01-01", "to": "2020-03-31"},
    {"id": "二", "from": "2020-04-01", "to": "2020-06-30"},
    {"id": "三", "from": "2020-07-01", "to": "2020-09-30"},
    {"id": "四", "from": "2020-10-01", "to": "2020-12-31"},
]
CYCLES = {"year": [YEAR], "half": HALVES, "quarter": QUARTERS}


def by_quarter(node, *kids, text="unit|cycle|mark\n甲|一|1\n甲|二|2\n甲|三|4\n甲|四|0", more=()):
    rows = [{"method": "a", **row} for row in table(text)] + [*more]
    made = plan({"id": "top"} | node, *kids, cycles=CYCLES)
    return marks(made, {"units": units("甲"), "marks": rows}, "top")["甲"]


def quarterly(**more):
    return {"id": "a", "per": "quarter", "marks": {"range": ["0", "100"]}} | more


def test_quarters_fall_into_the_halves_that_contain_them():
    """M7: 1 + 2, and 4 + 0, each at most 4. (Before: 4.)"""
    node = {"of": ["a"], "per": "half", "each_cycle": [{"cap": "4"}]}
    assert by_quarter(node, quarterly()) == "7"
    assert by_quarter(node | {"over_cycles": "best"}, quarterly(over_cycles="mean")) == "2"


def test_a_yearly_bonus_is_added_once_to_a_quarterly_mean():
    """M7: 1.75 + 5. (Before: 2.4.)"""
    bonus = {"id": "b", "outside": True, "marks": {"range": ["0", "5"]}}
    node = {"of": ["a", "b"], "per": "quarter", "over_cycles": "mean"}
    more = [{"method": "b", "unit": "甲", "mark": "5"}]
    assert by_quarter(node, quarterly(), bonus, more=more) == "6.75"


@pytest.mark.parametrize(("missing", "marked"), [("zero", "1.75"), ("not_ranked", None), ("mean_of_group", "4.75")])
def test_a_child_scored_once_is_added_after_the_cycles(missing, marked):
    """M7: inside full marks too, before the node is converted; where it is missing, as the plan says."""
    once = {"id": "b", "marks": {"range": ["0", "5"]}}
    node = {"of": ["a", "b"], "per": "quarter", "over_cycles": "mean", "missing": missing}
    more = [{"method": "b", "unit": "甲", "mark": "5"}]
    assert by_quarter(node | {"convert": [{"times": "2"}]}, quarterly(), once, more=more) == "13.5"
    rows = [{"method": "a", "unit": one, "cycle": cycle, "mark": mark} for one in "甲乙"
            for cycle, mark in zip("一二三四", "1240", strict=True)]  # fmt: skip
    rows += [{"method": "b", "unit": "乙", "mark": "3"}]
    made = plan({"id": "top"} | node, quarterly(), once, cycles=CYCLES)
    assert marks(made, {"units": units("甲 乙"), "marks": rows}, "top") == {"甲": marked, "乙": "4.75"}


def test_a_unit_without_any_child_has_nothing_in_each_cycle():
    """The step says so in words; others have their children's marks."""
    leaf = {
        "id": "a",
        "per": "half",
        "over_cycles": "mean",
        "marks": {"range": ["0", "100"]},
        "for": {"category": "站所"},
    }
    made = plan(
        {"id": "top", "of": ["a"], "per": "half", "over_cycles": "mean"}, leaf, quarterly(id="b"), cycles=CYCLES
    )
    given = [{"method": "a", "unit": "乙", "mark": "80", "cycle": cycle} for cycle in ("上半年", "下半年")]
    roster = pl.DataFrame(units("甲 乙", category={"乙": "站所"}), infer_schema_length=None)
    found = Review.begin(made, {"units": roster, "marks": pl.DataFrame(given)}).through("marks")
    rows = found.table("node_marks").select("unit", "cycle", "flag", said=pl.col("exact").is_not_null()).rows()
    assert sorted(rows) == sorted(
        (unit, cycle, None, unit == "乙") for unit in "甲乙" for cycle in ("上半年", "下半年")
    )


def test_a_cycle_in_which_no_child_is_due_waits():
    """The first half alone counts until the second is over."""
    half = {"per": "half", "over_cycles": "mean"}
    made = plan({"id": "top", "of": ["a"]} | half, {"id": "a", "marks": {"range": ["0", "100"]}} | half)
    given = [{"method": "a", "unit": "甲", "mark": "80", "cycle": "上半年"}]
    frames = {"units": pl.DataFrame(units("甲")), "marks": pl.DataFrame(given)}
    found = Review.begin(made, frames, as_of=date(2020, 6, 30)).through("marks")
    by_cycle = found.table("node_marks").select("cycle", "flag").rows()
    assert sorted(by_cycle) == [("上半年", None), ("下半年", "not_due")]
    assert [float(mark) for mark in found.table("component_marks")["marks"]] == [80, 80]


def test_a_node_by_cycle_sees_its_children_converted():
    """E11: each half of 50 scaled to 25. (Before: 50.)"""
    leaf = child("a", "50", per="half", convert=[{"scale": {"from": "100", "to": "50"}}])
    node = {"full": "50", "of": ["a"], "per": "half"}
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|50|上半年\n甲|50|下半年")]
    made = plan({"id": "top"} | node, leaf)
    assert marks(made, {"units": units("甲"), "marks": rows}, "top") == {"甲": "50"}
    assert marks(made, {"units": units("甲"), "marks": rows}, "a") == {"甲": "50"}


def test_a_child_missing_in_one_cycle_leaves_the_unit_unranked():
    """missing: not_ranked inside cycles. (Before: ranked first by the other half.)"""
    node = {"of": ["a", "b"], "per": "half", "over_cycles": "mean"}
    kids = [child("a", "50", per="half", over_cycles="mean"), child("b", "50", per="half", over_cycles="mean")]
    text = "unit|of|mark|cycle\n甲|a|40|上半年\n甲|b|40|上半年\n甲|a|40|下半年"
    text += "\n乙|a|1|上半年\n乙|b|1|上半年\n乙|a|1|下半年\n乙|b|1|下半年"
    rows = [dict(row, method=row.pop("of")) for row in table(text)]
    found = review(plan({"id": "top"} | node, *kids), {"units": units("甲 乙"), "marks": rows}, "marks")
    stands = {row["unit"]: (row["marks"], row["flag"]) for row in of(found, "top")}
    assert stands == {"甲": (None, "not_ranked"), "乙": (2, None)}


def test_thirds_are_whole_again():
    """M1: ⅓ + ⅓ + ⅓ ties with 1. (Before: places 2 and 1.)"""
    kids = [{"id": id, "full": "1", "measures": {"of": "rate", "numerator": "n", "denominator": "d"}} for id in "abc"]
    rows = [{"method": id, "unit": "甲", "numerator": "1", "denominator": "3"} for id in "abc"]
    rows += [{"method": id, "unit": "乙", "numerator": str(int(id == "a")), "denominator": "1"} for id in "abc"]
    found = review(
        plan({"id": "top", "full": "3", "of": [*"abc"]}, *kids), {"units": units("甲 乙"), "measures": rows}, "marks"
    )
    key = "select distinct compared(exact) from component_marks where component = 'top'"
    assert found.run.connection.sql(key).fetchall() == [(10**18,)]


def test_a_node_may_be_evaluated_each_month_and_averaged():
    """Each month: a + b, at most 60; then the mean of the months with marks."""
    node = {"full": "60", "of": ["a", "b"], "per": "month", "over_cycles": "mean", "each_cycle": [{"cap": "60"}]}
    monthly = {"per": "month", "over_cycles": "mean"}
    kids = [child("a", "30", **monthly), child("b", "30", **monthly)]
    text = "unit|of|mark|cycle\n甲|a|40|1月\n甲|b|40|1月\n甲|a|10|2月\n甲|b|20|2月\n甲|a|5|3月\n甲|b|4|3月"
    assert scored(node, *kids, text=text)["甲"] == "33"  # (60 + 30 + 9) ÷ 3


@pytest.mark.parametrize(
    ("over", "missing", "marked"),
    [
        ("sum", "left_out", (None, "cycle_missing")),
        ("mean", "left_out", (40, "cycle_missing")),
        ("mean", "zero", (20, "cycle_missing")),
        ("mean", "not_scored", (None, "cycle_missing")),
        ("best", "left_out", (40, "cycle_missing")),
        ("last", "left_out", (40, "cycle_missing")),
        ("last", "zero", (0, "cycle_missing")),
    ],
)
def test_a_cycle_without_marks(over, missing, marked):
    """E3: a sum wants every cycle; the others say what they make of one that has none. (Before: 40, no flag.)"""
    leaf = child("a", "100", per="half", over_cycles=over, cycle_missing=missing)
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|40|上半年")]
    found = {
        row["unit"]: (row["marks"], row["flag"])
        for row in of(review(plan(leaf), {"units": units("甲 乙"), "marks": rows}, "marks"), "a")
    }
    assert found == {"甲": marked, "乙": (None, "missing")}


@pytest.mark.parametrize(("rule", "marked"), [("full", (10, None)), ("missing", (None, "not_ranked"))])
@pytest.mark.parametrize("over", [{"over_cycles": "mean"}, {"cycle_full": {"上半年": "4", "下半年": "6"}}, {}])
def test_a_leaf_not_measured_gives_its_node_its_cycles_too(rule, marked, over):
    """E12. (Before: the unit was unranked.)"""
    leaf = {"id": "a", "full": "10", "per": "half", "unmeasured": rule, "marks": {"range": ["0", "5"]}} | over
    node = {"id": "top", "full": "10", "of": ["a"], "per": "half"}
    node |= {"over_cycles": "mean"} if "over_cycles" in over else {}
    rows = [{"method": "a", "unit": "乙", "cycle": cycle, "mark": "3"} for cycle in ("上半年", "下半年")]
    found = of(review(plan(node, leaf), {"units": units("甲 乙"), "marks": rows}, "marks"), "top")
    assert {row["unit"]: (row["marks"], row["flag"]) for row in found}["甲"] == marked


@pytest.mark.parametrize(
    ("day", "marked"),
    [(None, (None, "cycle_missing")), (date(2020, 6, 30), (40, "not_due")), (date(2019, 12, 31), (None, "not_due"))],
)
def test_a_cycle_that_has_not_begun_is_not_due(day, marked):
    """E21: no marks and no zero; what is due is combined."""
    leaf = child("a", "100", per="half")
    rows = [{"method": "a", **row, "given_on": date(2020, 2, 1)} for row in table("unit|mark\n甲|40")]
    frames = {name: pl.DataFrame(one) for name, one in {"units": units("甲"), "marks": rows}.items()}
    found = Review.begin(plan(leaf), frames, as_of=day).through("marks")
    assert [(row["marks"], row["flag"]) for row in of(found, "a")] == [marked]
    node = Review.begin(plan({"id": "top", "of": ["a"]}, leaf), frames, as_of=day).through("marks")
    wanted = (40, None) if marked[0] else (None, "not_due" if marked[1] == "not_due" else "not_ranked")
    assert [(row["marks"], row["flag"]) for row in of(node, "top")] == [wanted]


@pytest.mark.parametrize(
    ("day", "half", "quarter"),
    [
        (date(2020, 6, 30), (1, "not_due"), (1, "not_due")),
        (date(2020, 7, 1), (1, "not_due"), (None, "not_ranked")),
        (date(2020, 9, 30), (1, "not_due"), (None, "not_ranked")),
    ],
)
def test_a_node_waits_for_children_that_are_not_due(day, half, quarter):
    """E21: a half whose only survey is in its last quarter is not due before it; a quarter that runs is, and misses."""
    surveys = [
        {"id": "春", "from": "2020-01-01", "to": "2020-03-31"},
        {"id": "冬", "from": "2020-10-01", "to": "2020-12-31"},
    ]
    node = {"id": "top", "of": ["a"], "per": "half"}
    facts = {"units": units("甲"), "marks": [{"method": "a", "unit": "甲", "mark": "1", "given_on": date(2020, 3, 1)}]}
    frames = {name: pl.DataFrame(rows) for name, rows in facts.items()}
    for leaf, wanted in (({"per": "survey"}, half), ({"per": "quarter", "over_cycles": "best"}, quarter)):
        made = plan(node, quarterly(**leaf), cycles=CYCLES | {"survey": surveys})
        found = Review.begin(made, frames, as_of=day, draws=1).through("marks")
        assert {(row["marks"], row["flag"]) for row in of(found, "top") if row["draw"] == 0} == {wanted}
        assert {row["marks"] for row in of(found, "top")} == {wanted[0]}


@pytest.mark.parametrize(("over", "marked"), [("sum", "70"), ("mean", "35"), ("best", "40"), ("last", "30")])
def test_how_cycles_combine(over, marked):
    leaf = child("a", "50", per="half", over_cycles=over) | {"full": "100"}
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|40|上半年\n甲|30|下半年")]
    assert marks(plan(leaf), {"units": units("甲"), "marks": rows}, "a") == {"甲": marked}


def test_cycles_may_weigh_differently():
    leaf = child("a", "100", per="half", over_cycles="weights", cycle_full={"上半年": "0.4", "下半年": "0.6"})
    rows = [{"method": "a", **row} for row in table("unit|mark|cycle\n甲|40|上半年\n甲|30|下半年")]
    assert marks(plan(leaf), {"units": units("甲"), "marks": rows}, "a") == {"甲": "34"}


def test_what_is_due_and_missing_is_not_told_as_not_due():
    """Half of the node has begun; its child that is scored once came from nobody. Above it something is missing, not
    everything ahead. (Before: not due, and nobody was asked for the marks.)"""
    halves = child("a", "10", per="half", over_cycles="last")
    node = {"id": "mid", "of": ["a", "b"], "per": "half", "over_cycles": "last", "missing": "mean_of_group"}
    made = plan({"id": "top", "of": ["mid"], "missing": "mean_of_group"}, node, halves, child("b", "10"))
    rows = [{"method": "a", "unit": "甲", "mark": "6", "cycle": "上半年"}]
    frames = {"units": pl.DataFrame(units("甲"), infer_schema_length=None), "marks": pl.DataFrame(rows)}
    found = Review.begin(made, frames, as_of=date(2020, 6, 30)).through("standing")
    assert [(row["marks"], row["flag"]) for row in of(found, "mid")] == [(None, "missing+not_due")]
    assert [(row["marks"], row["flag"]) for row in of(found, "top")] == [(None, "missing")]
    assert found.table("unranked")["reason"].to_list() == ["missing"]
