"""What follows a campaign and what surrounds it: problems, re-evaluation, tasks, response rates, a day in the year."""

from datetime import date, datetime

import polars as pl
import pytest

from pingyi.scoring.review import Review
from tests.tiny import HALVES, YEAR, counts, plan, review, units

SCORE = {"id": "score", "full": "100", "marks": {"range": ["0", "100"]}}
SAT = {"id": "sat", "full": "100", "ratings": {"levels": {"满意": "1", "不满意": "0"}, "channels": [{"id": "电话"}]}}


def day(text):
    return date.fromisoformat(f"2020-{text}") if text else None


def looked_at(made, facts, on):
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in facts.items() if rows}
    return Review.begin(made, frames, as_of=day(on)).through("outcomes")


def problem(id, found, due, state="open", rectified=None, fed_back=None, unit="甲"):
    row = {"problem": id, "unit": unit, "found_on": day(found), "due": day(due), "state": state, "supervised": 0}
    return row | {"rectified_on": day(rectified), "fed_back_on": day(fed_back), "text": "排队太久"}


PROBLEMS = [
    problem("1", "03-05", "03-31", "rectified", "03-20", "04-02"),
    problem("2", "03-10", "04-10", "rectified", "04-15"),
    problem("3", "04-01", "04-30"),
    problem("4", "04-20", "06-30", "refused"),
]
REPORTS = [{"problem": "3", "reported_on": day("04-25"), "text": "已加开窗口"}]


def test_problems_by_their_state_on_the_day():
    facts = {"units": units("甲"), "problems": PROBLEMS, "progress": REPORTS}
    found = looked_at(plan(SCORE), facts, "05-10").table("problem_states")
    stands = {row["problem"]: (row["status"], row["days_over"], row["reports"]) for row in found.to_dicts()}
    assert stands == {"1": ("in_time", 0, 0), "2": ("late", 5, 0), "3": ("overdue", 10, 1), "4": ("refused", 0, 0)}


def test_another_evaluation_is_one_of_the_same_unit_after_its_feedback():
    """甲 was rated in the month of its feedback and 乙 after that; 丙 after its own."""
    rows = [("甲", "04-30"), ("乙", "05-02"), ("丙", "05-02")]
    rated = [
        {"form": None, "method": "sat", "unit": unit, "level": "满意", "channel": "电话", "respondent": None}
        | {"rated_on": datetime.combine(day(on), datetime.min.time()), "source": "f", "row": nth}
        for nth, (unit, on) in enumerate(rows)
    ]
    found = [problem(id, "03-05", "03-31", "rectified", "03-20", back, unit) for id, unit, back in FED_BACK]
    facts = {"units": units("甲 乙 丙 丁"), "ratings": rated, "problems": found}
    states = looked_at(plan(SAT), facts, "06-10").table("problem_states")
    assert dict(states.select("problem", "rated_again").iter_rows()) == {"1": False, "2": True, "3": False, "4": None}


FED_BACK = [("1", "甲", "04-02"), ("2", "丙", "04-02"), ("3", "丁", "04-02"), ("4", "乙", None)]
"""Problem, unit and the day on which it was fed back."""


def test_what_had_not_happened_by_the_day_is_not_known():
    facts = {"units": units("甲"), "problems": PROBLEMS, "progress": REPORTS}
    found = looked_at(plan(SCORE), facts, "04-12").table("problem_states")
    assert {row["problem"]: (row["status"], row["reports"]) for row in found.to_dicts()} == {
        "1": ("in_time", 0),
        "2": ("overdue", 0),
        "3": ("open", 0),
    }


def test_the_cycle_month_by_month():
    """Found, rectified, fed back, open and overdue at the month's end, on which open problems a unit reported."""
    facts = {"units": units("甲"), "problems": PROBLEMS, "progress": REPORTS}
    found = looked_at(plan(SCORE), facts, "05-10").table("problem_months").sort("month").rows()
    assert found == [
        ("2020-03", 2, 1, 0, 1, 0, 0, 2),
        ("2020-04", 2, 1, 1, 2, 0, 1, 2),
        ("2020-05", 0, 0, 0, 2, 1, 0, 2),
    ]


RECHECKS = [{"id": "复评", "list": "先进", "due": "2020-06-30", "blocks": ["停"]}]


def test_what_was_listed_is_re_evaluated_and_barred_until_it_passes():
    """平阳 五(二): re-evaluated by June; no promotion before; the same list again is a repetition."""
    made = plan(SCORE, rechecks=RECHECKS, effects={"停": {"name": "不得提拔"}})
    history = [{"year": 2019, "unit": unit, "list": "先进"} for unit in "甲乙丙丁"]
    tries = [("甲", "06-30", True), ("乙", "06-01", False), ("乙", "07-01", True), ("丙", "06-15", False)]
    rechecks = [
        {"year": 2019, "list": "先进", "unit": unit, "rechecked_on": day(on), "passed": passed, "document": "文"}
        for unit, on, passed in tries
    ]
    marks = [{"method": "score", "unit": unit, "mark": mark} for unit, mark in {"甲": "90", "乙": "80"}.items()]
    facts = {"units": units("甲 乙 丙 丁"), "marks": marks, "history": history, "rechecks": rechecks}
    found = review(made, facts).table("recheck_states")
    assert {row["unit"]: (row["state"], row["repeated"], row["blocks"]) for row in found.to_dicts()} == {
        "甲": ("passed", True, ""),
        "乙": ("passed_late", False, ""),
        "丙": ("failed", False, "不得提拔"),
        "丁": ("overdue", False, "不得提拔"),
    }


def test_who_fails_after_passing_has_failed_whenever_others_did():
    made = plan(SCORE, rechecks=RECHECKS, effects={"停": {"name": "不得提拔"}})
    tries = [("甲", "05-01", True), ("甲", "06-01", False), ("乙", "04-01", False)]
    rechecks = [
        {"year": 2019, "list": "先进", "unit": unit, "rechecked_on": day(on), "passed": passed, "document": "文"}
        for unit, on, passed in tries
    ]
    history = [{"year": 2019, "unit": unit, "list": "先进"} for unit in "甲乙"]
    found = review(made, {"units": units("甲 乙"), "history": history, "rechecks": rechecks}).table("recheck_states")
    tried = {"甲": ("failed", day("06-01")), "乙": ("failed", day("04-01"))}
    assert {row["unit"]: (row["state"], row["rechecked_on"]) for row in found.to_dicts()} == tried


def test_a_code_that_is_nobodys_now_keeps_its_re_evaluation():
    made = plan(SCORE, rechecks=RECHECKS, effects={"停": {"name": "不得提拔"}})
    history = [{"year": 2019, "unit": "戊", "list": "先进"}]
    tried = history[0] | {"rechecked_on": day("06-01"), "passed": True, "document": "文"}
    found = review(made, {"units": units("甲"), "history": history, "rechecks": [tried]}).table("recheck_states")
    assert found.select("unit", "state", "blocks").rows() == [("戊", "passed", "")]


TASK = {"name": "任务", "phase": "动员", "section": "业务科"}


def test_tasks_by_their_due_days():
    """鹿城 附件1: a monthly task is due at the end of each of its months, the last one on the day the plan names."""
    tasks = [
        TASK | {"id": "a", "from": "2020-03-01", "due": "2020-03-15"},
        TASK | {"id": "b", "from": "2020-03-01", "due": "2020-03-15"},
        TASK | {"id": "m", "from": "2020-03-10", "due": "2020-05-20", "every": "month"},
    ]
    finished = [("a", "03-16"), ("m", "03-31"), ("m", "05-01")]
    rows = [{"task": task, "done_on": day(on), "document": "文"} for task, on in finished]
    found = looked_at(plan(SCORE, tasks=tasks), {"units": units("甲"), "finished": rows}, "05-10").table("task_states")
    assert [(row["task"], row["due"], row["state"]) for row in found.sort("task", "due").to_dicts()] == [
        ("a", day("03-15"), "late"),
        ("b", day("03-15"), "overdue"),
        ("m", day("03-31"), "done"),
        ("m", day("04-30"), "overdue"),
        ("m", day("05-20"), "done"),
    ]


CONTACTS = {"complete": 400, "partial": 50, "refusal": 150, "noncontact": 100, "other": 20, "unknown": 280}


def test_response_rates_are_those_of_the_standard_definitions():
    """AAPOR RR1–RR6 by hand: 720 cases known to be eligible of 900 known, so e = 0.8 of the 280 unknown ones count."""
    rows = [
        {"contact": str(nth), "method": "sat", "unit": "甲", "channel": "电话", "contacted_on": day("03-01")}
        | {"disposition": disposition, "times": times}
        for nth, (disposition, times) in enumerate((CONTACTS | {"ineligible": 180}).items())
    ]
    found = review(plan(SAT), {"units": units("甲"), "contacts": rows}, "tally").table("response_rates")
    every = found.filter((found["unit"] == "") & (found["channel"] == "")).row(0, named=True)
    exact = {"rr1": 400 / 1000, "rr2": 450 / 1000, "rr3": 400 / (720 + 0.8 * 280), "rr4": 450 / (720 + 0.8 * 280)}
    exact |= {"rr5": 400 / 720, "rr6": 450 / 720}
    assert {name: round(float(every[name]), 6) for name in exact} == {
        name: round(rate, 6) for name, rate in exact.items()
    }
    assert found.height == 5


def test_where_nothing_is_known_of_any_case_every_unknown_one_counts():
    rows = [{"contact": "1", "method": "sat", "unit": "甲", "channel": "电话", "contacted_on": day("03-01")}]
    rows = [row | {"disposition": "unknown", "times": 7} for row in rows]
    found = review(plan(SAT), {"units": units("甲"), "contacts": rows}, "tally").table("response_rates")
    rates = found.select("rr1", "rr3", "rr4", "rr5").unique().rows()
    assert rates == [(0, 0, 0, None)]


@pytest.mark.parametrize(("on", "marked"), [("03-01", None), ("06-30", 50), ("12-31", 75)])
def test_undated_counts_are_known_when_their_cycle_is_over(on, marked):
    halves = SAT | {"per": "half", "over_cycles": "mean"}
    made = plan(halves, cycles={"year": [YEAR], "half": HALVES})
    rows = counts("unit|cycle|满意|不满意\n甲|上半年|1|1\n甲|下半年|2|0")
    rows = [row | {"channel": "电话"} for row in rows]
    found = looked_at(made, {"units": units("甲"), "counts": rows}, on).table("component_marks")
    assert found["marks"].to_list() == [marked]


def test_where_a_leaf_stands_and_what_is_still_at_risk():
    """鹿城: lost so far, and what a leaf that is still being scored can lose down to its floor."""
    check = {"id": "check", "full": "20", "unmeasured": "full"}
    check["events"] = {"base": "20", "floor": "5", "items": {"bad": {"name": "问题", "points": "-3"}}}
    event = {"event": "1", "unit": "甲", "item": "bad", "happened_on": day("03-01"), "times": 1, "points": None}
    facts = {"units": units("甲 乙"), "events": [event | {"status": "confirmed", "document": "文"}]}
    for on, risk in (("05-10", {"甲": 12, "乙": 15}), ("12-31", {"甲": 0, "乙": 0})):
        found = looked_at(plan(check), facts, on).table("leaf_states")
        assert dict(found.select("unit", "at_risk").iter_rows()) == risk
        assert dict(found.select("unit", "lost").iter_rows()) == {"甲": 3, "乙": 0}
        assert dict(found.select("unit", "unmeasured").iter_rows()) == {"甲": False, "乙": True}


def test_monthly_rates_show_ratings_of_the_window():
    rated = [("03-01", "满意"), ("03-31", "不满意"), ("04-01", "满意")]
    rows = [
        {"form": str(nth), "method": "sat", "unit": "甲", "level": level, "channel": "电话"}
        | {"rated_on": datetime.combine(day(on), datetime.min.time()), "respondent": None, "source": "f", "row": nth}
        for nth, (on, level) in enumerate(rated)
    ]
    found = review(plan(SAT), {"units": units("甲"), "ratings": rows}, "tally").table("monthly_rates")
    assert [(row["month"], row["ratings"], float(row["rate"])) for row in found.sort("month").to_dicts()] == [
        ("2020-03", 2, 0.5),
        ("2020-04", 1, 1.0),
    ]


CHECKED = {"id": "check", "full": "20", "unmeasured": "full", "imported": {"system": "卫健"}}
CHECKED["events"] = {
    "base": "20",
    "floor": "0",
    "same_deed": {"keep": "gravest"},
    "problems": {"overdue": "late", "refused": "no"},
    "items": {"late": {"name": "逾期", "points": "-1"}, "no": {"name": "拒不整改", "points": "-3"}},
}


def test_problems_without_their_deduction():
    """吉州: a problem refused or overdue costs marks; what does not count is no deduction."""
    problems = [
        problem(id, "03-05", "03-31", state, unit=unit)
        for id, state, unit in (
            ("none", "refused", "甲"), ("proposed", "open", "甲"), ("counts", "refused", "甲"), ("same", "open", "甲"),
            ("other", "refused", "乙"), ("done", "open", "丙"), ("system", "refused", "丁"),
        )
    ]  # fmt: skip
    problems[5] |= {"state": "rectified", "rectified_on": day("03-20")}
    entries = [
        ("1", "甲", "late", "proposed", "proposed"), ("2", "甲", "no", "counts", "confirmed"),
        ("3", "甲", "late", "same", "confirmed"), ("4", "甲", "no", "same", "confirmed"),
        ("5", "甲", "no", "other", "confirmed"), ("6", "甲", "late", "proposed", "withdrawn"),
    ]  # fmt: skip
    events = [
        {"event": event, "unit": unit, "item": item, "happened_on": day("04-05"), "times": 1, "points": None}
        | {"deed": deed, "status": status, "document": "文"}
        for event, unit, item, deed, status in entries
    ]
    facts = {"units": units("甲 乙 丙 丁", system={"丁": "卫健"}), "problems": problems, "events": events}
    systems = {"categories": ["机关"], "management": ["单独"], "systems": {"卫健": "卫健系统"}}
    found = looked_at(plan(CHECKED, units=systems), facts, "05-10").table("undeducted_problems")
    assert sorted(found.select("problem", "unit", "status", "item", "events").rows()) == [
        ("none", "甲", "refused", "no", None),
        ("other", "乙", "refused", "no", None),
        ("proposed", "甲", "overdue", "late", "1、6"),
    ]


def test_whom_a_provision_concerns():
    """For every reviewed unit, or those it names: the unit itself, its organ once, its township where it has one."""
    provisions = [
        {"id": "all", "name": "存档", "clause": "1", "by": "单位", "each": ["unit", "organ_head", "township"]},
        {"id": "some", "name": "通报", "clause": "2", "by": "县", "each": ["unit"], "for": {"category": "站所"}},
        {"id": "both", "name": "谈话", "clause": "3", "by": "县", "each": ["unit"]}
        | {"for": {"category": "站所", "management": "双重"}},
    ]
    traits = {
        "organ": {"丙": "某办"},
        "township": {"甲": "某镇", "丁": "某镇"},
        "category": {"乙": "站所", "丙": "站所"},
        "management": {"丙": "双重", "甲": "双重"},
    }
    roster = {"categories": ["机关", "站所"], "management": ["单独", "双重"], "exempt": {"listed": "免", "years": "1"}}
    lists = [{"id": "免", "from": "units", "by": "rank", "side": "top", "take": "1"}]
    made = plan(SCORE, units=roster, provisions=provisions, lists=lists)
    history = [{"year": 2019, "unit": "丁", "list": "免"}]
    found = review(made, {"units": units("甲 乙 丙 丁", **traits), "history": history}).table("provision_subjects")
    assert sorted(found.rows()) == [
        ("all", "organ_head", "某办", 1),
        ("all", "organ_head", "某局", 2),
        ("all", "township", "某镇", 1),
        ("all", "unit", "丙", 1),
        ("all", "unit", "乙", 1),
        ("all", "unit", "甲", 1),
        ("both", "unit", "丙", 1),
        ("some", "unit", "丙", 1),
        ("some", "unit", "乙", 1),
    ]


def test_days_with_and_without_data():
    """平阳 二: data of each working day; up to the day that is looked at, for the units that are asked."""
    daily = TASK | {"id": "d", "from": "2020-03-02", "due": "2020-03-31", "every": "workday", "shown_by": "clients"}
    daily |= {"for": {"category": "机关"}}
    served = [("甲", "03-02"), ("甲", "03-03"), ("甲", "03-03"), ("甲", "03-09"), ("甲", "03-07"), ("乙", "03-11")]
    clients = [{"unit": unit, "served_on": day(on), "client": str(at)} for at, (unit, on) in enumerate(served)]
    facts = {"units": units("甲 乙 丙 丁", category={"丁": "站所"}), "clients": clients}
    found = looked_at(plan(SCORE, tasks=[daily]), facts, "03-12").table("upload_days").sort("unit")
    rows = found.select("unit", "days", "with_data", "without", "longest", "last_on").rows()
    assert sorted(rows) == [
        ("丙", 9, 0, 9, 9, None),
        ("乙", 9, 1, 8, 7, day("03-11")),
        ("甲", 9, 3, 6, 3, day("03-09")),
    ]
    assert found["ends"].unique().to_list() == [day("03-12")]
