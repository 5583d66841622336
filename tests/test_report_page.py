"""The report is one page: it holds every unit, the published numbers, and no way to any server."""

import itertools
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from pingyi.common import wording
from pingyi.report import answers, page, score_sections, write_page
from pingyi.report.page import TEMPLATES, run_stamp
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.tiny import counts, plan, table, units

pytestmark = pytest.mark.slow

SCRIPT = "<script>alert(1)</script>"
RUN = {
    "run": {"id": "2020-12-10-0930", "finished": "2020-12-10T09:30:00"},
    "plan": {"file": "tiny.yaml", "sha256": "ab" * 32},
    "code": {"version": "0.1.0", "sha256": "cd" * 32},
    "inputs": [{"file": "units.csv", "rows_in": 6, "accepted": 6, "sha256": "ef" * 32}],
}

SAT = {"id": "sat", "name": "满意度", "full": "80", "clause": "三(一)", "says": "按等次计分。"}
SAT |= {"ratings": {"levels": {"满意": "1", "基本满意": "0.6", "不满意": "0"}}}
CHECKED = {"id": "checked", "name": "监督检查", "full": "20"}
CHECKED |= {"events": {"base": "20", "floor": "0", "items": {"county": {"name": "县级查实", "points": "-1"}}}}
DAILY = {"id": "daily", "name": "日常", "full": "100", "of": ["sat", "checked"]}
VOTE = {"id": "vote", "name": "投票", "full": "15", "listed": ["候选"]}
VOTE |= {"ratings": {"levels": {"满意": "1", "不满意": "0"}}}
TOTAL = {"id": "total", "name": "综合", "full": "115", "of": ["daily", "vote"], "listed": ["候选"]}

STANDINGS = [{"id": "daily", "of": "daily", "ties": ["share"]}, {"id": "total", "of": "total", "ties": ["share"]}]
SHORTLISTS = [{"id": "候选", "from": "units", "by": "daily", "side": "top", "take": "3"}]
LISTS = [
    {"id": "先进", "from": "候选", "by": "total", "side": "top", "take": "1"},
    {"id": "后进", "from": "候选", "by": "total", "side": "bottom", "take": "1", "good": "false"},
]
OUTCOMES = [{"id": "plus", "list": "先进", "effect": "分", "amount": "5", "to": "organ", "clause": "五"}]
READINGS = [{"id": "open", "clause": "三", "question": "怎么计？", "official": "照计", "otherwise": []}]


def small_plan(**more: Any):
    """A plan with everything a page can show: a shortlist, a ballot, events, consequences, an open reading."""
    effects = {"分": {"name": "加减分", "unit": "分"}}
    sections = {"standings": STANDINGS, "shortlists": SHORTLISTS, "lists": LISTS, "effects": effects}
    sections |= {"outcomes": OUTCOMES, "readings": READINGS}
    return plan(SAT, CHECKED, DAILY, VOTE, TOTAL, **(sections | more))


def facts() -> dict[str, list[dict[str, Any]]]:
    people = units("甲 乙 丙 丁 戊 己")
    people[1]["name"] = SCRIPT
    votes = counts("unit|满意|基本满意|不满意\n甲|9|1|0\n乙|7|2|1\n丙|5|5|3\n丁|3|3|4\n戊|1|1|5\n己|0|1|5")
    ballot = counts("unit|满意|不满意\n甲|3|4\n乙|6|1\n丙|2|5", method="vote")
    event = {"event": "1", "item": "county", "happened_on": "2020-03-01", "times": "1", "status": "confirmed"}
    events = [event | {"unit": "丙", "document": "文", "source": "events.csv", "row": 2, "factors": []}]
    history = table("year|unit|list\n2019|甲|先进\n2019|丁|先进\n2019|旧|先进")
    return {"units": people, "counts": [*votes, *ballot], "events": events, "history": history}


def reviewed(made: Any, rows: dict[str, list[dict[str, Any]]], *, draws: int = 20) -> Review:
    frames = {name: pl.DataFrame(one, infer_schema_length=None) for name, one in rows.items()}
    return Review.begin(made, frames, draws=draws).through("outcomes")


@pytest.fixture(scope="module")
def review() -> Review:
    return reviewed(small_plan(), facts())


@pytest.fixture(scope="module")
def text(review: Review) -> str:
    return page(review, simulated=True, run=RUN)


class Reader(HTMLParser):
    """Reads what the tests look at: attributes of every element, tables by id, and the text outside scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[tuple[str, str]]]] = {}
        self.text: list[str] = []
        self.inside: list[str] = []
        self.row: list[tuple[str, str]] | None = None
        self.table = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag not in ("meta", "input", "br", "link"):
            self.inside.append(tag)
        if tag == "table":
            self.table = found.get("id") or ""
        if tag == "tr":
            self.row = []
            self.tables.setdefault(self.table, []).append(self.row)
        if tag in ("td", "th") and self.row is not None:
            self.row.append(("", found.get("data-value") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag, f"{tag} closes nothing"

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in ("script", "style"):
            return
        self.text.append(data)
        if self.row is not None and any(tag in self.inside for tag in ("td", "th")):
            said, value = self.row[-1]
            self.row[-1] = (said + data, value)


@pytest.fixture(scope="module")
def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.inside == [], "every element is closed"
    return reader


def test_the_page_is_chinese_and_has_every_part(read: Reader):
    assert ("html", {"lang": "zh-CN"}) in read.elements
    sections = [found["id"] for tag, found in read.elements if tag == "section"]
    story = ["roster", "tally", "marks", "shortlist", "ballot", "standing", "decided", "outcomes", "sure"]
    assert sections == ["answers", *story, "readings", "units", "method"]


def test_every_unit_has_its_own_part(read: Reader, review: Review):
    found = [found["id"] for tag, found in read.elements if tag == "details" and found.get("class") == "unit"]
    assert found == [f"u-{unit}" for unit in sorted(review.published("roster")["unit"])]


def test_every_link_leads_somewhere_on_the_page(read: Reader):
    ids = [found["id"] for _, found in read.elements if found.get("id")]
    assert len(ids) == len(set(ids))
    targets = {(found.get("href") or "")[1:] for tag, found in read.elements if tag == "a"}
    assert targets <= set(ids)


def test_labels_and_descriptions_point_at_something(read: Reader):
    ids = {found["id"] for _, found in read.elements if found.get("id")}
    for name in ("aria-labelledby", "aria-controls", "list"):
        assert {found[name] for _, found in read.elements if found.get(name)} <= ids


def test_names_are_escaped(text: str):
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_no_server_is_asked_for_anything(text: str, read: Reader):
    outward = [
        (tag, name)
        for tag, found in read.elements
        for name, value in found.items()
        if name in ("src", "href", "action", "poster", "data", "srcset") and not (value or "").startswith("#")
    ]
    assert outward == []
    assert not re.search(r"@import|url\(\s*['\"]?https?:", text)
    assert not re.search(r"import\s*\(?\s*['\"]https?:|fetch\(\s*['\"`]https?:", text)
    policy = next(found["content"] for tag, found in read.elements if found.get("http-equiv"))
    assert policy
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_the_simulated_banner_stands_in_every_section(read: Reader, text: str, review: Review):
    sections = sum(tag == "section" for tag, _ in read.elements)
    banners = sum(found.get("class") == "sim" for _, found in read.elements)
    assert banners >= sections
    assert "position: fixed" in text.split("@media print")[1]
    real = page(review, simulated=False, run=RUN)
    assert "模拟数据" not in real.split("<footer>")[0].split("<body")[1]


def test_headings_come_in_order(read: Reader):
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_heads_of_tables_have_a_scope(read: Reader):
    assert {found.get("scope") for tag, found in read.elements if tag == "th"} <= {"col", "row"}


def test_figures_are_told_in_words(read: Reader):
    charts = [found for tag, found in read.elements if found.get("class") == "chart"]
    assert len(charts) > 8
    assert all(found["role"] == "img" and found["aria-label"] for found in charts)


def rows(read: Reader, id: str) -> list[list[tuple[str, str]]]:
    """The body of a table: what is shown and the exact value."""
    return read.tables[f"{id}-t"][1:]


def places(value: Decimal | None) -> tuple[str, str]:
    """How marks stand in a cell."""
    return ("—", "") if value is None else (wording.shown(value), wording.exact(value))


def test_the_marks_on_the_page_are_the_published_ones(read: Reader, review: Review):
    published = review.published("component_marks").filter(pl.col("component").is_in(["sat", "checked", "daily"]))
    by_unit: dict[str, dict[str, Decimal]] = {}
    for row in published.iter_rows(named=True):
        by_unit.setdefault(row["unit"], {})[row["component"]] = row["marks"]
    wanted = [[places(by_unit[unit][one]) for one in ("sat", "checked", "daily")] for unit in sorted(by_unit)]
    assert [row[1:4] for row in rows(read, "t-marks")] == wanted


def test_the_standing_on_the_page_is_the_published_one(read: Reader, review: Review):
    published = review.published("totals").filter(pl.col("standing") == "total").sort("overall", "unit")
    wanted = [(str(row["place"]), places(row["total"])) for row in published.iter_rows(named=True)]
    assert [(row[0][0], row[2]) for row in rows(read, "t-standing-total")] == wanted


def test_the_final_list_on_the_page_is_the_published_one(text: str, review: Review):
    for row in review.published("list_entries").filter(pl.col("list").is_in(["先进", "后进"])).iter_rows(named=True):
        card = text.split(f'id="card-{row["list"]}"')[1].split("</article>")[0]
        assert f'href="#u-{row["unit"]}"' in card
        assert f'data-value="{wording.exact(row["total"])}"' in card


def test_votes_on_the_page_are_the_published_ones(read: Reader, review: Review):
    published = review.published("rating_marks").filter(pl.col("component") == "sat")
    wanted = [(str(row["votes"]), places(row["marks"])) for row in published.iter_rows(named=True)]
    assert [(row[1][0], row[3]) for row in rows(read, "t-rated-sat")] == wanted


def test_the_page_says_who_stayed_and_who_left(read: Reader):
    said = "".join(read.text)
    assert "旧（已不在名录）" in said
    assert "继续在列" in said


def test_formulas_and_files_stand_with_the_unit(text: str):
    unit = text.split('id="u-丙"')[1].split('id="u-')[0]
    assert "每件 −1×1 件＝−1.00 分" in unit
    assert "events.csv" in unit


def test_a_plan_without_shortlists_has_a_shorter_story():
    lists = [{"id": "先进", "from": "units", "by": "daily", "side": "top", "take": "1"}]
    made = plan(SAT, CHECKED, DAILY, standings=STANDINGS[:1], lists=lists)
    given = facts()
    given["counts"] = [row for row in given["counts"] if row["method"] == "sat"]
    given.pop("history")
    reader = Reader()
    reader.feed(page(reviewed(made, given, draws=0), simulated=False, run={"id": "1"}))
    sections = [found["id"] for tag, found in reader.elements if tag == "section"]
    assert sections == ["answers", "roster", "tally", "marks", "standing", "decided", "readings", "units", "method"]


def test_the_page_is_written_whole_or_not_at_all(review: Review, tmp_path, text: str):
    target = tmp_path / "report.html"
    write_page(ResultTables(review, RUN), target, simulated=True)
    assert target.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.stat().st_size < 6_000_000


def test_the_run_is_named_from_a_manifest_or_from_its_run():
    assert run_stamp(RUN)[:2] == [("运行编号", "2020-12-10-0930"), ("完成时间", "2020-12-10 09:30:00")]
    assert run_stamp({"id": "1"}) == [("运行编号", "1")]
    assert run_stamp({"id": "1", "ballots": ["没有重新核验"]})[-1] == ("选票核验", "没有重新核验")


def test_the_story_names_no_campaign():
    sources = [*TEMPLATES.glob("*"), *TEMPLATES.parent.glob("*.py"), *(TEMPLATES.parents[1] / "explain").glob("*.py")]
    words = ("平阳", "银川", "鹿城", "冀州", "元坝", "pingyang")
    assert [path.name for path in sources if any(word in path.read_text(encoding="utf-8") for word in words)] == []


GIVEN = {"id": "boss", "name": "评分", "full": {"站所": "90", "else": "100"}, "marks": {"range": ["0", "90"]}}
RANK = [{"id": "rank", "of": "boss", "within": ["category"], "ties": ["share"]}]
MARKS = table("method|unit|mark\nboss|甲|90\nboss|乙|80\nboss|丙|80\nboss|丁|10")
ODD = {
    "a list by condition alone": {
        "lists": [
            {
                "id": "问责",
                "from": "units",
                "by": "rank",
                "side": "bottom",
                "when": {"marks": {"boss": {"below": "60"}}},
            }
        ]
    },
    "a list that stays empty": {
        "lists": [
            {"id": "问责", "from": "units", "by": "rank", "side": "bottom", "when": {"marks": {"boss": {"below": "1"}}}}
        ]
    },
    "a share of each category": {
        "lists": [{"id": "先进", "from": "units", "by": "rank", "side": "top", "share": "50%", "within": ["category"]}]
    },
    "ties that wait for a draw of lots": {
        "standings": [RANK[0] | {"ties": ["draw"]}],
        "lists": [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2"}],
    },
    "a list for each of two standings": {
        "standings": [*RANK, {"id": "again", "of": "boss", "ties": ["share"]}],
        "lists": [
            {"id": "甲榜", "from": "units", "by": "rank", "side": "top", "take": "1"},
            {"id": "乙榜", "from": "units", "by": "again", "side": "top", "take": "1"},
        ],
    },
    "slips and secrecy": {"errata": [{"clause": "三", "printed": "11月31日", "read_as": "11月30日"}]},
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("draws", [0, 3])
def test_odd_plans_have_a_page_too(what, draws):
    made = plan(GIVEN, **({"standings": RANK} | ODD[what]))
    given = {"units": units("甲 乙 丙 丁 戊", category={"丁": "站所"}), "marks": MARKS}
    reader = Reader()
    reader.feed(page(reviewed(made, given, draws=draws), simulated=True, run={"id": "1"}))
    assert reader.inside == []
    assert sum(found.get("class") == "unit" for tag, found in reader.elements if tag == "details") == 5


def test_what_waits_for_a_draw_of_lots_is_to_be_decided():
    made = plan(GIVEN, standings=ODD["ties that wait for a draw of lots"]["standings"])
    reader = Reader()
    reader.feed(
        page(reviewed(made, {"units": units("甲 乙 丙"), "marks": MARKS[:3]}), simulated=False, run={"id": "1"})
    )
    assert "截至目前同分，要公开抽签" in "".join(reader.text)


LIBRARY = ("key", "value")
"""Classes that the chart library gives the cells of a tooltip."""


def test_no_rule_of_the_page_catches_a_cell_of_a_tooltip():
    """U2: `.key` alone made every row of every tooltip 110 px high."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    heads = [one.strip() for block in re.findall(r"([^{}]+)\{", css) for one in block.split(",")]
    caught = [one for one in heads for name in LIBRARY if re.match(rf"(\*|td|th)?\.{name}\b", one)]
    assert caught == []
    assert "#vg-tooltip-element td.key { max-width: none" in css


LEVELS = {"满意": "1", "基本满意": "0.6", "不满意": "0"}
FORM = {"exactly": {"满意": "1", "不满意": "1"}, "unmarked": "基本满意"}
FIXED = VOTE | {"ratings": {"levels": LEVELS, "form": FORM, "each": {"by": "respondent", "keep": "first"}}}


@pytest.mark.parametrize(("leaf", "drawn"), [(FIXED, False), (VOTE, True)])
def test_shares_that_the_form_fixes_are_not_drawn_as_agreement(leaf, drawn):
    """U3: 10 and 10 of 100 on every valid ballot are 10/80/10 whatever people think."""
    given = facts()
    if not drawn:
        given["counts"] = [row for row in given["counts"] if row["method"] == "sat"]
    sections = {"standings": STANDINGS, "shortlists": SHORTLISTS, "lists": LISTS}
    book = ResultTables(reviewed(plan(SAT, CHECKED, DAILY, leaf, TOTAL, **sections), given, draws=0), {"id": "1"})
    section = score_sections.ballot_section(book)
    assert section is not None
    assert any(one.id == "f-levels-vote" for one in section.figures) is drawn
    assert any("由选票的规定定死" in one for one in section.found) is not drawn


def test_groups_with_places_of_their_own_are_named():
    """U9: not 1 2 1 2 3 3 in one table."""
    lists = [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2", "within": ["category"]}]
    made = plan(GIVEN, standings=RANK, lists=lists)
    given = {"units": units("甲 乙 丙 丁 戊", category={"丁": "站所", "戊": "站所"}), "marks": MARKS}
    book = ResultTables(reviewed(made, given, draws=0), {"id": "1"})
    (card,) = answers.cards(book)
    placed = [(one.group, one.place) for one in card.entries]
    assert placed == sorted(placed)
    assert placed[0] == ("机关", 1)
    assert placed[-1] == ("站所", 1)
    text = page(book.review, simulated=False, run={"id": "1"})
    assert '<th scope="rowgroup" colspan="3" class="group">站所</th>' in text
    assert "rank（站所）第 1" in text


def test_totals_of_two_standings_say_out_of_how_many_marks(text: str):
    """U5: marks out of 100 and out of 115 stand in one column."""
    sums = re.findall(r'<span class="sum">([^<]+)</span>', text)
    fulls = {found[1] for one in sums if (found := re.search(r"/(\d+) 分", one))}
    assert fulls == {"100", "115"}
    assert "满分 115" in text
