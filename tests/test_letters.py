"""Letters: numbers are those of the result tables, small cells cannot be found, one more point is what it says."""

import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from types import SimpleNamespace

import docx
import polars as pl
import pytest
from lxml import etree

from pingyi.common import paths, wording
from pingyi.common.faults import PingyiError
from pingyi.common.files import LONGEST
from pingyi.disclosure import LEAST
from pingyi.explain import explain_units
from pingyi.facts.intake import read_facts
from pingyi.office.letters import (
    LINE_WIDTH,
    PADDING,
    SIGN,
    Bar,
    Column,
    Deep,
    Grid,
    Heading,
    Line,
    fit_grid,
    letter_files,
    letter_signs,
)
from pingyi.office.letters.comparison import events_of_units
from pingyi.office.letters.content import compose_letters
from pingyi.office.letters.letter_files import file_name, letter_pdf, letter_word, write_letters
from pingyi.plan.reader import read_plan
from pingyi.report.score_sections import dated_events
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.tiny import counts, plan, review, units

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAT = {"满意": "1", "基本满意": "0.6", "不满意": "0"}


def written(made, rows, **how):
    """Letters of a tiny campaign by unit."""
    book = ResultTables(review(made, rows))
    found = compose_letters(
        book, simulated=how.pop("simulated", False), confidential=how.pop("confidential", False), **how
    )
    return {one.unit: one for one in found}


def section(letter, title):
    """The blocks below a heading."""
    heads = [at for at, block in enumerate(letter.blocks) if isinstance(block, Heading)]
    for start, end in zip(heads, [*heads[1:], len(letter.blocks)], strict=True):
        if title in letter.blocks[start].text:
            return letter.blocks[start + 1 : end]
    return ()


def grids(letter, title):
    """The tables below a heading."""
    return [block for block in section(letter, title) if isinstance(block, Grid)]


def lines(letter, title):
    """The paragraphs below a heading."""
    return [block.text for block in section(letter, title) if isinstance(block, Line)]


def advice(letter):
    """What it takes, by leaf."""
    return {row[0]: row[1] for table in grids(letter, "再得 1 分") for row in table.rows}


def read(made: bytes) -> tuple[list[str], list[list[list[str]]]]:
    """Paragraphs outside tables, and the cells of every table, of a Word file."""
    body = etree.fromstring(zipfile.ZipFile(BytesIO(made)).read("word/document.xml")).find(f"{W}body")
    texts = ["".join(one.itertext()) for one in body.findall(f"{W}p")]
    tables = [
        [["".join(cell.itertext()) for cell in row.findall(f"{W}tc")] for row in table.findall(f"{W}tr")]
        for table in body.findall(f"{W}tbl")
    ]
    return [text for text in texts if text], tables


# ---------------------------------------------------------------- the sample: what is written is what was computed


@pytest.fixture(scope="module")
def sample():
    """A sample with every kind of unit, and its letters."""
    campaign = "pingyang-2020"
    made = read_plan(paths.plan_file(campaign))
    book = ResultTables(
        Review.begin(made, read_facts(paths.facts_folder(campaign), made).tables, draws=5).through("outcomes"), {}
    )
    return book, {one.unit: one for one in compose_letters(book, simulated=True, confidential=False)}


@pytest.fixture(scope="module")
def chosen(sample):
    """Every eleventh unit, and those with few votes, on a list, exempt, or of a system; read back from Word."""
    book, made = sample
    few = book.published("component_marks").filter(pl.col("flag").str.contains("few"))["unit"].to_list()
    special = [*few[:6], *book.published("list_entries")["unit"].to_list()[-12:], "0611", "2001"]
    return {unit: read(letter_word(made[unit])) for unit in sorted({*list(made)[::11], *special})}


def table_of(tables, head, second=""):
    """The rows of the table whose first heads are these."""
    found = [table for table in tables if table[0][0] == head and (not second or table[0][1] == second)]
    return [dict(zip(found[0][0], row, strict=False)) for row in found[0][1:]] if found else []


def test_places_and_totals_are_those_of_the_table(sample, chosen):
    book, _ = sample
    totals = book.published("totals")
    for unit, (_, tables) in chosen.items():
        told = {(row["得分/满分"], row["第几名"]) for row in table_of(tables, "排名") if row["第几名"] != "—"}
        own = totals.filter(pl.col("unit") == unit)
        ranked = {one.id: one.of for one in book.plan.standings}
        full = {row["standing"]: book.scope[ranked[row["standing"]], unit]["full_marks"] for row in own.to_dicts()}
        of = {row["standing"]: wording.of_full(row["total"], full[row["standing"]]) for row in own.to_dicts()}
        assert told == {(of[row["standing"]], str(row["place"])) for row in own.to_dicts()}, unit
        sizes = {str(len(totals.filter(pl.col("standing") == s, pl.col("group") == g)))
                 for s, g in own.select("standing", "group").rows()}  # fmt: skip
        assert {row["共几个"] for row in table_of(tables, "排名") if row["第几名"] != "—"} == sizes


def test_lists_are_those_of_the_table(sample, chosen):
    book, _ = sample
    listed = {(book.stated_titles[name], unit): place for name, place, unit in
              book.published("list_entries").select("list", "place", "unit").rows()}  # fmt: skip
    for unit, (_, tables) in chosen.items():
        for row in table_of(tables, "名单"):
            place = listed.get((row["名单"], unit))
            assert row["结果"] == (f"列入，第 {place} 位" if place else "未列入")


def test_marks_means_and_bests_are_those_of_the_table(sample, chosen):
    book, _ = sample
    roster = book.published("roster").select("unit", kind=pl.coalesce("category", "system"))
    marks = book.published("component_marks").join(roster, on="unit")
    for unit, (_, tables) in chosen.items():
        own = {row["component_name"]: row for row in marks.filter(pl.col("unit") == unit).to_dicts()}
        told = table_of(tables, "指标", "满分")
        assert [row["指标"] for row in told] == [one.name for one in _parts(book, unit)]
        for row in told:
            fact = own[row["指标"]]
            alike = marks.filter(component=fact["component"], kind=fact["kind"])["marks"].drop_nulls().to_list()
            mean = Fraction(sum(alike)) / len(alike)
            assert row["得分"] == wording.shown(fact["marks"])
            assert row["满分"] == wording.plain(fact["full_marks"])
            assert row["同类平均"] == wording.shown(mean)
            assert row["同类最高"] == wording.shown(max(alike))
            apart = Fraction(fact["marks"]) - mean
            assert row["与平均差"].replace("−", "-").replace("+", "") == str(wording.rounded(apart, 2)).replace(
                "-0.00", "0.00"
            )


def _parts(book, unit):
    return next(one for one in explain_units(book) if one.unit == unit).parts


def test_events_are_those_of_the_table_with_their_rows(sample, chosen):
    book, _ = sample
    points = book.published("event_points").filter((pl.col("points") != 0) | pl.col("not_counted").is_not_null())
    facts = {row["event"]: row for row in points.to_dicts()}
    for unit, (texts, tables) in chosen.items():
        rows = [row for row in table_of(tables, "记录编号") if "行号" in row]
        assert {row["记录编号"] for row in rows} == set(points.filter(unit=unit)["event"])
        for row in rows:
            fact = facts[row["记录编号"]]
            assert (row["日期"], row["依据文件"], row["行号"]) == (
                str(fact["happened_on"]), fact["document"], str(fact["row"]))  # fmt: skip
            shown = "不计" if fact["not_counted"] else wording.shown(fact["points"])
            assert row["计分"].removeprefix("+") == shown
        assert not rows or any(row["source"] in "".join(texts) for row in facts.values())


def test_votes_are_those_of_the_table_or_withheld(sample, chosen):
    book, _ = sample
    tally = book.published("tally")
    withheld = 0
    for unit, (_, tables) in chosen.items():
        title = ""
        for row in table_of(tables, "评价"):
            title = row["评价"] or title
            component = next(one.id for one in book.plan.components if one.title == title)
            votes = tally.filter(unit=unit, component=component)
            if row["分组"] != "全部":
                name, value = row["分组"].split("：")
                column = {"周期": "cycle", "渠道": "channel", "评价人": "group", "内容": "item"}[name]
                votes = votes.filter(pl.col(column) == value)
            number = votes["votes"].sum()
            assert row["票数（票）"] in ("不单列", wording.counted(number))
            assert row["票数（票）"] == "不单列" or number >= LEAST
            withheld += "不单列" in (row["票数（票）"], row["满意率"])
            if row["满意率"] != "不单列":
                earned = sum(Fraction(SAT[level]) * n for level, n in votes.select("level", "votes").rows())
                assert row["满意率"] == wording.percent(earned / number, 1)
    assert withheld


def test_problems_consequences_and_earlier_years_are_told(sample, chosen):
    book, _ = sample
    problems, history = book.published("problem_states"), book.counted("history")
    for unit, (texts, tables) in chosen.items():
        told = {(row["问题编号"], row["整改期限"]) for row in table_of(tables, "问题编号")}
        assert told == {(id, str(due)) for id, due in problems.filter(unit=unit).select("problem", "due").rows()}
        for year, name in history.filter(unit=unit).select("year", "list").rows():
            assert any(f"{year}年度：列入{book.plan.list_titles[name]}。" in text for text in texts)
        outcomes = next(one for one in explain_units(book) if one.unit == unit).outcomes
        assert all(f"·　{text}。" in texts for text in outcomes)


def test_every_unit_has_a_letter_with_its_own_name(sample):
    book, made = sample
    assert set(made) == set(book.published("roster")["unit"])
    assert made["0611"].greeting == "县公安局榆垟派出所："
    exempt = book.published("roster").filter("exempt")["unit"].to_list()
    assert exempt
    for unit in exempt:
        assert any("免评" in text for text in lines(made[unit], "得分、名次和名单"))
        assert not grids(made[unit], "各项得分")


def test_word_and_paper_are_set_from_the_same_parts(sample, chosen):
    _, made = sample
    for unit, (texts, tables) in chosen.items():
        blocks = made[unit].blocks
        told = [block.text for block in blocks if isinstance(block, Heading | Line)]
        assert [text.removeprefix("·　") for text in texts if text.removeprefix("·　") in told] == told
        for block, table in zip([one for one in blocks if isinstance(one, Grid)], tables, strict=True):
            assert table[0] == [column.head for column in block.columns]
            assert len(table) == len(block.rows) + 1
            for row, cells in zip(block.rows, table[1:], strict=True):
                plain = [one.text if isinstance(one, Deep) else one or "" for one in row if not isinstance(one, Bar)]
                assert [cell for cell in cells if cell] == [cell for cell in plain if cell]
    assert letter_pdf(made["0611"]).startswith(b"%PDF")


def test_word_opens_what_was_written(sample):
    _, made = sample
    opened = docx.Document(BytesIO(letter_word(made["0611"])))
    assert "榆垟派出所" in "".join(one.text for one in opened.paragraphs)
    assert "榆垟派出所" in opened.sections[0].footer.paragraphs[0].text
    assert "模拟数据" in opened.sections[0].header.paragraphs[0].text
    assert opened.core_properties.title.endswith("榆垟派出所")


def test_bars_are_as_long_as_the_marks_and_every_row_is_as_wide_as_the_table(sample):
    of, made = sample
    (table,) = grids(made["0611"], "各项得分")
    bars = {row[0].text: next(cell for cell in row if isinstance(cell, Bar)) for row in table.rows}
    inspected = next(one for one in of.plan.components if one.title == "监督检查评价")
    (row,) = of.published("component_marks").filter(component=inspected.id, unit="0611").to_dicts()
    assert bars["监督检查评价"].own == round(1000 * row["marks"] / row["full_marks"])
    body = etree.fromstring(zipfile.ZipFile(BytesIO(letter_word(made["0611"]))).read("word/document.xml"))
    for one in body.iter(f"{W}tbl"):
        columns = len(one.findall(f"{W}tblGrid/{W}gridCol"))
        for row in one.findall(f"{W}tr"):
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc")]
            assert sum(1 if span is None else int(span.get(f"{W}val")) for span in spans) == columns


# ---------------------------------------------------------------- small cells


def voices(**more):
    leaf = {"id": "sat", "name": "评价", "full": "50", "ratings": {"levels": SAT} | more.pop("ratings", {})} | more
    leaf["ratings"] |= {"channels": [{"id": "电话"}, {"id": "短信"}, {"id": "现场"}]}
    return leaf


CHANNELS = """unit|channel|满意|基本满意|不满意
甲|电话|2|0|1
甲|短信|6|2|1
甲|现场|20|5|5
乙|电话|30|0|0
丙|电话|2|1|0"""


def told_votes(letter):
    return {row[1]: row[2:4] for row in grids(letter, "评价情况")[0].rows}


def test_channels_of_which_one_is_small_are_left_out():
    made = written(plan(voices()), {"units": units("甲 乙 丙 丁"), "counts": counts(f"{CHANNELS}\n丁|电话|2|0|2")})
    assert told_votes(made["甲"]) == {"全部": ("42", "76.7%")}
    assert told_votes(made["乙"]) == {"全部": ("30", "100.0%")}
    assert told_votes(made["丙"]) == {"全部": ("不单列", "不单列")}
    assert "整组分类不列出" in lines(made["甲"], "评价情况")[0]
    assert "评价" not in advice(made["丙"])


def test_where_marks_would_give_a_small_cycle_away_no_rate_is_shown():
    leaf = voices(per="half", cycle_full={"上半年": "25", "下半年": "25"})
    votes = counts(
        "unit|cycle|channel|满意|基本满意|不满意\n甲|上半年|电话|2|0|1\n甲|下半年|电话|20|5|5\n甲|下半年|短信|9|0|1"
    )
    made = written(plan(leaf), {"units": units("甲"), "counts": votes})
    assert told_votes(made["甲"])["全部"] == ("43", "不单列")
    assert not [name for name in told_votes(made["甲"]) if name.startswith("周期")]
    assert "评价" not in advice(made["甲"])


def test_a_mean_of_two_is_not_shown():
    votes = counts("unit|满意|基本满意|不满意\n甲|30|0|0\n乙|30|0|9")
    made = written(plan(voices()), {"units": units("甲 乙"), "counts": votes})
    (table,) = grids(made["甲"], "各项得分")
    assert table.rows[0][:6] == (Deep("评价", 0), "50", "50.00", "—", "—", "—")


# ---------------------------------------------------------------- one more point


def marks_of(made, rows, unit="甲", component="sat"):
    found = review(made, rows, "marks").table("component_marks").filter(unit=unit, component=component)
    return Fraction(found["marks"][0])


def moved(votes, cycle, number):
    """The counts with so many votes of 甲 made the best, the worst first."""
    rows = [dict(row) for row in votes]
    own = [row for row in rows if row["unit"] == "甲" and row.get("cycle") == cycle]
    by_level = {row["level"]: row for row in own}
    for level in ("不满意", "基本满意"):
        taken = min(number, by_level[level]["votes"])
        by_level[level]["votes"] -= taken
        by_level["满意"]["votes"] += taken
        number -= taken
    return rows


VOTES = """unit|cycle|满意|基本满意|不满意
甲|上半年|30|10|10
甲|下半年|12|10|2
乙|上半年|90|9|1
乙|下半年|40|0|0
丙|上半年|50|3|7
丙|下半年|40|9|9"""


def test_votes_for_one_more_point_by_hand():
    """上半年: 20×(1−0)÷50＝0.40, three votes. 下半年: 30×(1−0)÷24＝1.25; of a handful of 不满意 it says no more."""
    leaf = voices(per="half", cycle_full={"上半年": "20", "下半年": "30"})
    made = plan(leaf)
    rows = {"units": units(), "counts": counts(VOTES)}
    assert advice(written(made, rows)["甲"])["评价"] == (
        "上半年50票，票数不变时每多1票“满意”、少1票“不满意”，增加 0.40 分；"
        "从最低的等次变起，至少 3 票变为“满意”，就增加 1 分。"
        "下半年24票，票数不变时每多1票“满意”、少1票“不满意”，增加 1.25 分。"
    )
    before = marks_of(made, rows)
    assert marks_of(made, rows | {"counts": moved(rows["counts"], "上半年", 3)}) - before == Fraction(6, 5)
    assert marks_of(made, rows | {"counts": moved(rows["counts"], "上半年", 2)}) - before < 1


def test_few_votes_keep_their_share_of_a_gain_and_their_part_of_the_mean():
    """24 votes of 30: 0.3 + 0.7 ÷ 3 units of the gain stay; worst votes first, then the next level."""
    few = {"few": {"below": "30", "own_share": "0.3"}}
    leaf = voices(per="half", cycle_full={"上半年": "20", "下半年": "30"}, ratings=few)
    made, rows = plan(leaf), {"units": units(), "counts": counts(VOTES)}
    each = Fraction(30, 24) * (Fraction(3, 10) + Fraction(7, 10) / 3)
    text = advice(written(made, rows)["甲"])["评价"]
    assert f"下半年24票，票数不变时每多1票“满意”、少1票“不满意”，增加 {wording.shown(each)} 分。" in text
    before = marks_of(made, rows)
    gained = [marks_of(made, rows | {"counts": moved(rows["counts"], "下半年", n)}) - before for n in (1, 2)]
    assert wording.rounded(gained[0], 8) == wording.rounded(each, 8)
    assert gained[0] < 1 <= gained[1]


def test_where_too_little_is_left_all_of_it_is_told():
    votes = counts("unit|满意|基本满意|不满意\n甲|195|5|0\n乙|50|0|0\n丙|60|0|0")
    text = advice(written(plan(voices()), {"units": units(), "counts": votes})["甲"])["评价"]
    assert text.endswith("增加 0.25 分；全部为“满意”，也只增加 0.50 分。")


def test_weighted_groups_have_an_own_vote_each():
    groups = {"groups": {"代表": "0.75", "群众": "0.25"}}
    votes = counts("unit|grp|满意|基本满意|不满意\n甲|代表|10|0|10\n甲|群众|20|0|20\n乙|代表|9|0|0\n丙|群众|9|0|0")
    made, rows = plan(voices(ratings=groups)), {"units": units(), "counts": votes}
    text = advice(written(made, rows)["甲"])["评价"]
    # 50×0.75÷20＝1.875; 50×0.25÷40＝0.3125
    assert "代表20票，票数不变时每多1票“满意”、少1票“不满意”，增加 1.88 分；从最低的等次变起，至少 1 票" in text
    assert "群众40票，票数不变时每多1票“满意”、少1票“不满意”，增加 0.31 分；从最低的等次变起，至少 4 票" in text


def found(*rows):
    blank = {"status": "confirmed", "factors": [], "document": "某文", "source": "台账.csv", "deed": None}
    return [
        blank | {"event": f"e{at}", "row": at + 1, "unit": unit, "item": item, "happened_on": day, "times": times}
        for at, (unit, item, day, times) in enumerate(rows, 1)
    ]


CHECK = {
    "id": "check",
    "name": "检查",
    "full": "20",
    "events": {"base": "20", "floor": "0", "items": {
        "small": {"name": "小问题", "points": "-2"}, "big": {"name": "大问题", "points": "-15"}}},
}  # fmt: skip


def test_events_for_one_more_point_reach_over_the_floor():
    """20−15−8＝−3 counts 0: three points do not count, so four fewer must be lost."""
    day = date(2020, 3, 1)
    rows = {"units": units(), "events": found(("甲", "big", day, 1), ("甲", "small", day, 4), ("乙", "small", day, 1))}
    made = written(plan(CHECK), rows)
    assert advice(made["甲"])["检查"] == (
        "事项共失 23.00 分，其中超出本项分数的 3.00 分没有计；少失 4 分，如“大问题”少 1 件，就增加 1 分。"
    )
    assert advice(made["乙"])["检查"] == "事项共失 2.00 分；少失 1 分，如“小问题”少 1 件，就增加 1 分。"
    assert "检查" not in advice(made["丙"])
    (table,) = grids(made["甲"], "失分和得分")
    assert table.rows[0][0].startswith("检查：")
    assert table.rows[0][0].endswith("扣完为止，计 0.00 分")
    assert table.rows[1][-1] == "2"
    assert "e1、e2" in "".join(lines(made["甲"], "异议"))


def test_events_of_a_day_stand_by_their_numbers_as_in_the_report():
    day, events = date(2020, 3, 1), ("10", "9", "010", "2")
    rows = found(*(("甲", "small", day, 1) for _ in events))
    facts = [row | {"event": event} for row, event in zip(rows, events, strict=True)]
    results = ResultTables(review(plan(CHECK), {"units": units("甲"), "events": facts}))
    assert [row["event"] for row in events_of_units(results)["甲",]] == ["2", "9", "010", "10"]
    assert dated_events(results)["event"].to_list() == ["2", "9", "010", "10"]


def test_a_point_of_a_scaled_leaf_is_worth_what_the_node_makes_of_it():
    """Two halves averaged, 20 scaled to 5: a point of an event is half a point of the leaf."""
    leaf = CHECK | {"per": "half", "over_cycles": "mean"}
    node = {
        "id": "all",
        "name": "合计",
        "full": "5",
        "of": ["check"],
        "convert": [{"scale": {"from": "20", "to": "5"}}],
    }
    rows = {"units": units(), "events": found(("甲", "small", date(2020, 3, 1), 1))}
    made, day = plan(node, leaf), date(2020, 3, 1)
    assert advice(written(made, rows)["甲"])["检查"] == (
        "事项共失 2.00 分；一个周期内少失 1 分，本项增加 0.5 分；没有失分的事项时，共增加 1.00 分。"
        "本项 1 分折合合计 0.25 分。"
    )
    before = marks_of(made, rows, component="all")
    after = marks_of(made, {"units": units(), "events": found(("乙", "small", day, 1))}, component="all")
    assert after - before == 1 * Fraction(1, 4)


def test_a_point_of_a_weighed_leaf_counts_as_its_share_of_full_marks():
    """Half of 100 by a leaf of 20: a point is 2.5, not half a point."""
    leaf, other = CHECK | {"weight": "0.5"}, {"id": "other", "full": "10", "weight": "0.5"}
    other |= {"marks": {"range": ["0", "10"]}}
    made = plan({"id": "all", "name": "合计", "full": "100", "of": ["check", "other"]}, leaf, other)
    given = [{"method": "other", "unit": unit["unit"], "mark": "8"} for unit in units()]
    rows = {"units": units(), "marks": given, "events": found(("甲", "small", date(2020, 3, 1), 1))}
    assert advice(written(made, rows)["甲"])["检查"].endswith("本项 1 分折合合计 2.5 分。")
    better = rows | {"events": found(("乙", "small", date(2020, 3, 1), 1))}  # two points more in the leaf
    assert marks_of(made, better, component="all") - marks_of(made, rows, component="all") == 2 * Fraction(5, 2)


def test_a_bonus_beside_weighed_leaves_is_worth_what_it_gives():
    """It has no part in the weights, and is added after the node is scaled: a point of it is a point."""
    leaf, other = CHECK | {"weight": "0.6"}, {"id": "other", "full": "20", "weight": "0.4"}
    other |= {"marks": {"range": ["0", "20"]}}
    prize = {"name": "表彰", "points": "1"}
    bonus = {"id": "bonus", "name": "奖励", "outside": True, "full": "5", "events": {"cap": "5", "items": {"p": prize}}}
    node = {"id": "all", "name": "合计", "full": "10", "of": ["check", "other", "bonus"]}
    made = plan(node | {"convert": [{"scale": {"from": "20", "to": "10"}}]}, leaf, other, bonus)
    given, day = [{"method": "other", "unit": unit["unit"], "mark": "8"} for unit in units()], date(2020, 3, 1)
    rows = {"units": units(), "marks": given, "events": found(("甲", "small", day, 1), ("乙", "p", day, 1))}
    told = advice(written(made, rows)["甲"])
    before = marks_of(made, rows, component="all")
    # a point of 检查: 0.6 of a point of 10, halved
    assert told["检查"].endswith("本项 1 分折合合计 0.15 分。")
    lost_less = rows | {"events": found(("乙", "small", day, 1))}
    assert marks_of(made, lost_less, component="all") - before == 2 * Fraction(15, 100)
    assert told["奖励"] == "再有 1 件“表彰”（1 分），增加 1 分。"
    earned = rows | {"events": found(("甲", "small", day, 1), ("甲", "p", day, 1))}
    assert marks_of(made, earned, component="all") - before == 1


def test_what_earns_a_point_stops_at_the_cap():
    leaf = {"id": "bonus", "name": "奖励", "full": "5", "events": {"cap": "5", "items": {
        "prize": {"name": "表彰", "points": "3"}}}}  # fmt: skip
    day = date(2020, 3, 1)
    rows = {"units": units(), "events": found(("甲", "prize", day, 1), ("乙", "prize", day, 2))}
    made = written(plan(leaf), rows)
    assert advice(made["甲"])["奖励"] == "再有 1 件“表彰”（3 分），增加 2 分。"
    assert advice(made["丙"])["奖励"] == "再有 1 件“表彰”（3 分），增加 3 分。"
    assert "奖励" not in advice(made["乙"])


def test_places_gained_by_one_more_point():
    leaf = {"id": "mark", "name": "评分", "full": "10", "marks": {"range": ["0", "10"], "decimals": "1"}}
    given = {"甲": "5", "乙": "5.5", "丙": "6", "丁": "6.1", "戊": "5"}
    rows = [{"method": "mark", "unit": unit, "mark": mark, "marker": None} for unit, mark in given.items()]
    made = written(plan(leaf), {"units": units(" ".join(given)), "marks": rows})
    assert lines(made["甲"], "再得 1 分")[0] == "rank：再得 1 分，其他单位得分不变，可前进 1 名，到第 3 名。"
    assert lines(made["乙"], "再得 1 分")[0] == "rank：再得 1 分，其他单位得分不变，可前进 2 名，到第 1 名。"
    assert lines(made["丁"], "再得 1 分")[0] == "rank：已是第 1 名。"


# ---------------------------------------------------------------- last year, notices


def test_last_year_stands_beside_this_year_where_it_is_known():
    votes = counts("unit|满意|基本满意|不满意\n甲|30|0|0\n乙|30|0|9")
    row = {"unit": "甲", "standing_name": "名次", "total_before": Decimal(40), "total_now": Decimal(50)}
    row |= {"change": Decimal(10), "from_rules": Decimal("-2.5"), "from_facts": Decimal("12.5"), "places": 3}
    made = written(
        plan(voices()),
        {"units": units("甲 乙"), "counts": votes, "history": [{"year": 2019, "unit": "甲", "list": "先进"}]},
        years=SimpleNamespace(totals=pl.DataFrame([row])),
    )
    (table,) = grids(made["甲"], "往年情况")
    assert table.rows == (("名次", "40.00", "50.00", "+10.00", "−2.50", "+12.50", "+3"),)
    assert lines(made["甲"], "往年情况") == ["2019年度：列入先进。"]
    assert section(made["乙"], "往年情况") == ()


def test_simulated_confidential_and_early_letters_say_so_on_every_page():
    votes = counts("unit|满意|基本满意|不满意\n甲|30|0|0")
    made = written(plan(voices()), {"units": units("甲"), "counts": votes}, simulated=True, confidential=True)["甲"]
    assert [one[:6] for one in made.notices] == ["模拟数据：评", "仅供本单位使", "名单为拟定："]
    files = zipfile.ZipFile(BytesIO(letter_word(made)))
    head = next(files.read(name).decode() for name in files.namelist() if "header" in name and "rels" not in name)
    assert "模拟数据" in head
    assert "仅供本单位" in head
    (only,) = written(plan(voices()), {"units": units("甲"), "counts": votes})["甲"].notices
    assert only == "名单为拟定：先进还没有登记决定"


def test_signs_that_word_and_paper_use_themselves_stay_text():
    votes = counts("unit|满意|基本满意|不满意\n甲|30|0|0")
    named = [units("甲")[0] | {"name": "<甲>&#科*_@@TEXT@@"}]
    letter = written(plan(voices()), {"units": named, "counts": votes})["甲"]
    texts, _ = read(letter_word(letter))
    assert any("<甲>&#科*_" in text for text in texts)
    assert letter_pdf(letter).startswith(b"%PDF")


# ---------------------------------------------------------------- files


@pytest.fixture
def tiny_book():
    votes = counts("unit|满意|基本满意|不满意\n甲|30|5|2\n乙|30|0|9\n丙|20|9|1")
    rows = {"units": units(), "counts": votes, "events": found(("甲", "small", date(2020, 3, 1), 1))}
    total = {"id": "total", "name": "合计", "full": "70", "of": ["sat", "check"]}
    return ResultTables(review(plan(total, voices(), CHECK), rows), {})


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_same_input_same_bytes(tiny_book, tmp_path):
    seen_progress = []
    paths = write_letters(
        tiny_book, tmp_path / "信", simulated=True, progress=lambda at, of: seen_progress.append((at, of))
    )
    assert [path.name for path in paths] == [f"{unit}-{unit}{end}" for unit in "丙乙甲" for end in (".docx", ".pdf")]
    assert seen_progress == [(1, 3), (2, 3), (3, 3)]
    again = write_letters(ResultTables(tiny_book.review), tmp_path / "又", simulated=True)
    assert content(again[0].parent) == content(paths[0].parent)
    assert [path.name for path in tmp_path.iterdir() if "pingyi" in path.name] == []


def test_a_failure_leaves_earlier_letters_as_they_were(tiny_book, tmp_path, monkeypatch):
    folder = tmp_path / "信"
    write_letters(tiny_book, folder, simulated=True)
    before, calls = content(folder), []

    def full_disk(letter):
        calls.append(letter)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return b""

    monkeypatch.setitem(letter_files.FILE_KINDS, ".pdf", full_disk)
    with pytest.raises(PingyiError, match="磁盘满了"):
        write_letters(tiny_book, folder, simulated=True)
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["信"]


def test_letters_set_aside_by_a_run_cut_short_come_back(tiny_book, tmp_path):
    stale = tmp_path / f"信{letter_files.STALE}"
    stale.mkdir()
    (stale / "甲-甲.pdf").write_bytes(b"old")
    assert len(write_letters(tiny_book, tmp_path / "信", simulated=True)) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["信"]


def test_an_unwritable_folder_is_one_chinese_sentence(tiny_book, tmp_path):
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    with pytest.raises(PingyiError, match=r"写不了单位反馈：.*路径里有一段是文件") as caught:
        write_letters(tiny_book, tmp_path / "文件" / "信", simulated=True)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"), [("总结.docx", "别的文件"), ("记录.txt", "别的文件"), ("~$甲-甲.docx", "正在打开")]
)
def test_what_is_no_letter_is_never_replaced(tiny_book, tmp_path, name, said):
    folder = tmp_path / "信"
    folder.mkdir()
    (folder / name).write_text("自己的", encoding="utf-8")
    with pytest.raises(PingyiError, match=said):
        write_letters(tiny_book, folder, simulated=True)
    assert content(folder) == {name: "自己的".encode()}


def test_file_names_are_good_for_windows():
    assert file_name("01", '法规/科:"一"?*|<>\\') == "01-法规_科__一_______"
    assert file_name("01", "科 . ") == "01-科"
    assert len(file_name("01", "长" * 200)) == LONGEST


def test_units_whose_names_fall_together_keep_files_apart(tmp_path):
    votes = counts("unit|满意|基本满意|不满意\na/1|9|0|0\nA:1|9|0|0")
    both = [units("甲")[0] | {"unit": unit, "name": "科"} for unit in ("a/1", "A:1")]
    results = ResultTables(review(plan(voices()), {"units": both, "counts": votes}))
    paths = write_letters(results, tmp_path / "信", simulated=False)
    assert sorted(path.name for path in paths) == [
        "A_1-科（某局）（A_1）.docx",
        "A_1-科（某局）（A_1）.pdf",
        "a_1-科（某局）（a_1）-2.docx",
        "a_1-科（某局）（a_1）-2.pdf",
    ]


# ---------------------------------------------------------------- the width of columns


def test_figures_and_days_stay_in_one_line():
    """Long names of records beside days and marks: the texts give way, and the table fills the line."""
    columns = [Column("记录编号", 33), Column("日期", 18), Column("事项", 36), Column("计分", 13, "right")]
    columns += [Column("依据文件", 30), Column("行号", 9, "right")]
    long = ("hotline.handling-0127-0001-0001", "2020-03-25", "市级层面查实问题（未经确认，不计）" * 3, "−120.00")
    (made,) = fit_grid(columns, [(*long, "某县某办公室〔2020〕第一百二十七号文件", "104061")])
    widths = {one.head: one.width for one in made.columns}
    assert sum(widths.values()) == pytest.approx(LINE_WIDTH, abs=0.5)
    for head, text in (("日期", "2020-03-25"), ("计分", "−120.00"), ("行号", "104061")):
        assert widths[head] >= letter_signs(text) * SIGN + PADDING - 0.1, head


def test_a_table_of_figures_alone_fills_the_line():
    columns = [Column(str(nth), 13, "right") for nth in range(20)]
    (made,) = fit_grid(columns, [tuple("1234567.89" for _ in columns)])
    assert sum(one.width for one in made.columns) == pytest.approx(LINE_WIDTH, abs=1)
