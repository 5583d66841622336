"""The notice in Word and as PDF, and the annual report: published numbers only, and nothing that must not go out."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import polars as pl
import pytest
from docx.oxml.ns import qn

from pingyi.common import paths, wording
from pingyi.facts.intake import read_facts
from pingyi.office import annual_report
from pingyi.office import red_head_word as styles
from pingyi.office.annual_report import MOST_ROWS, REPORT, WHOLE, printed_table, report_data, report_files
from pingyi.office.issuance import (
    BLANK_DAY,
    INTERNAL,
    SIMULATED,
    UNPUBLISHED,
    Issue,
    NotWritten,
    first_page_marks,
    page_head,
    write_documents,
)
from pingyi.office.paper_layout import (
    PADDING,
    column_shares,
    needed_signs,
    print_size,
    sign_width,
    signs_in_line,
    title_lines,
)
from pingyi.office.red_head_word import (
    DEFAULT,
    KNOWN,
    NEEDED,
    TemplateFaults,
    build_template,
    checked_template,
    place_mark,
)
from pingyi.office.results_notice import PAPER, WORD, compose_notice, notice_data, notice_files
from pingyi.plan.reader import read_plan
from pingyi.report import answers, rating_sections
from pingyi.report import table as cells
from pingyi.report.page import sections_of
from pingyi.report.table import Cell, Column, Table
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests.test_report_page import RUN, SCRIPT, facts, reviewed, small_plan
from tests.tiny import tree

pytestmark = pytest.mark.slow

SAMPLE = Issue(simulated=True)
REAL = Issue(simulated=False, day="2020年12月20日", number="某评〔2020〕3号", office="某县评议办公室", to="各单位")
CAMPAIGN = tree({"id": "x"})["campaign"]


def book(draws: int = 0, **more: Any) -> ResultTables:
    return ResultTables(reviewed(small_plan(**more), facts(), draws=draws), RUN)


@pytest.fixture(scope="module")
def open_book() -> ResultTables:
    return book()


@pytest.fixture(scope="module")
def secret_book() -> ResultTables:
    return book(campaign=CAMPAIGN | {"confidential": "true"})


@pytest.fixture(scope="module")
def sample() -> ResultTables:
    return _sampled("yuanba-2018")


@pytest.fixture(scope="module")
def secret_sample() -> ResultTables:
    return _sampled("yinchuan-2018")


def _sampled(campaign: str) -> ResultTables:
    plan = read_plan(paths.plan_file(campaign))
    tables = read_facts(paths.facts_folder(campaign), plan).tables
    return ResultTables(Review.begin(plan, tables).through("outcomes"), RUN)


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def word(of: ResultTables, issue: Issue = SAMPLE) -> Any:
    return opened(notice_files(of, issue)[WORD])


def text(document: Any) -> str:
    """Everything that is written in a document, its heads included."""
    parts = [document.element.body]
    section = document.sections[0]
    parts += [section.header._element, section.even_page_header._element]
    return "".join(one.text or "" for part in parts for one in part.iter(qn("w:t")))


def tables(document: Any) -> list[list[list[str]]]:
    """Tables as rows of texts."""
    return [[[cell_text(cell) for cell in row.tc_lst] for row in one._tbl.tr_lst] for one in document.tables]


def cell_text(cell: Any) -> str:
    return "".join("\n" if one.tag == qn("w:br") else one.text or "" for one in cell.iter(qn("w:t"), qn("w:br")))


def headed(document: Any, *heads: str) -> list[list[list[str]]]:
    """The tables that begin with these heads, without them."""
    return [one[1:] for one in tables(document) if one[0][: len(heads)] == list(heads)]


@pytest.mark.parametrize("name", ["open_book", "sample"])
def test_the_standing_is_the_published_one(name, request):
    of: ResultTables = request.getfixturevalue(name)
    document = word(of)
    for standing in of.plan.standings:
        totals = of.published("totals").filter(pl.col("standing") == standing.id).sort("place", "unit")
        wanted = [[str(row["place"]), wording.shown(row["total"])] for row in totals.iter_rows(named=True)]
        names = [of.unit_names[unit] for unit in totals["unit"]]
        found = headed(document, "名次", "单位")
        held = [[[row[0], of_total(one, row)] for row in one] for one in found]
        assert wanted in held
        assert names in [[row[1] for row in one] for one in found]


def of_total(_: Any, row: list[str]) -> str:
    """The first number with two places of a row."""
    return next(cell for cell in row if re.fullmatch(r"−?\d+\.\d\d", cell))


def test_the_parts_of_the_total_are_the_published_marks(sample: ResultTables):
    (found,) = [one for one in headed(word(sample), "名次", "单位") if len(one) == sample.published("totals").height]
    marks = {(row["unit"], row["component"]): row["marks"] for row in sample.published("component_marks").to_dicts()}
    parts = sample.plan.component(sample.plan.standings[0].of).of
    units = sample.published("totals").sort("place", "unit")["unit"].to_list()
    assert [row[3:] for row in found] == [[wording.shown(marks[unit, part]) for part in parts] for unit in units]


def test_the_lists_are_the_published_ones(open_book: ResultTables):
    document = word(open_book)
    for rule in open_book.plan.lists:
        entries = open_book.entries_of(rule)
        wanted = [[str(row["place"]), row["name"], wording.shown(row["total"])] for row in entries.to_dicts()]
        assert wanted in headed(document, "名次" if rule.good else "从低起", "单位")


def test_consequences_and_sums_are_the_published_ones(open_book: ResultTables):
    document = word(open_book)
    (rows,) = headed(document, "单位", "列入的名单")
    outcomes = open_book.published("outcomes")
    assert sorted(row[4] for row in rows) == sorted(wording.signed(one) for one in outcomes["amount"])
    (sums,) = headed(document, "对象", "性质")
    published = open_book.published("outcome_sums")
    wanted = {(row["subject"], wording.signed(row["amount"]), str(row["entries"])) for row in published.to_dicts()}
    assert {(row[0], row[3], row[5]) for row in sums} == wanted


def test_open_problems_stand_with_the_day_they_are_due(sample: ResultTables):
    (rows,) = headed(word(sample), "单位", "问题")
    left = sample.published("problem_states").filter(pl.col("status").is_in(["open", "overdue", "refused"]))
    assert sorted(row[2] for row in rows) == sorted(str(due) for due in left["due"])
    every = sample.published("problem_states").height
    assert f"交办的问题{every}个，已整改{every - left.height}个，还有{left.height}个" in text(word(sample))


def test_every_open_reading_stands_with_its_answer(open_book: ResultTables):
    assert headed(word(open_book), "条款", "方案没有写明的问题") == [[["三", "怎么计？", "照计"]]]


def test_what_counted_is_what_the_tables_say(sample: ResultTables):
    said = text(word(sample))
    page = {one.what: one for one in answers.key_figures(sample)}
    rated = rating_sections.counted_votes(sample, sample.rated_leaves)
    assert page["计入的票"].value == wording.counted(rated)
    assert f"{rating_sections.component_titles(sample.rated_leaves)}计入{wording.counted(rated)}票" in said
    assert "共计入" not in said, "votes of ballots are not added to those of other ratings"
    assert f"列入名录的单位{sample.published('roster').height}个" in said


def test_every_rule_stands_with_its_clause(sample: ResultTables):
    said = text(word(sample))
    for one in [*sample.plan.every_list, *sample.plan.standings]:
        assert f"{one.title}（{one.clause}）" in said
    for component in sample.plan.components:
        assert component.says in said


def test_the_page_is_the_one_of_official_documents(open_book: ResultTables):
    section = word(open_book).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "560")


def test_fonts_are_those_of_official_documents(open_book: ResultTables):
    document = word(open_book)
    fonts = {name: _font(document.styles[name]) for name in (styles.TITLE, styles.TEXT, styles.HEAD, styles.SUBHEAD)}
    assert [*fonts.values()] == [("方正小标宋简体", 22), ("仿宋_GB2312", 16), ("黑体", 16), ("楷体_GB2312", 16)]
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert {
        styles.TITLE,
        styles.TEXT,
        styles.HEAD,
        styles.SUBHEAD,
        styles.ANNEX_TITLE,
    } <= used
    languages = {one.get(qn("w:eastAsia")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"zh-CN"}


def _font(style: Any) -> tuple[str, float]:
    return style.element.rPr.rFonts.get(qn("w:eastAsia")), style.font.size.pt


def test_page_numbers_stand_outside(open_book: ResultTables):
    document = word(open_book)
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    sides = [one.paragraphs[0]._p.pPr.jc.get(qn("w:val")) for one in (section.footer, section.even_page_footer)]
    assert sides == ["right", "left"]
    assert all("PAGE" in one._element.xml for one in (section.footer, section.even_page_footer))


def test_heads_of_tables_repeat_and_rows_stay_whole(open_book: ResultTables):
    for one in word(open_book).tables:
        first, *rest = one._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (first, *rest))
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rest)
        widths = [int(column.get(qn("w:w"))) for column in one._tbl.tblGrid.findall(qn("w:gridCol"))]
        assert abs(sum(widths) - 8845) < 10


def test_simulated_data_say_so_on_the_first_and_on_every_page(open_book: ResultTables):
    document = word(open_book)
    assert document.paragraphs[0].text == SIMULATED
    section = document.sections[0]
    assert [one.paragraphs[0].text for one in (section.header, section.even_page_header)] == ["模拟数据　拟定"] * 2
    data = notice_data(compose_notice(open_book, SAMPLE))
    assert data["marks"][0] == SIMULATED
    assert data["running"] == "模拟数据　拟定"
    assert "模拟" not in text(word(open_book, REAL))


def test_what_the_office_gives_stands_in_its_place(open_book: ResultTables):
    said = text(word(open_book, REAL))
    for one in ("2020年12月20日", "某评〔2020〕3号", "某县评议办公室文件", "各单位："):
        assert one in said
    assert BLANK_DAY in text(word(open_book))


def test_names_are_text_and_nothing_else(open_book: ResultTables):
    assert any(SCRIPT in row[1] for one in headed(word(open_book), "名次", "单位") for row in one)


def test_word_and_paper_say_the_same(open_book: ResultTables):
    document, data = word(open_book), notice_data(compose_notice(open_book, SAMPLE))
    shown = [[[cell.replace("\n", "") for cell in row] for row in one] for one in tables(document)]
    sheets = [one for part in (*data["parts"], *data["annexes"]) for one in part["tables"]]
    assert shown == [[[head["text"] + head["below"] for head in one["heads"]], *one["rows"]] for one in sheets]
    said = [paragraph.text for paragraph in document.paragraphs]
    assert all(part["text"] in said for part in data["parts"])
    assert all(line in said for line in data["annex_lines"])


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
def test_the_paper_can_be_read(sample: ResultTables, tmp_path):
    path = tmp_path / PAPER
    path.write_bytes(notice_files(sample, SAMPLE)[PAPER])
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    told = re.sub(r"\s", "", done.stdout)
    for row in sample.published("totals").iter_rows(named=True):
        assert f"{row['place']}{sample.unit_names[row['unit']]}{wording.shown(row['total'])}" in told
    pages = done.stdout.count("\f")
    assert told.count("模拟数据") >= pages
    assert f"—{pages}—" in told


SECRET_MARKS = {INTERNAL, UNPUBLISHED}


@pytest.mark.parametrize("name", ["secret_book", "secret_sample"])
def test_a_confidential_notice_gives_no_result(name, request):
    of: ResultTables = request.getfixturevalue(name)
    document = word(of)
    said, data = text(document), "".join(strings(notice_data(compose_notice(of, SAMPLE))))
    assert {paragraph.text for paragraph in document.paragraphs} >= SECRET_MARKS
    assert INTERNAL in document.sections[0].header.paragraphs[0].text
    for whole in (said, data):
        assert "以书面形式分别送达本单位" in whole
        assert not re.search(r"\d\.\d\d", whole), "no marks"
    assert not headed(document, "名次") + headed(document, "从低起") + headed(document, "单位")
    assert f"列入名录的单位{of.published('roster').height}个" in said


def strings(data: Any) -> list[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    return [one for each in inner for one in strings(each)]


def test_a_confidential_notice_names_no_unit(secret_book: ResultTables, secret_sample: ResultTables):
    assert SCRIPT not in text(word(secret_book))
    made = compose_notice(secret_sample, SAMPLE)
    said = "".join(strings(notice_data(made))).replace(made.office, "")
    assert [name for name in secret_sample.unit_names.values() if name in said] == []


def test_what_is_confidential_is_marked_as_such(secret_book: ResultTables, open_book: ResultTables):
    assert set(first_page_marks(secret_book, SAMPLE)) >= SECRET_MARKS
    assert INTERNAL in page_head(secret_book, SAMPLE)
    assert not SECRET_MARKS & set(first_page_marks(open_book, SAMPLE))


def changed(tmp_path: Path, change: Any) -> Path:
    """The default template with a change."""
    document = docx.Document(str(DEFAULT))
    change(document)
    path = tmp_path / "本单位.docx"
    document.save(str(path))
    return path


def set_text(document: Any, old: str, new: str) -> None:
    (paragraph,) = [one for one in document.paragraphs if one.text == old]
    paragraph.runs[0].text = new


def faults(path: Path) -> list[str]:
    with pytest.raises(TemplateFaults) as caught:
        checked_template(path)
    return [str(one) for one in caught.value.faults]


def test_the_default_template_is_fit():
    assert checked_template(DEFAULT)
    found = "".join(one.text for one in docx.Document(str(DEFAULT)).paragraphs)
    assert all(place_mark(name) in found for name in KNOWN if name != "页眉")


def test_the_default_template_is_what_its_script_makes():
    stored, built = (zipfile.ZipFile(io.BytesIO(one)) for one in (DEFAULT.read_bytes(), build_template()))
    assert stored.namelist() == built.namelist()
    for name in ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/footer2.xml", "word/settings.xml"):
        assert stored.read(name) == built.read(name), "run python -m pingyi.office.red_head_word"


def test_everything_wrong_with_a_template_is_said_at_once(tmp_path):
    def change(document: Any) -> None:
        set_text(document, "{{ 标题 }}", "{{ 标是 }}")
        set_text(document, "{{p 正文 }}", "{{ 正文 }}")
        set_text(document, "{{ 日期 }}", "二〇二〇年")

    told = faults(changed(tmp_path, change))
    assert len(told) == 4
    assert any("读到“标是”，没有这个占位符；相近的有 标题" in one for one in told)
    assert any("缺少 {{ 标题 }}" in one for one in told)
    assert any("缺少 {{ 日期 }}" in one for one in told)
    assert any("读到“{{ 正文 }}”，应写作 {{p 正文 }}" in one for one in told)


def test_every_needed_place_is_asked_for(tmp_path):
    empty = tmp_path / "空白.docx"
    docx.Document().save(str(empty))
    told = "".join(faults(empty))
    assert all(f"缺少 {place_mark(name)}" in told for name in NEEDED)


def test_whole_paragraphs_stand_alone(tmp_path):
    told = faults(changed(tmp_path, lambda one: set_text(one, "{{p 正文 }}", "现将{{p 正文 }}")))
    assert "应单独占一段" in "".join(told)


def test_the_warning_must_stand_at_the_top_of_every_page(tmp_path):
    def change(document: Any) -> None:
        document.sections[0].even_page_header.paragraphs[0].runs[0].text = ""

    assert "偶数页的页眉：应有 {{ 页眉 }}" in "".join(faults(changed(tmp_path, change)))


def test_broken_braces_are_said(tmp_path):
    assert "花括号" in "".join(faults(changed(tmp_path, lambda one: set_text(one, "{{ 文号 }}", "{{ 文号 ! }}"))))


@pytest.mark.parametrize("text_", ["{{ 文号.__class__.__mro__ }}", "{{ 文号.没有 }}"])
def test_a_template_can_run_nothing(tmp_path, open_book, text_):
    path = changed(tmp_path, lambda one: set_text(one, "{{ 文号 }}", text_))
    with pytest.raises(TemplateFaults, match="花括号"):
        notice_files(open_book, SAMPLE, path)


@pytest.mark.parametrize(
    ("name", "content"), [("没有.docx", None), ("旧.doc", b"\xd0\xcf\x11\xe0"), ("假.docx", b"PK")]
)
def test_what_is_no_template_is_refused(tmp_path, open_book, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TemplateFaults, match=r"没有这个文件|不是 Word 的 \.docx 文件") as caught:
        write_documents(tmp_path / "out", notice_files(open_book, SAMPLE, path))
    assert "通报没有写" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_office_brings_its_own_head_and_look(tmp_path, open_book):
    def change(document: Any) -> None:
        set_text(document, "{{ 机关 }}文件", "某县人民政府办公室文件")
        document.styles[styles.TEXT].font.size = docx.shared.Pt(15)
        document.add_paragraph("抄送：某某")

    made = opened(notice_files(open_book, SAMPLE, changed(tmp_path, change))[WORD])
    said = text(made)
    assert "某县人民政府办公室文件" in said
    assert "抄送：某某" in said
    assert made.styles[styles.TEXT].font.size.pt == 15


def test_a_template_without_our_styles_gets_them(tmp_path, open_book):
    document = docx.Document()
    for name in KNOWN:
        if name == "页眉":
            document.sections[0].header.paragraphs[0].text = place_mark(name)
        else:
            document.add_paragraph(place_mark(name))
    path = tmp_path / "简.docx"
    document.save(str(path))
    made = opened(notice_files(open_book, SAMPLE, path)[WORD])
    assert {styles.TEXT, styles.CELL, styles.HEAD} <= {style.name for style in made.styles}
    assert headed(made, "名次", "单位")


def test_the_same_input_gives_the_same_bytes():
    first = notice_files(one := book(), SAMPLE) | report_files(one, SAMPLE)
    annual_report.figure_drawing.cache_clear()
    second = notice_files(other := book(), SAMPLE) | report_files(other, SAMPLE)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    with zipfile.ZipFile(io.BytesIO(first[WORD])) as made:
        assert {part.date_time for part in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    known = opened(first[WORD]).core_properties
    assert (known.author, known.created.date()) == ("某县评议办", book().day)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def earlier(folder: Path) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    for name in (WORD, PAPER, REPORT):
        (folder / name).write_bytes(b"earlier")
    return snapshot(folder)


def test_documents_are_written_whole(tmp_path, open_book):
    earlier(tmp_path / "out")
    paths = write_documents(tmp_path / "out", notice_files(open_book, SAMPLE) | report_files(open_book, SAMPLE))
    assert [path.name for path in paths] == [WORD, PAPER, REPORT]
    found = snapshot(tmp_path / "out")
    assert sorted(found) == sorted([WORD, PAPER, REPORT])
    assert [found[name][:4] for name in (WORD, PAPER, REPORT)] == [b"PK\x03\x04", b"%PDF", b"%PDF"]


@pytest.mark.parametrize("lock", [f".~lock.{WORD}#", f"~${WORD}", f"~${WORD[2:]}"])
def test_an_open_document_is_left_alone(tmp_path, open_book, lock):
    before = earlier(tmp_path)
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(NotWritten, match="正在 Word、WPS 或 LibreOffice 里打开"):
        write_documents(tmp_path, notice_files(open_book, SAMPLE))
    assert snapshot(tmp_path) == before | {lock: b""}


def test_a_document_that_cannot_be_replaced_stays(tmp_path, open_book, monkeypatch):
    before = earlier(tmp_path)

    def refused(*_: Any) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(NotWritten, match="没有写入权限，或文件正在别的程序里打开"):
        write_documents(tmp_path, notice_files(open_book, SAMPLE))
    assert snapshot(tmp_path) == before


def test_a_full_disk_leaves_everything_as_it_was(tmp_path, open_book, monkeypatch):
    before = earlier(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritten, match="磁盘满了"):
        write_documents(tmp_path, notice_files(open_book, SAMPLE))
    assert snapshot(tmp_path) == before


def test_a_folder_that_is_a_file_is_said(tmp_path, open_book):
    (tmp_path / "out").write_text("x")
    with pytest.raises(NotWritten, match="同名的文件"):
        write_documents(tmp_path / "out", notice_files(open_book, SAMPLE))


@pytest.fixture(scope="module")
def data(sample: ResultTables) -> dict[str, Any]:
    return report_data(sample, SAMPLE)


def test_the_report_has_every_part_and_number(sample: ResultTables, data):
    parts = sections_of(sample)
    assert [one["title"] for one in data["sections"]] == [one.title for one in parts]
    for made, told in zip(data["sections"], parts, strict=True):
        assert made["found"] == list(told.found)
        assert len(made["figures"]) == len(told.figures)
        for sheet, table in zip(made["tables"], told.tables, strict=True):
            shown = None if table.id.startswith(WHOLE) else MOST_ROWS
            assert sheet["rows"] == [[cell.text for cell in row] for row in table.rows][:shown]


def test_figures_are_drawings_with_chinese_letters(data):
    figures = [one for part in data["sections"] for one in part["figures"]]
    assert len(figures) > 5
    for one in figures:
        assert one["svg"].startswith("<svg")
        assert re.search(r"<text[^>]*>[^<]*[一-鿿]", one["svg"])
        assert 0 < one["ratio"] < 3


def test_long_tables_are_cut_and_say_so_standings_are_not(secret_sample: ResultTables):
    table = cells.table("t", "", secret_sample.published("roster"), [cells.text("name", "单位")])
    cut, whole = (printed_table(table, whole=one) for one in (False, True))
    assert (len(cut["rows"]), len(whole["rows"])) == (MOST_ROWS, len(table.rows))
    assert f"共{len(table.rows)}行" in cut["rest"]
    assert whole["rest"] == ""


def test_a_campaign_that_is_not_over_says_so():
    given = {name: rows for name, rows in facts().items() if name != "events"}
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in given.items()}
    early = ResultTables(Review.begin(small_plan(), frames, as_of=date(2020, 9, 30)).through("outcomes"), RUN)
    made = compose_notice(early, SAMPLE)
    assert "评议尚未结束：截至2020年9月30日的情况，不是最后结果" in made.marks
    assert "截至2020年9月30日" in made.running
    assert "现将截至2020年9月30日的情况通报如下" in made.parts[0].text


def test_what_is_undecided_stands_on_the_first_page():
    undecided = book(
        standings=[{"id": "daily", "of": "daily", "ties": ["draw"]}, small_plan().standings[1].model_dump()]
    )
    assert undecided.published("faults").filter(pl.col("severity") == "decision").height == 0
    given = facts()
    given["events"][0]["status"] = "proposed"
    waiting = ResultTables(reviewed(small_plan(), given, draws=0), RUN)
    assert waiting.published("faults").filter(pl.col("severity") == "decision").height
    assert any(mark.startswith("未定稿：还有待决定的事项") for mark in compose_notice(waiting, SAMPLE).marks)


@pytest.mark.parametrize("title", ["短的题目", "关于2020年度某县千人评机关中层科室和基层站所活动结果的通报", "关" * 50])
def test_titles_keep_their_words(title):
    found = title_lines(title)
    assert "".join(found) == title
    assert len(found) <= 2


def test_columns_keep_numbers_whole_and_fill_the_page():
    columns = (Column("名次", True, None), Column("单位", False, None, wide=True), Column("总分（分）", True, None))  # type: ignore[arg-type]
    rows = tuple((Cell(str(at)), Cell("很长的单位名称" * 6), Cell("100.00")) for at in range(3))
    table = Table("t", "", columns, rows)
    widths = column_shares(table, 40)
    assert abs(sum(widths) - 1) < 1e-9
    assert widths[2] * 40 >= sign_width("100.00") + PADDING - 1e-9
    assert needed_signs(table) <= signs_in_line(156, print_size(table, 156))


def test_numbers_of_chapters():
    assert [wording.chinese_number(at) for at in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]
