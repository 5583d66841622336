"""What the page says of a year that goes on: answers, months, standing so far, tasks, rectification, re-evaluation."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pingyi import figures
from pingyi.common import wording
from pingyi.desk.year import NOTHING, Year
from pingyi.figures.theme import UNCOUNTED
from pingyi.report import page, progress_sections
from pingyi.report.notebook_sections import TITLES
from pingyi.report.page import sections_of
from pingyi.report.progress_sections import (
    dates_ahead,
    lapse_costs,
    lapses_of_month,
    rates_of_month,
    silent_months,
    tasks_of_month,
)
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.test_report_page import Reader, places, rows
from tests.tiny import counts, plan, units

pytestmark = pytest.mark.slow

LEVELS = {"满意": "1", "基本满意": "0.6", "不满意": "0"}
PHONE = {"id": "phone", "name": "电话评价", "full": "60", "clause": "附件2", "unmeasured": "full"}
PHONE |= {"ratings": {"levels": LEVELS, "channels": [{"id": "电话"}, {"id": "短信"}]}}
VISIT = {"id": "visit", "name": "明察暗访", "full": "40", "clause": "附件2", "unmeasured": "full"}
VISIT["events"] = {
    "base": "40",
    "floor": "0",
    "same_deed": {"keep": "gravest"},
    "items": {
        "late": {"name": "未按时整改", "points": "-3"},
        "refused": {"name": "拒不整改", "points": "-10"},
        "clean": {"name": "已查，没有问题", "points": "0"},
    },
}
TOTAL = {"id": "total", "name": "总分", "full": "100", "of": ["phone", "visit"]}
TASK = {"phase": "实施", "section": "业务科", "clause": "附件1"}
TASKS = [
    TASK | {"id": "start", "name": "动员部署", "phase": "部署", "from": "2020-01-10", "due": "2020-02-10"},
    TASK | {"id": "report", "name": "每月报告", "from": "2020-03-01", "due": "2020-06-30", "every": "month"},
    TASK | {"id": "end", "name": "总结", "from": "2020-06-01", "due": "2020-11-30"},
]


def followed_plan(**more: Any):
    """A plan seen from the reviewed unit's side: leaves that wait for facts, a work plan, no list, no consequence."""
    standing = [{"id": "rank", "name": "窗口名次", "of": "total", "ties": ["share"]}]
    return plan(PHONE, VISIT, TOTAL, **({"standings": standing, "lists": [], "tasks": TASKS} | more))


def day(text: str) -> date:
    return date.fromisoformat(f"2020-{text}")


def rated(unit: str, on: str, level: str, channel: str = "电话") -> dict[str, Any]:
    at = datetime.combine(day(on), datetime.min.time())
    row = {"method": "phone", "unit": unit, "level": level, "channel": channel, "rated_on": at}
    return row | {"form": f"{unit}{on}{level}", "respondent": None, "source": "ratings.csv", "row": 2}


def happened(event: str, unit: str, item: str, on: str, deed: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"event": event, "unit": unit, "item": item, "happened_on": day(on), "deed": deed, "points": None, "times": 1}
    return row | {"status": "confirmed", "factors": [], "document": "文", "source": "events.csv", "row": 2} | more


def problem(id: str, unit: str, found: str, due: str, state: str = "open", rectified: str = "", fed_back: str = ""):
    row = {"problem": id, "unit": unit, "found_on": day(found), "due": day(due), "state": state, "supervised": 0}
    dates = {"rectified_on": day(rectified) if rectified else None, "fed_back_on": day(fed_back) if fed_back else None}
    return row | dates | {"text": f"排队太久{id}", "document": "单", "source": "problems.csv", "row": 2}


def facts() -> dict[str, list[dict[str, Any]]]:
    contacts = [
        {"contact": f"{unit}{nth}", "method": "phone", "unit": unit, "channel": "电话", "contacted_on": day("03-01")}
        | {"disposition": disposition, "times": times}
        for unit, times_ in (("甲", (6, 1, 2, 1, 1)), ("乙", (5, 0, 4, 3, 0)))
        for nth, (disposition, times) in enumerate(
            zip(("complete", "partial", "refusal", "unknown", "ineligible"), times_, strict=True)
        )
    ]
    opinion = {"unit": "甲", "channel": "座谈会", "source": "opinions.csv", "row": 2}
    return {
        "units": units("甲 乙 丙", organ={"乙": "他局"}),
        "ratings": [
            *(rated("甲", on, level) for on, level in (("03-05", "满意"), ("03-06", "不满意"), ("04-02", "满意")) * 5),
            *(rated("乙", on, level, "短信") for on, level in (("04-20", "满意"), ("05-02", "满意")) * 5),
        ],
        "events": [
            happened("1", "甲", "late", "03-10", "P1"),
            happened("2", "甲", "refused", "05-04", "P1"),
            happened("3", "乙", "clean", "03-10"),
            happened("4", "乙", "late", "05-06", times=2),
            happened("5", "乙", "late", "05-07", status="proposed"),
        ],
        "contacts": contacts,
        "problems": [
            problem("P1", "甲", "03-05", "03-31", "rectified", "05-08", "05-09"),
            problem("P2", "甲", "04-10", "05-05"),
            problem("P3", "乙", "05-02", "06-30"),
        ],
        "progress": [{"problem": "P2", "reported_on": day("04-25"), "text": "已加开窗口", "document": "报"}],
        "opinions": [
            opinion | {"opinion": "1", "received_on": day("03-04"), "text": "排队<等>了一个钟头！", "problem": "P1"},
            opinion | {"opinion": "2", "received_on": day("04-04"), "text": "挺好的。", "problem": None},
        ],
        "finished": [
            {"task": "start", "done_on": day("02-11"), "document": "文"},
            {"task": "report", "done_on": day("03-30"), "document": "文"},
        ],
    }


def begun(made: Any, given: dict[str, list[dict[str, Any]]], as_of: date | None = None, draws: int = 0) -> Review:
    frames = {name: pl.DataFrame(one, infer_schema_length=None) for name, one in given.items() if one}
    return Review.begin(made, frames, draws=draws, as_of=as_of).through("outcomes")


def read(review: Review) -> Reader:
    reader = Reader()
    reader.feed(page(review, simulated=False, run={"id": "1"}))
    assert reader.inside == []
    return reader


def sections(reader: Reader) -> list[str | None]:
    return [found["id"] for tag, found in reader.elements if tag == "section"]


ON = day("05-10")


@pytest.fixture(scope="module")
def early() -> Review:
    return begun(followed_plan(), facts(), ON)


@pytest.fixture(scope="module")
def seen(early: Review) -> Reader:
    return read(early)


@pytest.fixture(scope="module")
def book(early: Review) -> ResultTables:
    return ResultTables(early)


def test_a_day_in_the_year_begins_with_the_month(seen: Reader):
    wanted = ["month", "answers", "roster", "tally", "response", "monthly", "marks", "standing", "now", "tasks"]
    assert sections(seen) == [*wanted, "rectification", "readings", "units", "method"]
    assert "截至 2020-05-10 的情况，不是最后结果。" in seen.text


def test_the_end_of_the_year_has_no_month_and_no_preliminary_result():
    reader = read(begun(followed_plan(), facts()))
    assert sections(reader)[0] == "answers"
    assert "不是最后结果" not in "".join(reader.text)


def test_what_a_plan_has_nothing_of_is_left_out():
    made = plan(PHONE | {"unmeasured": None}, TOTAL | {"of": ["phone"], "full": "60"}, standings=[STANDING], lists=[])
    votes = counts("unit|满意|基本满意|不满意\n甲|3|1|0", method="phone", channel="电话")
    reader = read(begun(made, {"units": units("甲"), "counts": votes}))
    assert sections(reader) == ["answers", "roster", "tally", "marks", "standing", "readings", "units", "method"]
    assert "与上年度相比" not in seen_text(reader)


STANDING = {"id": "rank", "of": "total", "ties": ["share"]}


def seen_text(reader: Reader) -> str:
    return "".join(reader.text)


def test_response_rates_on_the_page_are_the_published_ones(seen: Reader, early: Review):
    published = early.published("response_rates")
    every = published.filter((pl.col("unit") == "") & ((pl.col("channel") == "") | (pl.col("half") == "")))
    shown = rows(seen, "t-response")
    assert len(shown) == every.height
    row = every.filter((pl.col("channel") == "") & (pl.col("half") == "")).row(0, named=True)
    assert [one[1] for one in shown[0][2:8]] == [wording.exact(row[f"rr{nth}"]) for nth in range(1, 7)]
    assert [one[0] for one in shown[0][8:]] == ["11", "1", "6", "0", "0", "4", "1"]
    assert {one[0][0] for one in rows(seen, "t-response-units")} == {"甲", "乙"}


def test_the_six_response_rates_have_a_sentence_each(seen: Reader):
    assert [row[0][0] for row in rows(seen, "t-response-kinds")] == [f"应答率{nth}" for nth in range(1, 7)]
    assert all(row[1][0].endswith("。") for row in rows(seen, "t-response-kinds"))


def test_a_month_is_the_mean_of_its_units_with_the_best_and_the_worst_named(seen: Reader):
    """In April 甲 has five ratings of 1, 乙 five of 1; in March only 甲, with 1 and 0."""
    shown = [[one[0] for one in row] for row in rows(seen, "t-monthly")]
    assert [row[1:5] for row in shown] == [
        ["2020年3月", "10", "1", "50.0%"],
        ["2020年4月", "10", "2", "100.0%"],
        ["2020年5月", "5", "1", "100.0%"],
    ]
    assert shown[0][5] == shown[0][7] == "甲"


def test_ratings_of_a_single_month_need_no_course():
    given = facts() | {"ratings": facts()["ratings"][:2]}
    assert "monthly" not in [section.id for section in sections_of(ResultTables(begun(followed_plan(), given), {}))]


def test_full_marks_earned_are_told_from_those_nobody_gave(seen: Reader, early: Review):
    published = early.published("leaf_states")
    shown = rows(seen, "t-now")
    assert len(shown) == published.height == 6
    for row, state in zip(shown, published.to_dicts(), strict=True):
        assert row[3] == places(None if state["unmeasured"] else state["marks"])
        assert row[5][0] == ("尚未评价" if state["unmeasured"] else "")
        assert row[6] == places(state["at_risk"])
    assert [row[5][0] for row in shown] == ["尚未评价", "尚未评价", "", "", "", ""]


def test_earned_lost_and_open_marks_come_to_the_full_marks(seen: Reader):
    for row in rows(seen, "t-now-units"):
        full, got, lost, open_ = (Decimal(cell[1]) for cell in row[1:5])
        assert full == got + lost + open_ == 100
    assert [row[4][1] for row in rows(seen, "t-now-units")] == ["100", "0", "0"]


def test_marks_that_were_not_earned_carry_a_star(seen: Reader):
    assert [row[1][0].endswith("＊") for row in rows(seen, "t-marks")] == [True, False, False]
    assert rows(seen, "t-marks")[0][1][1] == "60"


def test_what_each_lapse_cost(book: ResultTables):
    """甲's first entry for P1 gives way to the graver one; 乙 has two late ones, and one that is not confirmed."""
    found = {row["item"]: (row["number"], row["points"], row["aside"]) for row in lapse_costs(book).to_dicts()}
    assert found == {"拒不整改": (1, 10, 0), "未按时整改": (2, 6, 2)}


def test_the_month_has_what_happened_in_it_up_to_the_day(book: ResultTables, seen: Reader):
    assert lapses_of_month(book)["event"].to_list() == ["2", "4", "5"]
    assert "本月有 2 件计分事项，共扣 16.00 分，另有 1 件没有计分。" in seen.text
    this = rates_of_month(book).row(0, named=True)
    assert (this["ratings"], this["rate"], this["before"]) == (5, 1, 1)


def test_the_month_has_what_is_due_and_what_comes_next(book: ResultTables, seen: Reader):
    states = tasks_of_month(book).select("name", "due", "state").rows()
    assert states == [("每月报告", day("04-30"), "overdue"), ("每月报告", day("05-31"), "running")]
    assert "本月到期的任务 1 个，逾期未完成的 1 个：每月报告。" in seen.text
    assert [(row["what"], row["left"]) for row in dates_ahead(book)] == [
        ("每月报告", 21),
        ("整改：排队太久P3", 51),
        ("每月报告", 51),
        ("总结", 204),
    ]
    assert "还没有整改到位的问题 2 个，其中逾期或拒不整改的 1 个。" in seen.text


def test_tasks_on_the_page_are_the_published_ones(seen: Reader, early: Review):
    shown = [(row[0][0], row[4][0], row[6][0]) for row in rows(seen, "t-tasks")]
    published = early.published("task_states").select("name", "due", "state").rows()
    assert shown == [(name, str(due), wording.TASKS[state]) for name, due, state in published]
    assert "逾期未完成的：每月报告（业务科，应于4月30日）。" in seen.text


def test_the_work_plan_is_drawn_up_to_the_day(seen: Reader, book: ResultTables):
    drawn = next(one for section in sections_of(book) for one in section.figures if one.id == "f-tasks")
    assert "竖线是5月10日" in drawn.note
    assert {"day": "2020-05-10"} in [row for rows_ in json.loads(drawn.json)["datasets"].values() for row in rows_]


def test_rectification_on_the_page_is_the_published_one(seen: Reader, early: Review):
    months = early.published("problem_months")
    shown = [[int(cell[0]) for cell in row[1:]] for row in rows(seen, "t-problem-months")]
    assert shown == [list(row[1:]) for row in months.rows()]
    states = {row[0][0]: row[3][0] for row in rows(seen, "t-problems")}
    assert states == {"P1": "逾期整改", "P2": "逾期未改", "P3": "整改中"}
    assert "还没有整改到位的有 2 个：乙 1 个、甲 1 个。" in seen.text


def test_silent_months_are_as_many_as_the_table_counts(book: ResultTables, early: Review):
    """A unit is silent on a problem in a month in which it is in work and nothing is reported."""
    by_month = dict(silent_months(book).group_by("month").len().rows())
    published = early.published("problem_months").filter(pl.col("silent") > 0)
    assert by_month == dict(published.select("month", "silent").rows())


def test_opinions_stand_word_for_word(seen: Reader):
    shown = {row[2][0]: (row[3][0], row[4][0]) for row in rows(seen, "t-opinions")}
    assert shown == {"排队<等>了一个钟头！": ("P1", "逾期整改"), "挺好的。": ("", "")}
    assert "收到意见 2 条，照原话记在表中，其中 1 条归入 1 个问题。" in seen.text


def test_one_problem_that_cost_more_and_more_is_a_ladder(seen: Reader):
    """吉州 六: late −3, then refused −10; only the gravest counts."""
    shown = [(row[3][0], row[4][0], row[5][0]) for row in rows(seen, "t-ladder")]
    assert shown == [("未按时整改", "−3.00", "同一件事只计最重的一条，本条不计"), ("拒不整改", "−10.00", "计")]


def test_a_plan_without_lists_shows_how_units_stand(seen: Reader, early: Review):
    best = early.published("totals").sort("overall", "unit").row(0, named=True)
    assert "窗口名次" in seen.text
    unit = next(text for text in seen.text if text.endswith(f"窗口名次第 {best['place']}"))
    assert unit == f"{wording.shown(best['total'])}/100 分，窗口名次第 1"


RECHECKS = [{"id": "again", "name": "次年复评", "list": "后进.one", "due": "2020-06-30", "blocks": ["停"]}]
WORST = {"id": "后进.one", "name": "后进窗口", "from": "units", "by": "rank", "side": "bottom", "take": "1"}


def test_re_evaluations_name_lists_and_units_never_their_ids():
    made = followed_plan(rechecks=RECHECKS, lists=[WORST | {"good": "false"}], effects={"停": {"name": "不得提拔"}})
    history = [{"year": 2019, "unit": unit, "list": "后进.one"} for unit in ("甲", "乙", "旧")]
    tried = {"year": 2019, "list": "后进.one", "unit": "乙", "rechecked_on": day("06-01"), "passed": True}
    reader = read(begun(made, facts() | {"history": history, "rechecks": [tried | {"document": "文"}]}))
    shown = {row[0][0]: (row[1][0], row[5][0], row[7][0]) for row in rows(reader, "t-rechecks")}
    assert shown == {
        "甲": ("后进窗口", "逾期未复评", "不得提拔"),
        "乙": ("后进窗口", "按期合格", ""),
        "旧（已不在名录）": ("后进窗口", "逾期未复评", "不得提拔"),
    }
    assert "后进.one" not in seen_text(reader)
    assert "不在名录" in seen_text(reader)


METHODS = [
    {"id": f"way.{name}", "name": f"{name}测评", "full": "100", "marks": {"range": ["0", "100"]}} for name in "东西南北"
]


def never_summed():
    """银川 五: four methods, each ranked and listed apart, categories ranked apart, lists over both."""
    standings = [
        {"id": f"way.{name}", "name": f"{name}测评名次", "of": f"way.{name}", "within": ["category"], "ties": ["share"]}
        for name in "东西南北"
    ]
    lists = [
        {"id": f"跟踪.way.{name}", "name": f"跟踪对象（{name}测评）", "from": "units", "by": f"way.{name}"}
        | {"side": "bottom", "take": "2", "good": "false"}
        for name in "东西南北"
    ]
    made = plan(*METHODS, standings=standings, lists=lists)
    made = made.model_copy(update={"campaign": made.campaign.model_copy(update={"confidential": True})})
    names = "甲乙丙丁戊"
    marks = [
        {"method": one["id"], "unit": unit, "mark": str(90 - 7 * at - 3 * (at * nth % 4))}
        for nth, one in enumerate(METHODS)
        for at, unit in enumerate(names)
    ]
    return begun(
        made, {"units": units(" ".join(names), category={"丁": "站所", "戊": "站所"}), "marks": marks}, draws=3
    )


@pytest.fixture(scope="module")
def apart() -> Review:
    return never_summed()


def test_methods_that_are_never_summed_have_a_table_and_a_figure_each(apart: Review):
    standing = next(section for section in sections_of(ResultTables(apart)) if section.id == "standing")
    assert [table.id for table in standing.tables][:4] == [f"t-standing-way.{name}" for name in "东西南北"]
    assert [one.id for one in standing.figures] == [f"f-dots-way.{name}" for name in "东西南北"]
    assert standing.found[-1] == "各项分别排名，得分不相加。"
    assert standing.found[0].startswith("东测评名次中机关共 3 个单位")
    place, overall = (row.text for row in (standing.tables[0].rows[3][0], standing.tables[0].rows[3][4]))
    assert (place, overall) == ("1", "4"), "the first of the smaller group is fourth over all"


def test_what_is_secret_says_so_on_top_and_on_every_sheet(apart: Review):
    text = page(apart, simulated=False, run={"id": "1"})
    assert "仅供内部，不得外传" in text.split("<header")[0].split("<body")[1]
    assert re.search(r"@page \{ @top-left \{ content: \"仅供内部", text)
    reader = Reader()
    reader.feed(text)
    assert not re.search(r"way\.|跟踪\.", seen_text(reader))


def test_units_hear_their_place_in_each_method(apart: Review):
    assert "东测评（机关）第 1；西测评（机关）第 1；南测评（机关）第 1；北测评（机关）第 1" in seen_text(read(apart))


def test_empty_figures_and_tables_are_not_shown(apart: Review):
    for section in sections_of(ResultTables(apart)):
        assert not [one.id for one in section.figures if "没有数据" in one.description]
        assert not [one.id for one in section.tables if not one.rows]


def test_every_part_of_the_year_can_be_shown_of_a_plan_that_has_little(apart: Review):
    year = Year(apart, "tiny")
    for title in TITLES:
        assert year.section(title).things[0].data["text/markdown"], title
    (nothing,) = year.section("候选名单").things
    assert NOTHING in nothing.data["text/plain"]
    assert "仅供内部" in year.banner.data["text/plain"]


def test_a_list_with_a_condition_says_whom_it_spares():
    """吉州 七(一): the last two, if at 80 or more."""
    rule = {"id": "说明", "from": "units", "by": "way.东", "side": "bottom", "take": "2", "good": "false"}
    standings = [{"id": "way.东", "of": "way.东", "ties": ["share"]}]
    lists = [rule | {"provided": {"marks": {"way.东": {"from": "60"}}}}]
    marks = [
        {"method": "way.东", "unit": unit, "mark": mark}
        for unit, mark in zip("甲乙丙", ("90", "70", "50"), strict=True)
    ]
    reader = read(
        begun(plan(METHODS[0], standings=standings, lists=lists), {"units": units("甲 乙 丙"), "marks": marks})
    )
    shown = {row[0][0]: (row[4][0], row[-1][0]) for row in rows(reader, "t-margin-说明")}
    assert shown == {"甲": ("", ""), "乙": ("列入", ""), "丙": ("", wording.SPARED)}


def test_a_list_without_size_has_no_cut_to_be_far_from():
    standings = [{"id": "way.东", "of": "way.东", "ties": ["share"]}]
    rule = {
        "id": "整改",
        "from": "units",
        "by": "way.东",
        "side": "bottom",
        "when": {"marks": {"way.东": {"below": "60"}}},
    }
    marks = [{"method": "way.东", "unit": "甲", "mark": "50"}, {"method": "way.东", "unit": "乙", "mark": "70"}]
    review = begun(plan(METHODS[0], standings=standings, lists=[rule]), {"units": units("甲 乙"), "marks": marks})
    table = next(
        one for section in sections_of(ResultTables(review)) for one in section.tables if one.id == "t-margin-整改"
    )
    assert table.title == "整改（拟定）：符合条件的单位"
    assert [column.head for column in table.columns] == ["单位", "得分（分）", "在名单上", "名单中的位次"]


MARKS_SO_FAR = pl.DataFrame(
    {
        "unit": ["甲"] * 3,
        "component": ["all", "done", "later"],
        "marks": [23.0, 8.0, 15.0],
        "full_marks": [25.0, 10.0, 15.0],
        "draw": [0] * 3,
        "flag": [None, None, "unmeasured"],
    }
)
TREE = pl.DataFrame(
    {"component": ["all", "done", "later"], "name": ["总分", "已评", "未评"], "position": [1, 2, 3]}
    | {"parent": ["", "all", "all"], "outside": [False] * 3}
)
ONE = pl.DataFrame({"unit": ["甲"], "name": ["甲所"], "organ": ["局"], "category": ["站所"]})


def first_rows(made):
    """The rows that the first layer of a figure draws."""
    data = made["layer"][0].get("data") or made["data"]
    return made["datasets"][data["name"]] if "name" in data else data["values"]


def test_what_is_not_assessed_yet_is_not_drawn_as_earned():
    """U7: 15 marks that the plan gives beforehand."""
    listed = pl.DataFrame({"list": ["l"], "unit": ["甲"], "place": [1]})
    made = figures.list_total_breakdown(MARKS_SO_FAR, listed, ONE, TREE, list="l", name="名单", of="all").to_dict()
    parts = {row["part"]: row["marks"] for row in first_rows(made)}
    assert parts == {"已评": 8.0, "尚未评价（先计）": 15.0}
    colours = made["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True))["尚未评价（先计）"] == UNCOUNTED
    lost = figures.where_lost(MARKS_SO_FAR, ONE, TREE, of="all", name="总分").to_dict()
    assert {row["name"] for row in first_rows(lost)} == {"已评"}


def test_what_can_still_be_lost_is_no_second_column_of_what_was_earned():
    """U7."""
    same = pl.DataFrame({"got": [3, 4], "risk": [3, 4]})
    assert progress_sections.risk_column(same) == []
    assert progress_sections.risk_note(same) == "评出的各项都还在评，评出的分年内都可能失去。"
    assert [one.head for one in progress_sections.risk_column(same.with_columns(risk=pl.lit(1)))] == [
        "其中还可能失去（分）"
    ]
