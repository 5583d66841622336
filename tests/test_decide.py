"""A decision is a fact: a list is proposed (拟定) until one is recorded, and no later fact changes it after that.

The ruling: lists that are decided on a day are frozen by a recorded decision, by whom, with which document, and what
was decided otherwise than proposed; the report says what later facts would have changed.
"""

import os
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from docx import Document
from typer.testing import CliRunner

from pingyi.amendments.corrections import tell_corrected
from pingyi.amendments.decisions import Asked, DecisionFaults, tell_decided
from pingyi.cli import app
from pingyi.common import paths
from pingyi.explain import explain
from pingyi.facts.as_of_date import first_day, last_day
from pingyi.facts.intake import FactsRefused, read_facts
from pingyi.office.annual_report import report_data
from pingyi.office.issuance import Issue, write_documents
from pingyi.office.letters.content import compose_letters
from pingyi.office.letters.letter_files import letter_word
from pingyi.office.results_notice import compose_notice, notice_files
from pingyi.office.workbook_sheets import lists_sheet
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.report.page import page
from pingyi.report.record_sections import decided_section
from pingyi.results.list_states import ListState
from pingyi.results.result_tables import ResultTables
from pingyi.scenarios.years import open_run, undecided_lists
from pingyi.scoring.review import Review
from tests.small import dated, write

pytestmark = pytest.mark.slow

HEADS = "名单,单位,提出列入,决定列入,决定日期,决定机构,理由,依据文件"
ON, BY, PAPER = date(2020, 11, 5), "评议领导小组", "某评〔2020〕5号"
FROZEN = [
    HEADS,
    *(f"候选,{unit},是,是,2020-11-05,{BY},,{PAPER}" for unit in "甲乙丙"),
    f"候选,丁,是,否,2020-11-05,{BY},有未结案件,{PAPER}",
    f"候选,戊,否,是,2020-11-05,{BY},核查后补入,{PAPER}",
]
LATE = "e2,丙,found,2020-11-25,确认,某文9号,15"
"""A case of 25 November against a unit that stands on the ballot since 5 November."""
RUN = {"id": "2020-12-10-0930", "finished": "2020-12-10T09:30:00"}


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """The small project with dated counts, as the place where commands run; returns its folder of facts."""
    folder = dated(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(paths, "root", lambda: folder)
    return folder / "data" / "small"


def asked(list="候选", on=ON, by=BY, document=PAPER, **more) -> Asked:
    return Asked(list, on, by, document, **more)


def told(*, confirmed=False, **wanted) -> str:
    return "\n".join(tell_decided("small", asked(**wanted), confirmed=confirmed))


def refused(**wanted) -> str:
    with pytest.raises(DecisionFaults) as caught:
        told(**wanted)
    assert caught.value.exit_code == 13
    assert "没有登记" in str(caught.value)
    return str(caught.value)


def plan_of(facts: Path) -> Plan:
    return read_plan(facts.parent.parent / "parameters" / "small.yaml")


def freeze(facts: Path, *, late: bool = True) -> None:
    """Record the decision on the shortlist, and a fact of a later day."""
    write(facts.parent.parent, "decisions", FROZEN)
    if late:
        rows = ["event,unit,item,happened_on,status,document,times", "e1,辛,found,2020-03-01,确认,某文1号,1", LATE]
        write(facts.parent.parent, "events", rows)


def reviewed(facts: Path, as_of: date | None = None) -> Review:
    plan = plan_of(facts)
    return Review.begin(plan, read_facts(facts, plan).tables, as_of=as_of).through("outcomes")


def listed(review: Review, name: str = "候选") -> set[str]:
    return set(review.published("list_entries").filter(list=name)["unit"])


# ---------------------------------------------------------------- the command


def test_without_yes_it_shows_all_and_changes_nothing(small):
    before = {path.name: path.read_bytes() for path in small.iterdir()}
    said = told(add=["戊=核查后补入"], remove=["丁科=有未结案件"])
    assert {path.name: path.read_bytes() for path in small.iterdir()} == before
    lines = said.splitlines()
    assert lines[:2] == ["候选：按 2020-11-05 为止的数据，提出 4 个单位：", "  第 1　甲 甲科　77.82 分"]
    assert "  调入　戊 戊科：核查后补入" in lines
    assert "  调出　丁 丁科：有未结案件" in lines
    assert (
        "决定：2020年11月5日，评议领导小组，某评〔2020〕5号。决定的名单共 4 个单位：甲科、乙科、丙科、戊科。" in lines
    )
    assert "  候选：列入 戊科，退出 丁科。" in lines, "what it moves"
    assert "  末位：列入 戊科，退出 丁科。" in lines, "and what hangs on it"
    assert lines[-1] == "没有登记。核对无误后，加 --yes 再执行一次。"


def test_with_yes_it_becomes_a_fact(small):
    said = told(add=["戊=核查后补入"], remove=["丁=有未结案件"], confirmed=True)
    assert "已登记到 data/small/decisions.csv，5 行。" in said
    data = (small / "decisions.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == FROZEN
    assert data.decode("utf-8-sig").encode("gb18030")
    assert listed(reviewed(small)) == set("甲乙丙戊")
    assert [one.name for one in small.iterdir() if one.name.startswith(".")] == []


def test_the_command_line_takes_it_and_refuses_it_with_a_code(small):
    wanted = ["decide", "small", "候选", "--on", "2020-11-05", "--by", BY, "--document", PAPER]
    done = CliRunner().invoke(app, [*wanted, "--add", "戊=补入", "--remove", "丁=调出", "--yes"])
    assert done.exit_code == 0, done.output
    assert "已登记到" in done.output
    assert CliRunner().invoke(app, ["check", "small"]).exit_code == 0
    again = CliRunner().invoke(app, wanted)
    assert isinstance(again.exception, DecisionFaults)
    assert again.exception.exit_code == 13


REFUSED = [
    ({"list": "侯选"}, "名单：读到“侯选”，方案中没有这份名单；相近的有 候选"),
    ({"list": "优秀"}, "名单：读到“优秀”，方案中没有这份名单，有的是 候选、先进、末位"),
    ({"on": date(2021, 1, 1)}, "--on：读到“2021-01-01”，应在 2020-01-01 到 2020-12-31 之间"),
    ({"on": date(2019, 12, 31)}, "--on：读到“2019-12-31”，应在 2020-01-01 到 2020-12-31 之间"),
    ({"as_of": date(2020, 11, 6)}, "--as-of：读到“2020-11-06”，应不晚于决定日期 2020-11-05"),
    ({"by": " "}, "--by：不能为空"),
    ({"document": ""}, "--document：不能为空"),
    ({"by": "张某 13812345678"}, "--by：读到“张某 138＊＊＊＊”，不得写电话号码、身份证号"),
    ({"remove": ["丁=因\n故"]}, "--remove：读到“丁=因”，应只有一行"),
    ({"add": ["壬=补入"]}, "--add：读到“壬=补入”，名录中没有"),
    ({"add": ["戊科长=补入"]}, "名录中没有（或有几个单位叫这个名称，请写编号）；相近的有 戊科"),
    ({"add": ["戊"]}, "--add：读到“戊”，缺少理由，应写作 单位=理由"),
    ({"remove": ["丁="]}, "--remove：读到“丁=”，缺少理由"),
    ({"add": ["丙=补入"]}, "--add：读到“丙=补入”，提出的名单上已有，不用调入"),
    ({"remove": ["戊=调出"]}, "--remove：读到“戊=调出”，提出的名单上没有，无从调出"),
    ({"add": ["戊=补入", "戊科=补入"]}, "--add：读到“戊科=补入”，同一个单位写了两次"),
    ({"on": date(2020, 2, 1)}, "按 2020-02-01 为止的数据，提出的名单没有单位，也没有调入的"),
]


@pytest.mark.parametrize(("wanted", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_is_wrong_is_said_and_nothing_is_written(small, wanted, said):
    assert said in refused(confirmed=True, **wanted)
    assert not (small / "decisions.csv").exists()


def test_all_that_is_wrong_is_said_at_once(small):
    said = refused(list="侯选", by="", on=date(2021, 1, 1))
    assert "有 3 处问题" in said


def test_a_list_is_decided_once(small):
    freeze(small, late=False)
    said = refused(on=date(2020, 11, 9))
    assert "已决定：2020年11月5日，评议领导小组，某评〔2020〕5号（decisions.csv 第 2 行）" in said
    assert "pingyi correct" in said


def test_two_who_record_at_once_do_not_decide_twice(small, monkeypatch):
    freeze(small, late=False)
    monkeypatch.setattr("pingyi.amendments.decisions._refuse_decided", lambda *_: None)
    assert "已有决定，刚由别人登记" in refused(confirmed=True, as_of=date(2020, 11, 4))
    assert (small / "decisions.csv").read_text(encoding="utf-8").splitlines() == FROZEN


def test_the_proposal_may_be_of_an_earlier_day(small):
    """What was laid before those who decide was made from what was known then."""
    rows = ["event,unit,item,happened_on,status,document,times", "e2,丁,found,2020-11-04,确认,某文9号,15"]
    write(small.parent.parent, "events", rows)
    assert "  第 4　丁 丁科" in told(as_of=date(2020, 11, 3))
    assert "  第 4　戊 戊科" in told()


def test_what_those_who_decide_should_know(small):
    said = told(list="先进", on=date(2020, 11, 30), by="常委会")
    assert "提示：先进从候选中产生，那份名单还是拟定。" in said
    freeze(small, late=False)
    assert "提示" not in told(list="先进", on=date(2020, 11, 30), by="常委会")


def test_the_plan_may_say_who_decides_and_by_when(small):
    text = (small.parent.parent / "parameters" / "small.yaml").read_text(encoding="utf-8")
    changed = text.replace("- id: 候选\n", "- id: 候选\n  decided: {by: 常委会, due: 2021-01-10}\n")
    assert changed != text
    (small.parent.parent / "parameters" / "small.yaml").write_text(changed, encoding="utf-8")
    assert "提示：方案写明由常委会决定，这里写的是评议领导小组。" in told()
    plan = plan_of(small)
    assert (first_day(plan), last_day(plan)) == (date(2020, 1, 1), date(2021, 1, 10)), "a day that the plan schedules"
    assert "方案写明由" not in told(by="常委会", on=date(2021, 1, 9))


# ---------------------------------------------------------------- the file


def test_rows_are_added_under_the_heads_and_in_the_order_that_there_are(small):
    heads = "依据文件,理由,决定机构,决定日期,决定列入,提出列入,单位编号,名单"
    first = "纪要3号,,常委会,2020-11-30,是,是,甲,先进"
    (small / "名单决定.csv").write_bytes(f"{heads}\r\n{first}\r\n".encode("gb18030"))
    told(remove=["丁==1+1"], confirmed=True)
    data = (small / "名单决定.csv").read_bytes().decode("utf-8-sig")
    assert data.split("\r\n")[:2] == [heads, first]
    assert f"{PAPER},'=1+1,{BY},2020-11-05,否,是,丁,候选" in data, "no text becomes a formula"
    assert read_facts(small, plan_of(small)).tables["decisions"].height == 5


def test_a_folder_of_decisions_gets_a_file(small):
    (small / "decisions").mkdir()
    (small / "decisions" / "常委会.csv").write_text(f"{HEADS}\n先进,甲,是,是,2020-11-30,常委会,,纪要3号\n", "utf-8")
    told(confirmed=True)
    assert {one.name for one in (small / "decisions").iterdir()} == {"常委会.csv"}
    assert read_facts(small, plan_of(small)).tables["decisions"].height == 5


def test_a_form_of_excel_is_not_written_to(small):
    row = ["先进", "甲", "是", "是", "2020-11-30", "常委会", "", "纪要3号"]
    pl.DataFrame([row], schema=HEADS.split(","), orient="row").write_excel(small / "名单决定.xlsx")
    before = (small / "名单决定.xlsx").read_bytes()
    assert "不是 CSV，不能往里添加；请先建文件夹 decisions" in refused(confirmed=True)
    assert (small / "名单决定.xlsx").read_bytes() == before


def test_a_file_without_a_head_is_not_written_to(small):
    heads = HEADS.replace("理由,", "")
    (small / "decisions.csv").write_text(f"{heads}\n先进,甲,是,是,2020-11-30,常委会,纪要3号\n", "utf-8")
    assert "缺少 理由；请补上再登记" in refused(confirmed=True)


def test_a_disk_that_fails_leaves_the_file_as_it_was(small, monkeypatch):
    (small / "decisions.csv").write_text(f"{HEADS}\n先进,甲,是,是,2020-11-30,常委会,,纪要3号\n", "utf-8")
    before = (small / "decisions.csv").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        told(confirmed=True)
    assert (small / "decisions.csv").read_bytes() == before


# ---------------------------------------------------------------- what arrives

INTAKE = [
    ("候选,甲,是,是,2021-02-01,办,,文", "第 2 行“决定日期”", "应在 2020-01-01 到 2020-12-31 之间"),
    ("候选,甲,否,否,2020-11-05,办,,文", "第 2 行“决定列入”", "至少有一个是“是”"),
    ("候选,甲,是,否,2020-11-05,办,,文", "第 2 行“理由”", "决定与提出不同（调出），要写明理由"),
    ("候选,甲,否,是,2020-11-05,办,,文", "第 2 行“理由”", "决定与提出不同（调入），要写明理由"),
    ("侯选,甲,是,是,2020-11-05,办,,文", "第 2 行“名单”", "应为 候选、先进、末位 之一"),
    ("候选,壬,是,是,2020-11-05,办,,文", "第 2 行“单位”", "名录中没有"),
    ("候选,甲,是,是,2020-11-05,,,文", "第 2 行“决定机构”", "不能为空"),
    ("候选,甲,是,是,2020-11-05,办,,文\n候选,乙,是,是,2020-11-06,办,,文", "第 3 行“决定日期”", "一份名单只有一个决定"),
    ("候选,甲,是,是,2020-11-05,办,,文\n候选,乙,是,是,2020-11-05,局,,文", "第 3 行“决定机构”", "一份名单只有一个决定"),
    ("候选,甲,是,是,2020-11-05,办,,文\n候选,甲,是,否,2020-11-05,办,因,文", "第 3 行", "应只有一行"),
]


@pytest.mark.parametrize(("rows", "where", "wanted"), INTAKE, ids=[wanted + where for _, where, wanted in INTAKE])
def test_what_is_asked_of_decided_lists(small, rows, where, wanted):
    (small / "decisions.csv").write_text(f"{HEADS}\n{rows}\n", "utf-8")
    with pytest.raises(FactsRefused) as caught:
        read_facts(small, plan_of(small))
    said = [str(one) for one in caught.value.faults if str(one).startswith(where)]
    assert any(wanted in one for one in said), caught.value.faults


def test_the_form_has_the_lists_as_proposed(small):
    done = CliRunner().invoke(app, ["forms", "small", "--out", "模板"])
    assert done.exit_code == 0, done.output
    sheet = fastexcel.read_excel("模板/名单决定.xlsx").load_sheet(0, dtypes="string").to_polars()
    rows = sheet.select("名单", "单位", "提出列入", "决定列入").rows()
    assert rows == [("候选", unit, "是", None) for unit in "甲乙丙丁"] + [
        ("先进", "甲", "是", None),
        ("末位", "丁", "是", None),
    ]


def test_a_form_has_no_list_that_is_decided(small):
    freeze(small)
    CliRunner().invoke(app, ["forms", "small", "--out", "模板"])
    sheet = fastexcel.read_excel("模板/名单决定.xlsx").load_sheet(0, dtypes="string").to_polars()
    assert set(sheet["名单"]) == {"先进", "末位"}


# ---------------------------------------------------------------- shortlist and late facts


def test_a_late_fact_changes_nothing_on_a_decided_list(small):
    """Shortlist and late facts: the decided list stands; nobody enters with votes that were never cast."""
    write(small.parent.parent, "events", ["event,unit,item,happened_on,status,document,times", LATE])
    assert listed(reviewed(small)) == set("甲乙丁戊"), "without a decision the late fact decides"
    freeze(small)
    review = reviewed(small)
    assert listed(review) == set("甲乙丙戊")
    assert set(review.published("list_proposals")["unit"]) == set("甲乙丁戊")
    ballot = review.published("component_marks").filter(component="ballot").drop_nulls("marks")
    assert set(ballot["unit"]) <= set("甲乙丙戊")


def test_before_the_decision_the_list_is_proposed(small):
    freeze(small)
    before, after = (ResultTables(reviewed(small, as_of=day), RUN) for day in (date(2020, 11, 4), date(2020, 11, 5)))
    assert before.list_states["候选"].text == "拟定"
    assert set(before.entries_of(before.plan.every_list[0])["unit"]) == set("甲乙丙丁")
    assert after.list_states["候选"].text == "已决定：2020年11月5日，评议领导小组，某评〔2020〕5号"
    assert set(after.entries_of(after.plan.every_list[0])["unit"]) == set("甲乙丙戊")


@pytest.fixture
def frozen(small) -> ResultTables:
    """The campaign with a decided shortlist, undecided final lists, and a late fact."""
    freeze(small)
    return ResultTables(reviewed(small), RUN)


def test_the_report_says_what_was_decided_otherwise_and_what_later_facts_would_change(frozen):
    section = decided_section(frozen)
    assert section is not None
    assert section.found == (
        "先进、末位：拟定，还没有登记决定；登记以前，数据有变，名单随着变。",
        "候选（已决定：2020年11月5日，评议领导小组，某评〔2020〕5号）：提出 4 个单位，决定 4 个，"
        "其中调入 1 个、调出 1 个，理由见表。",
        "候选作出决定以后才知道的数据，会使提出的名单不同：会提出戊科，不再提出丙科；名单按决定，不改变。",
    )
    rows = {one.id: [[cell.text for cell in row] for row in one.rows] for one in section.tables}
    assert rows["t-decided"][1:] == [["先进", "拟定", "", "", "", "1"], ["末位", "拟定", "", "", "", "1"]]
    assert rows["t-decided-otherwise"] == [
        ["候选", "丁科", "", "调出", "有未结案件", PAPER],
        ["候选", "戊科", "调入", "", "核查后补入", PAPER],
    ]
    assert rows["t-decided-later"] == [["候选", "丙科", "不再提出", "列入"], ["候选", "戊科", "会提出", "列入"]]


def test_every_title_of_a_list_says_how_it_stands(frozen):
    text = page(frozen.review, simulated=False, run=RUN)
    told = "候选（已决定：2020年11月5日，评议领导小组，某评〔2020〕5号）"
    assert f"{told}：离截止线多远" in text
    assert f"{told}有 4 个单位" in text
    assert '末位<small class="state">拟定</small>' in text
    assert "先进（拟定）：离截止线多远" in text
    assert "先进、末位还是拟定的名单" not in text
    assert "先进还是拟定的名单，由它产生的后果也都是拟定。" in text
    cards = {one["title"] for one in report_data(frozen, Issue(simulated=False))["answers"]["cards"]}
    assert cards == {"先进（拟定）", "末位（拟定）"}
    sheet = lists_sheet(frozen)
    assert sheet is not None
    column = next(one for one in sheet.columns if one.name == "state")
    states = {row["list"]: column.cell(row, None) for row in sheet.rows}  # type: ignore[arg-type]
    assert states["候选"] == "已决定：2020年11月5日，评议领导小组，某评〔2020〕5号"
    assert states["末位"] == "拟定"


def test_a_unit_hears_that_the_list_is_decided(frozen):
    shortlist = {unit: explain(frozen.review, unit).verdicts[0].text for unit in "甲丙丁戊"}
    how = "2020年11月5日由评议领导小组决定（某评〔2020〕5号）"
    assert shortlist["甲"] == f"候选（已决定）：列入，第 1 位；{how}；提出时有；后来的数据没有改变这一点"
    assert shortlist["丙"].endswith(f"{how}；提出时有；按后来的数据不会提出，决定不变")
    assert shortlist["丁"] == f"候选（已决定）：未列入；{how}；提出时有，有未结案件；后来的数据没有改变这一点"
    assert shortlist["戊"].endswith("提出时没有，核查后补入；按后来的数据会提出，决定不变")


def test_the_letter_of_a_unit_tells_no_reason(frozen):
    made = {one.unit: one for one in compose_letters(frozen, simulated=False, confidential=False)}
    text = " ".join(str(block) for block in made["丁"].blocks)
    assert "2020年11月5日由评议领导小组决定（某评〔2020〕5号）" in text
    assert "有未结案件" not in text
    assert made["丁"].notices == ("名单为拟定：先进、末位还没有登记决定",)
    assert letter_word(made["丁"])


def test_the_notice_of_undecided_lists_is_proposed_and_names_no_reason(frozen, tmp_path):
    written, _ = write_documents(tmp_path / "out", notice_files(frozen, Issue(simulated=False)))
    document = Document(str(written))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "关于小活动拟定结果的通报" in text
    assert "现将拟定结果通报如下" in text
    assert "名单为拟定：先进、末位还没有登记决定" in text
    assert "（一）先进（拟定）" in text
    assert "候选（已决定：2020年11月5日，评议领导小组，某评〔2020〕5号）4个" in text
    assert document.sections[0].header.paragraphs[0].text == "拟定"
    for inside in ("有未结案件", "核查后补入", "会提出", "调出"):
        assert inside not in text


def test_the_notice_of_decided_lists_is_proposed_no_more(small):
    freeze(small, late=False)
    with (small / "decisions.csv").open("a", encoding="utf-8") as file:
        file.writelines(
            f"{name},{unit},是,是,2020-11-30,常委会,,纪要3号\n" for name, unit in (("先进", "甲"), ("末位", "戊"))
        )
    made = compose_notice(ResultTables(reviewed(small), RUN), Issue(simulated=False))
    assert made.title == "关于小活动结果的通报"
    assert made.running == ""
    assert made.marks == ()
    heads = [one.text for one in made.parts if one.level == 2]
    assert heads == [
        f"（{nth}）{name}（已决定：2020年11月30日，常委会，纪要3号）" for nth, name in (("一", "先进"), ("二", "末位"))
    ]
    assert "拟定" not in "".join(one.text for one in made.parts)


def test_a_correction_hears_that_the_decided_list_stands(small):
    freeze(small, late=False)
    form = small.parent.parent / "更正.csv"
    line = "事项台账,e1,单位,丙,确认,某甲,看错一行,某文1号\n事项台账,e1,次数,15,确认,某甲,看错一行,某文1号"
    form.write_text(f"表,记录,列,改为,状态,登记人,理由,依据文件\n{line}\n", encoding="utf-8")
    said = "\n".join(tell_corrected("small", form, lambda: False))
    assert "候选已经决定，名单不变；没有决定的话，会列入 戊科，会退出 丙科。" in said
    assert "候选：列入" not in said


def test_lists_that_are_not_decided_are_told_when_they_go_to_the_next_year(small, tmp_path):
    freeze(small)
    run = tmp_path / "run"
    run.mkdir()
    plan = plan_of(small)
    Review.begin(plan, read_facts(small, plan).tables, database=run / "campaign.duckdb").through("outcomes").close()
    assert undecided_lists(open_run(run)) == ["先进", "末位"]


def test_how_a_list_stands_in_words():
    assert ListState().titled("先进") == "先进（拟定）"
    state = ListState(date(2020, 11, 5), "常委会", "纪要3号")
    assert state.titled("先进") == "先进（已决定：2020年11月5日，常委会，纪要3号）"
    assert state.briefly("先进") == "先进（已决定）"
    assert state.how == "2020年11月5日由常委会决定（纪要3号）"
