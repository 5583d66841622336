"""Templates: filled in they are facts, their lists hold the plan's words, and a new campaign touches nothing else."""

import re
import shutil
from html import unescape
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from pingyi.cli import app
from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PlanFaults, UnknownCampaign
from pingyi.common.files import PlaceTaken
from pingyi.facts.intake import read_facts
from pingyi.facts.intake.folder import look
from pingyi.facts.intake.setting import Setting
from pingyi.office.fact_forms import table_form, write_forms
from pingyi.office.form_fields import needed_tables
from pingyi.office.new_campaign import NameRefused, new_campaign
from pingyi.plan.reader import read_plan
from tests import small, tiny
from tests.support import PARAMETERS, plan_with

pytestmark = pytest.mark.slow

TITLES = {name: table.title for name, table in codebook().facts.items()}
ROSTER = pl.DataFrame([{"unit": "0101", "name": "某某科", "organ": "某某局", "system": None}])
LONG = pl.DataFrame([{"unit": f"{n:04}", "name": f"第{n}科", "organ": "某局"} for n in range(1, 101)])


def filled(path, rows):
    """Type rows into the first sheet of a form, as text cells below its head."""
    made = path.with_suffix(".new")
    with ZipFile(path) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                lines = "".join(line(number, row) for number, row in enumerate(rows, 2))
                data = data.replace(b"</sheetData>", lines.encode() + b"</sheetData>")
            new.writestr(name, data)
    made.replace(path)


def line(number, row):
    cells = "".join(
        f'<c r="{letter(place)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for place, text in enumerate(row)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def letter(place):
    return chr(65 + place) if place < 26 else "A" + chr(39 + place)


def fill(plan, folder, units=ROSTER):
    """Write all forms and fill in the example of each."""
    setting = Setting(plan, {row["unit"]: row for row in units.iter_rows(named=True)} if units is not None else {})
    for path in write_forms(plan, units, folder):
        name = next(name for name, title in TITLES.items() if title == path.stem)
        filled(path, [[one.example for one in table_form(setting, name).fields]])


def xml(path, part="xl/worksheets/sheet1.xml"):
    with ZipFile(path) as package:
        return package.read(part).decode()


def lists(path):
    """Drop-down lists of the first sheet by the letter of their column."""
    found = re.findall(r'<dataValidation type="list".*?sqref="([A-Z]+)2:.*?<formula1>(.*?)</formula1>', xml(path))
    return {column: unescape(source) for column, source in found}


def heads(path):
    return list(fastexcel.read_excel(path).load_sheet(0).to_polars().columns)


MEASURED = {
    "id": "speed",
    "name": "提速",
    "full": "10",
    "per": "half",
    "over_cycles": "mean",
    "measures": {"of": "rate", "numerator": "提前办结", "denominator": "办结"},
}
ASKED = {
    "id": "asked",
    "name": "问卷",
    "full": "10",
    "per": "half",
    "over_cycles": "mean",
    "ratings": {
        "levels": {"好": "1", "差": "0", "说不清": None},
        "groups": ["代表", "群众"],
        "items": ["态度", "效率"],
        "channels": [{"id": "现场", "for": {"category": ["站所"]}}, {"id": "网上"}],
        "own_unit": False,
        "mean_first": "respondent",
    },
}
CHECKED = {
    "id": "checked",
    "name": "检查",
    "full": "10",
    "events": {
        "base": "10",
        "floor": "0",
        "cap": "10",
        "needs": "signed",
        "same_deed": {"keep": "gravest"},
        "items": {
            "late": {
                "name": "超期",
                "points": ["-3", "-1"],
                "factors": {"aggravated": "2"},
                "within": {"days": "5"},
                "extended": {"months": "1"},
            },
            "open": {"name": "未定", "points": None},
            "veto": {"name": "否决", "veto": "zero"},
        },
    },
}
MARKED = {"id": "marked", "name": "打分", "full": "10", "marks": {"range": ["0", "10"], "means_nothing": ["99"]}}


def tiny_plan():
    return tiny.plan({"id": "top", "of": ["speed", "asked", "checked", "marked"]}, MEASURED, ASKED, CHECKED, MARKED)


class TestFilledForms:
    @pytest.mark.parametrize("campaign", paths.campaigns())
    @pytest.mark.parametrize("either", ["ratings", "counts"])
    def test_examples_are_facts(self, campaign, either, tmp_path):
        """Of the same votes either the records are sent or the counts."""
        plan = plan_with(campaign, {})
        fill(plan, tmp_path / "facts")
        (tmp_path / "facts" / f"{TITLES[either]}.xlsx").unlink(missing_ok=True)
        tables = read_facts(tmp_path / "facts", plan).tables
        assert {name for name, frame in tables.items() if frame.height} == set(needed_tables(plan)) - {either}
        assert tables["units"]["unit"].to_list() == ["0101"]

    @pytest.mark.parametrize("name", ["pingyang-2020", "yuanba-2018"])
    def test_nothing_of_a_form_is_reported_as_strange(self, name, tmp_path):
        """U13: its sheets of rules and of words came with it."""
        plan = plan_with(name, {})
        fill(plan, tmp_path / "facts")
        (tmp_path / "facts" / f"{TITLES['counts']}.xlsx").unlink(
            missing_ok=True
        )  # records and counts are one or the other
        said = [one.said for one in read_facts(tmp_path / "facts", plan).notices]
        assert [one for one in said if "没有导入" in one] == []

    def test_a_roster_saved_from_its_form_is_in_the_lists_of_the_other_forms(self, tmp_path, monkeypatch):
        """U13: a form is named for its table, in Chinese."""
        folder = small.project(tmp_path / "project")
        monkeypatch.chdir(folder)
        paths.root.cache_clear()
        facts = folder / "data" / "small"
        shutil.rmtree(facts)
        made = read_plan(paths.plan_file("small"))
        write_forms(made, None, tmp_path / "blank")
        facts.mkdir()
        roster = facts / f"{TITLES['units']}.xlsx"
        shutil.copy(tmp_path / "blank" / roster.name, roster)
        columns = [one.column.name for one in table_form(Setting(made, {}), "units").fields]
        cells = {"unit": "0101", "name": "某某科", "category": "机关", "organ": "某局", "management": "单独"}
        filled(roster, [[cells.get(one, "") for one in columns]])
        done = CliRunner().invoke(app, ["forms", "small", "--out", "模板"])
        paths.root.cache_clear()
        assert done.exit_code == 0, done.output
        listed = lists(folder / "模板" / f"{TITLES['counts']}.xlsx")
        assert any("0101" in words for words in listed.values())

    def test_examples_are_facts_under_every_kind_of_rule(self, tmp_path):
        plan = tiny_plan()
        fill(plan, tmp_path / "facts", units=None)
        (tmp_path / "facts" / f"{TITLES['counts']}.xlsx").unlink()
        tables = read_facts(tmp_path / "facts", plan).tables
        assert tables["measures"].height == tables["events"].height == tables["ratings"].height == 1

    def test_forms_that_nobody_filled_in_are_a_review_of_nobody(self, tmp_path):
        """M13: heads alone say that nothing happened, but a roster without units is none."""
        plan = plan_with("yuanba-2018", {})
        write_forms(plan, None, tmp_path / "facts")
        with pytest.raises(Exception, match="名录里没有一个单位"):
            read_facts(tmp_path / "facts", plan)

    def test_every_form_is_named_for_its_table(self, tmp_path):
        write_forms(tiny_plan(), None, tmp_path / "facts")
        folder = look(tmp_path / "facts", codebook().facts.values())
        assert folder.faults == []
        assert folder.named == set(needed_tables(tiny_plan()))

    def test_a_wrong_word_is_found_where_it_stands(self, tmp_path):
        plan = plan_with("yuanba-2018", {})
        fill(plan, tmp_path / "facts")
        path = tmp_path / "facts" / f"{TITLES['counts']}.xlsx"
        write_again = tmp_path / "again"
        write_forms(plan, ROSTER, write_again)
        shutil.copy(write_again / path.name, path)
        filled(path, [["没有这一项", "0101", "满意", "3"]])
        with pytest.raises(Exception, match="没有这一项") as refused:
            read_facts(tmp_path / "facts", plan)
        assert f"工作表“{TITLES['counts']}” 第 2 行" in str(refused.value)


class TestWords:
    def test_lists_hold_the_words_of_the_plan(self, tmp_path):
        write_forms(tiny_plan(), None, tmp_path)
        path = tmp_path / f"{TITLES['ratings']}.xlsx"
        found = {head: lists(path).get(letter(place)) for place, head in enumerate(heads(path))}
        assert found["等次"] == '"好,差,说不清"'
        assert found["指标"] == '"问卷"', "by name"
        assert (found["评价人类别"], found["渠道"], found["评价内容"]) == ('"代表,群众"', '"现场,网上"', '"态度,效率"')
        assert found["评价人属本单位"] == '"是,否"'
        assert found["评价时间"] is None

    def test_states_and_items_are_written_as_people_write_them(self, tmp_path):
        write_forms(tiny_plan(), None, tmp_path)
        found = lists(tmp_path / f"{TITLES['events']}.xlsx").values()
        assert {'"超期,未定,否决"', '"提出,确认,异议,维持,撤销"', '"情节严重"'} <= set(found)

    def test_long_lists_stand_in_a_hidden_sheet(self, tmp_path):
        write_forms(tiny_plan(), LONG, tmp_path)
        path = tmp_path / f"{TITLES['counts']}.xlsx"
        assert "list_unit" in lists(path).values()
        book = xml(path, "xl/workbook.xml")
        assert re.search(r'name="选项" [^>]*state="hidden"', book)
        first, last = map(int, re.search(r"list_unit\">'?选项'?!\$A\$(\d+):\$A\$(\d+)<", book).groups())
        words = fastexcel.read_excel(path).load_sheet("选项", header_row=None, dtypes="string").to_polars()
        assert words.to_series().to_list()[first - 1 : last] == LONG["unit"].to_list()

    def test_columns_without_a_use_are_left_out(self, tmp_path):
        plan = tiny.plan({"id": "a", "full": "10", "marks": {"range": ["0", "10"]}})
        write_forms(plan, None, tmp_path)
        assert heads(tmp_path / f"{TITLES['marks']}.xlsx") == ["指标", "单位", "评分", "评分日期"]
        assert not (tmp_path / f"{TITLES['ratings']}.xlsx").exists()

    def test_the_plans_own_columns_of_units_are_there(self, tmp_path):
        plan = plan_with("yinchuan-2018", {})
        write_forms(plan, None, tmp_path)
        assert set(plan.units.columns.values()) <= set(heads(tmp_path / f"{TITLES['units']}.xlsx"))

    def test_ids_are_text_and_numbers_and_dates_are_bounded(self, tmp_path):
        write_forms(tiny_plan(), None, tmp_path)
        text = xml(tmp_path / f"{TITLES['marks']}.xlsx")
        limits = re.findall(r'<dataValidation type="(\w+)".*?<formula1>(.*?)</formula1>(?:<formula2>(.*?)<)?', text)
        assert ("decimal", "0.0", "99.0") in limits, "what means nothing included"
        assert "date" in {kind for kind, *_ in limits}
        assert 'state="frozen"' in text
        styles = xml(tmp_path / f"{TITLES['marks']}.xlsx", "xl/styles.xml")
        assert 'numFmtId="49"' in styles

    def test_rules_stand_on_the_head_and_on_a_sheet_of_their_own(self, tmp_path):
        write_forms(tiny_plan(), ROSTER, tmp_path)
        path = tmp_path / f"{TITLES['events']}.xlsx"
        rules = fastexcel.read_excel(path).load_sheet("填写说明", header_row=None, dtypes="string").to_polars()
        assert rules.width == 1
        text = "\n".join(rules.to_series().drop_nulls())
        for said in (
            "超期（检查）：扣 1 到 3 分，分值必填。",
            "超期：情节严重（2 倍）。",
            "0101　某某科（某某局）",
            "【示例】",
        ):
            assert said in text
        assert "扣 1 到 3 分" in xml(path, "xl/comments1.xml")

    def test_nothing_is_overwritten(self, tmp_path):
        write_forms(tiny_plan(), None, tmp_path)
        with pytest.raises(PlaceTaken, match="不覆盖"):
            write_forms(tiny_plan(), None, tmp_path)

    def test_the_same_plan_makes_the_same_bytes(self, tmp_path):
        one, other = (write_forms(tiny_plan(), LONG, tmp_path / name) for name in "ab")
        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


@pytest.fixture
def home(tmp_path):
    """A project with one plan and no facts."""
    for name in ("parameters", "data"):
        (tmp_path / name).mkdir()
    shutil.copy(PARAMETERS / "yuanba-2018.yaml", tmp_path / "parameters")
    return tmp_path


class TestNewCampaign:
    def test_the_plan_is_copied_with_its_comments(self, home):
        written = new_campaign("yuanba-2019", "yuanba-2018", home)
        before = (home / "parameters" / "yuanba-2018.yaml").read_text(encoding="utf-8").splitlines()
        after = written[0].read_text(encoding="utf-8").splitlines()
        assert [line for line in before if line not in after] == ["  id: yuanba-2018"]
        assert after[0] == before[0], "editors look for the schema in the first line"
        assert after[1].startswith("# 由 yuanba-2018 复制")
        assert not any("errata" in line for line in after[1:8]), "only parts that the plan has"
        assert read_plan(written[0]).campaign.id == "yuanba-2019"

    def test_forms_lie_where_they_are_not_read_as_facts(self, home):
        written = new_campaign("b", "yuanba-2018", home)
        assert {path.parent for path in written[2:]} == {home / "reports" / "b" / "模板"}
        assert {path.stem for path in written[2:]} == {TITLES[name] for name in needed_tables(read_plan(written[0]))}
        folder = look(home / "data" / "b", codebook().facts.values())
        assert (folder.faults, folder.files) == ([], {})

    def test_lines_keep_their_ends(self, home):
        path = home / "parameters" / "yuanba-2018.yaml"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        text = new_campaign("b", "yuanba-2018", home)[0].read_bytes()
        assert text.count(b"\r\n") == text.count(b"\n")

    @pytest.mark.parametrize("name", ["", "2019年", "a b", "a/b", "../a", "a_b", "-a", "a-", "a--b", "a.b", "x" * 61])
    def test_names_that_are_none(self, name, home):
        with pytest.raises(NameRefused, match="字母、数字和连字符"):
            new_campaign(name, "yuanba-2018", home)
        assert [path.name for path in (home / "parameters").iterdir()] == ["yuanba-2018.yaml"]

    def test_names_that_are_taken(self, home):
        for name in ("yuanba-2018", "Yuanba-2018"):
            with pytest.raises(NameRefused, match="已有名为"):
                new_campaign(name, "yuanba-2018", home)
        (home / "data" / "b").mkdir()
        (home / "data" / "b" / "units.csv").touch()
        with pytest.raises(NameRefused, match="已有文件，不覆盖"):
            new_campaign("b", "yuanba-2018", home)
        assert not (home / "parameters" / "b.yaml").exists()

    def test_a_source_that_does_not_exist(self, home):
        with pytest.raises(UnknownCampaign, match="没有名为“yuanba-2017”的活动可以照抄；相近的有 yuanba-2018"):
            new_campaign("b", "yuanba-2017", home)

    def test_a_source_with_faults_leaves_nothing(self, home):
        path = home / "parameters" / "yuanba-2018.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("year: 2018", "year: x"), encoding="utf-8")
        with pytest.raises(PlanFaults):
            new_campaign("b", "yuanba-2018", home)
        assert not (home / "data" / "b").exists()
        assert not (home / "reports").exists()
