"""Fact files as offices deliver them: every encoding and format, half-sent, doubled, hidden, merged, renamed.

The tables are the manual: what came, the place that the fault names, and what it says. `.xls` files are made beforehand
by `python -m tests.test_intake_delivered`, which needs LibreOffice, from the same builders as the `.xlsx` files.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingyi.common.faults import Fault, PlanFaults
from pingyi.facts.intake import Facts, FactsRefused, write_return_sheets, xlsx
from pingyi.facts.intake import file_formats as intake_files
from pingyi.facts.intake import sheet_grid as intake_sheet
from pingyi.facts.intake.file_formats import open_workbook
from pingyi.facts.intake.return_sheets import ReturnRefused
from pingyi.facts.keys import KeyRefused, key_file, new_key, pseudonym, read_key
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from tests import fuzz_intake
from tests.test_intake import (
    BALLOT,
    BYTES,
    EVENT,
    MARK,
    PARQUET,
    PHONE,
    PLAN,
    ROSTER,
    ROSTER_CASES,
    SHEETS,
    Folder,
    as_csv,
    cells,
    defects,
    read_whole,
)
from tests.test_intake import FILES as NAMED_WRONG
from tests.test_intake import HEADS as HEADS_WRONG

pytestmark = pytest.mark.slow

FILES = Path(__file__).parent / "files"
ROW = "client | 0101 | 满意 | 2020-05-06 | 电话"
VOTE = "v1 | network | 0101 | 满意 | 2020-11-12 | {} | 服务对象"
OPINION = "意见编号 | 单位 | 收到日期 | 途径 | 原话\no1 | 0101 | 2020-05-06 | 座谈会 | {}"
PROBLEM = "问题编号 | 单位 | 发现日期 | 整改期限 | 状态 | 问题内容\np1 | 0101 | 2020-05-06 | 2020-06-06 | 整改中 | {}"
HAPPENED = f"{EVENT}\ne1 | 0101 | county | 2020-05-06 | | | | 确认 | {{}}"
NUMBER = "13812345678"
PERSON = "330326198001011230"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "facts").csv("units.csv", ROSTER)


def refused(folder: Folder, plan: Plan, **given: Any) -> FactsRefused:
    """The refusal; its receipts must add up, whatever was wrong."""
    with pytest.raises(FactsRefused) as caught:
        read_whole(folder.path, plan, **given)
    for one in caught.value.receipts:
        assert one.rows_in == one.accepted + one.rejected + one.duplicates
    files = {one.file for one in caught.value.findings}
    assert files <= {one.file for one in caught.value.receipts}
    return caught.value


def only(folder: Folder, plan: Plan) -> Fault:
    (fault,) = refused(folder, plan).faults
    return fault


# ---------------------------------------------------------------- every planted defect in every encoding and format

ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "gb18030": lambda text: text.encode("gb18030"),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}
RAGGED = ("第 2 行", "\ufffd")
"""Defects that only text can have: rows of another width, and a character that GB18030 and Excel do not keep."""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_defects_are_named_alike_in_every_encoding(folder: Folder, plan: Plan, encoding: str) -> None:
    for file, text, where, piece in defects():
        if encoding == "gb18030" and RAGGED[1] in text:
            continue
        fault = only(folder.write(file, ENCODINGS[encoding](as_csv(text))), plan)
        assert (fault.where, piece in str(fault)) == (where, True), str(fault)
        (folder.path / file).unlink()


def test_defects_are_named_alike_in_a_workbook(folder: Folder, plan: Plan) -> None:
    for file, text, where, piece in defects():
        if where == RAGGED[0] or RAGGED[1] in text:
            continue
        name = file.replace(".csv", ".xlsx")
        fault = only(folder.xlsx(name, 表=text), plan)
        said = str(fault).replace("与 工作表“表” ", "与 ")
        assert (fault.where, piece in said) == (f"工作表“表” {where}", True), said
        (folder.path / name).unlink()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_clean_file_gives_no_fault_in_any_encoding(folder: Folder, plan: Plan, encoding: str) -> None:
    folder.write("ratings.csv", ENCODINGS[encoding](as_csv(f"{PHONE}\n{ROW}")))
    facts = folder.read(plan)
    assert (facts.tables["ratings"].height, facts.mended, facts.notices) == (1, [], [])


# ---------------------------------------------------------------- what spreadsheets and people do to cells

TURNED = [
    ("ratings", f"{BALLOT}\n3.30326E+17 | {VOTE[5:].format('p1')}", "第 2 行“表单编号”", "科学计数"),
    ("ratings", f"{BALLOT}\n1月2日 | {VOTE[5:].format('p1')}", "第 2 行“表单编号”", "改成了日期"),
    ("ratings", f"{BALLOT}\n{VOTE.format('2020-01-02 00:00:00')}", "第 2 行“评价人代号”", "改成了日期"),
    ("ratings", f"{PHONE}\n{ROW}\nclient | 611 | 满意 | 2020-05-06 | 电话", "第 3 行“单位”", "0611 榆垟派出所"),
    ("history", "年度 | 单位 | 名单\n2019 | 101 | 满意单位\n2019 | 旧07 | 满意单位", "第 2 行“单位”", "补上前面的 0"),
    ("ratings", f"{PHONE}\n{ROW}\n{PHONE}\n{ROW}", "第 3 行", "又是一遍表头"),
    ("ratings", f"{PHONE}\n{ROW}\n合计 | | 1 | |", "第 3 行", "是合计行"),
    ("marks", f"{MARK}\nsupervisor | 0101 | 主管部门 | 4.5 |\n平 均 | | | 4.5 |", "第 3 行", "是合计行"),
    ("ratings", f"{PHONE}\n{ROW}\n | | | | 注：由评议办汇总", "第 3 行", "像是标题或脚注"),
    ("ratings", f"{PHONE}\n{NUMBER} | 0101 | 满意 | 2020-05-06 | 电话", "第 2 行“指标”", "138＊＊＊＊"),
    ("ratings", f"{BALLOT}\n{VOTE.format(NUMBER)}", "第 2 行“评价人代号”", "给出密钥"),
    ("ratings", f"{BALLOT}\n{VOTE.format('张三' + NUMBER)}", "第 2 行“评价人代号”", "电话号码"),
    ("ratings", f"{BALLOT}\n{VOTE.format('0577-63701234')}", "第 2 行“评价人代号”", "电话号码"),
    ("ratings", f"{BALLOT}\n{VOTE.format('+86 010-8003-1079')}", "第 2 行“评价人代号”", "电话号码"),
    ("ratings", f"{BALLOT}\n{VOTE.format('330326800101123')}", "第 2 行“评价人代号”", "身份证号"),
    ("ratings", f"{BALLOT}\n{VOTE.format('1-380-013-0000')}", "第 2 行“评价人代号”", "电话号码"),
    ("ratings", f"{BALLOT}\n{VOTE.format('１３８ １２３４ ５６７８')}", "第 2 行“评价人代号”", "电话号码"),
    ("ratings", f"{BALLOT}\n{VOTE.format('张三')}", "第 2 行“评价人代号”", "姓名"),
    ("clients", "服务对象代号 | 单位\n欧阳小明 | 0101", "第 2 行“服务对象代号”", "姓名"),
    ("clients", f"服务对象代号 | 单位\n{PERSON} | 0101", "第 2 行“服务对象代号”", "330＊＊＊＊"),
    ("opinions", OPINION.format(f"打{NUMBER}没人接"), "第 2 行“原话”", "打138＊＊＊＊没人接"),
    ("opinions", OPINION.format("请回１３８－１２３４－５６７８"), "第 2 行“原话”", "个人号码不得导入"),
    ("opinions", OPINION.format(f"身份证{PERSON}被拒"), "第 2 行“原话”", "身份证330＊＊＊＊被拒"),
    ("problems", PROBLEM.format("联系+86 138 1234 5678"), "第 2 行“问题内容”", "个人号码不得导入"),
    ("events", HAPPENED.format(f"投诉人{NUMBER}来信"), "第 2 行“依据文件”", "个人号码不得导入"),
    ("events", HAPPENED.format("#REF!"), "第 2 行“依据文件”", "出错的公式"),
    ("marks", f"{MARK}\nsupervisor | 0101 | 主管部门 | 1,000 |", "第 2 行“评分”", "不带单位和千分号"),
    ("marks", f"{MARK}\nsupervisor | 0101 | 主管部门 | 90% |", "第 2 行“评分”", "应为一个数"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text", "where", "piece"), TURNED)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_became_of_a_cell_is_told(
    folder: Folder, plan: Plan, table: str, text: str, where: str, piece: str, form: str
) -> None:
    name = f"{table}.{form}"
    fault = only(folder.csv(name, text) if form == "csv" else folder.xlsx(name, 表=text), plan)
    assert fault.where == (where if form == "csv" else f"工作表“表” {where}")
    assert piece in str(fault)
    assert NUMBER not in str(fault)
    assert PERSON not in str(fault)


def test_ids_that_all_lost_their_last_digits_are_refused(folder: Folder, plan: Plan) -> None:
    """One such id may be what it says; two are not."""
    rows = [VOTE.format(code) for code in ("330326198001011000", "330326198502022000")]
    folder.csv("ratings.csv", "\n".join([BALLOT, rows[0], rows[1].replace("v1", "v2")]).replace("19800101", "19801301"))
    fault = refused(folder, plan).faults[0]
    assert (fault.where, "被 Excel 存成了数" in str(fault)) == ("第 2 行“评价人代号”", True)


MENDED = [
    ('="0101"', "0101"),
    ("'0101", "0101"),
    ("０１０１", "0101"),
    ("0101\t", "0101"),
    ("\u30000101 ", "0101"),
    ("\ufeff0101", "0101"),
    ("601", "0601"),
    ("9001", "9001"),
]


@pytest.mark.parametrize(("written", "unit"), MENDED)
def test_what_is_certain_is_mended_and_listed(folder: Folder, plan: Plan, written: str, unit: str) -> None:
    out = as_csv(PHONE) + f'client,"{written.replace(chr(34), chr(34) * 2)}",满意,2020-05-06,电话\n'
    facts = folder.write("ratings.csv", out.encode()).read(plan)
    assert facts.tables["ratings"]["unit"].to_list() == [unit]
    assert [(one.before, one.after) for one in facts.mended] == [(written, unit)] * (written != unit)


def test_numbers_stored_as_text_and_text_stored_as_numbers_are_read(folder: Folder, plan: Plan) -> None:
    head = ["指标", "单位", "等次", "票数", "周期", "渠道"]
    rows = [["client", "0101", "满意", "１２", "年终", "短信"], ["client", "0101", "不满意", 3.0, "年终", "短信"]]
    folder.xlsx("counts.xlsx", 表=[head, *rows])
    folder.xlsx("ratings.xlsx", 表=[cells(BALLOT)[0], [7, "network", "0101", "满意", 44147, "p1", "服务对象"]])
    tables = folder.read(plan).tables
    assert tables["counts"]["votes"].to_list() == [12, 3]
    assert tables["ratings"].select("form", "rated_on").row(0) == ("7", datetime(2020, 11, 12))


def test_zeros_that_a_whole_column_lost_are_put_back(folder: Folder, plan: Plan) -> None:
    """Numbers in Excel: no id begins with 0 any more, and each fits one unit of the roster."""
    rows = [["client", int(unit), "满意", "2020-05-06", "电话"] for unit in ("0101", "0102", "9001")]
    facts = folder.xlsx("ratings.xlsx", 表=[cells(PHONE)[0], *rows]).read(plan)
    assert facts.tables["ratings"]["unit"].to_list() == ["0101", "0102", "9001"]
    assert [str(one) for one in facts.mended] == [
        "ratings.xlsx“表” 第 2 行“unit”：“101”→“0101”",
        "ratings.xlsx“表” 第 3 行“unit”：“102”→“0102”",
    ]


def test_zeros_are_not_put_back_where_another_digit_may_be_missing(folder: Folder, plan: Plan) -> None:
    """101 alone may have been 0101 or 1101; with another short one beside it, the column lost its zeros."""
    folder.csv("units.csv", ROSTER.rstrip() + "\n1101 | 新科 | 审批服务类 | 县发改局 | | 单独 |")
    lone = f"{PHONE}\nclient | 101 | 满意 | 2020-05-06 | 电话"
    assert "0101" in only(folder.csv("ratings.csv", lone), plan).near
    both = f"{lone}\nclient | 102 | 满意 | 2020-05-06 | 电话"
    assert folder.csv("ratings.csv", both).read(plan).tables["ratings"]["unit"].to_list() == ["0101", "0102"]


def test_an_id_that_lost_its_zeros_in_another_file_is_no_other_person(folder: Folder, plan: Plan) -> None:
    """Sent as a text and once more as a workbook that made numbers of the ids, a ballot would count twice."""
    row = "00{} | network | 0101 | 满意 | 2020-11-12 | 00{} | 服务对象"
    folder.csv("ratings/文本.csv", "\n".join([BALLOT, *(row.format(n, n + 50) for n in (12, 13))]))
    numbers = [[n, "network", "0101", "满意", "2020-11-12", n + 50, "服务对象"] for n in (12, 14)]
    folder.xlsx("ratings/数字.xlsx", 表=[cells(BALLOT)[0], *numbers])
    faults = refused(folder, plan).faults
    assert [(fault.where, "别处写作 00" in fault.wanted) for fault in faults] == [
        ("工作表“表” 第 2 行“表单编号”", True),
        ("工作表“表” 第 2 行“评价人代号”", True),
    ]
    folder.csv("ratings/文本.csv", f"{PHONE}\n{ROW}")
    assert folder.read(plan).tables["ratings"].height == 3


def test_organs_that_differ_by_width_only_are_one_spelling(tmp_path: Path, plan: Plan) -> None:
    text = ROSTER.replace(
        "0104     | 窗口(行政审批科) | 审批服务类   | 县发改局", "0104 | 窗口 | 审批服务类 | 县发 改局"
    )
    fault = only(Folder(tmp_path).csv("units.csv", text), plan)
    assert (fault.where, fault.near) == ("第 5 行“主管部门”", "县发改局")


def test_brackets_of_either_width_name_the_same(folder: Folder, plan: Plan) -> None:
    folder.csv("units.csv", ROSTER.replace("县公安局", "县公安局（本级）"))
    folder.csv("grades.csv", "主管部门 | 考绩档次\n县公安局(本级) | 优秀")
    assert folder.read(plan).tables["grades"]["organ"].to_list() == ["县公安局（本级）"]


HEADS = ["评 价 时 间", "评价\n时间", "评价时间*", "＊评价时间", "\u3000评价日期\u200b", "RATED_ON", "ｒａｔｅｄ＿ｏｎ"]


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_known_in_all_the_ways_it_is_typed(folder: Folder, plan: Plan, head: str) -> None:
    out = f'指标,单位,等次,"{head}",渠道\nclient,0101,满意,2020-05-06,电话\n'
    assert folder.write("ratings.csv", out.encode()).read(plan).tables["ratings"].height == 1


def test_a_head_may_carry_its_unit_of_measure(folder: Folder, plan: Plan) -> None:
    folder.csv("marks.csv", "指标 | 单位 | 评分人 | 评分（分）\nsupervisor | 0101 | 主管部门 | 4.5")
    assert folder.read(plan).tables["marks"].height == 1


TITLED = [
    "2020年度评议记录表\n{}",
    "2020年度评议记录表 | | | |\n填报单位：评议办 | | | 2020-12-01 |\n{}",
    "\n\n标题\n{}",
]


@pytest.mark.parametrize("text", TITLED)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_titles_above_the_head_are_passed_over_and_listed(folder: Folder, plan: Plan, text: str, form: str) -> None:
    lines = text.format(f"{PHONE}\n{ROW}")
    rows = [[cell.strip() for cell in line.split("|")] for line in lines.split("\n")]
    name = f"ratings.{form}"
    if form == "csv":
        folder.write(name, "".join(",".join(row) + "\n" for row in rows).encode())
    else:
        folder.xlsx(name, 表=rows)
    facts = folder.read(plan)
    assert facts.tables["ratings"]["row"].to_list() == [len(rows)]
    assert "上面的标题没有导入" in str(facts.notices[0])
    assert (facts.receipts[-1].rows_in, facts.receipts[-1].accepted) == (1, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_empty_rows_above_the_head_are_nothing_to_tell(folder: Folder, plan: Plan, form: str) -> None:
    if form == "csv":
        folder.write("ratings.csv", f"\n\n{as_csv(PHONE + chr(10) + ROW)}".encode())
    else:
        folder.xlsx("ratings.xlsx", 表=[[], [], *cells(f"{PHONE}\n{ROW}")])
    facts = folder.read(plan)
    assert (facts.tables["ratings"]["row"].to_list(), facts.notices) == ([4], [])


# ---------------------------------------------------------------- workbooks, new and old

Builder = Callable[[Any, Any], None]


def rated(book: Any, sheet: Any, *rows: str) -> None:
    for number, row in enumerate(cells("\n".join([PHONE, *(rows or [ROW])]))):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)


def error(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, ROW)
    sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")


def missing(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, ROW)
    sheet.write_formula(2, 4, "=NA()", None, "#N/A")


def numbers(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, ROW)
    sheet.write_number(2, 1, 611)


def digits(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.write_number(1, 1, 330326198001011230)


def serial(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.write_number(1, 3, 99999999)


def across(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.merge_range(1, 3, 1, 4, "2020-05-06")


def merged_head(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.merge_range(0, 3, 0, 4, "评价时间")


def double_head(book: Any, sheet: Any) -> None:
    rated(book, sheet, "client | 0101 | 满意 | 2020-05-06 | 电话", ROW)
    for place, head in enumerate(cells(PHONE)[0]):
        sheet.merge_range(0, place, 1, place, head)


def hidden_value(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, ROW)
    sheet.merge_range(1, 1, 2, 1, "0101")
    sheet.write_string(2, 1, "0102")


def repeated_head(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, PHONE)


def summed(book: Any, sheet: Any) -> None:
    rated(book, sheet, ROW, "总 计 | | 1 | |")


def unknown(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.write_string(0, 5, "备注")


def headless(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.write_string(1, 6, "多出来的")


def doubled(book: Any, sheet: Any) -> None:
    rated(book, sheet)
    sheet.write_string(0, 5, "单位编号")


def data_first(book: Any, sheet: Any) -> None:
    for number, row in enumerate(cells(f"{ROW}\n{PHONE}\n{ROW}")):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)


def nothing(book: Any, sheet: Any) -> None:
    sheet.set_column(0, 3, 20)


WORKBOOKS: dict[str, tuple[Builder, str, str]] = {
    "error": (error, "工作表“表” 第 3 行“等次”", "“#DIV/0!”，单元格里是出错的公式"),
    "missing": (missing, "工作表“表” 第 3 行“渠道”", "“#N/A”，单元格里是出错的公式"),
    "numbers": (numbers, "工作表“表” 第 3 行“单位”", "0611 榆垟派出所"),
    "digits": (digits, "工作表“表” 第 2 行“单位”", "只保留 15 位"),
    "serial": (serial, "工作表“表” 第 2 行“评价时间”", "日历上没有这一天"),
    "across": (across, "工作表“表” 第 2 行", "“D2:E2”，横向合并的单元格应拆开"),
    "merged_head": (merged_head, "工作表“表” 表头", "“D1:E1”，表头有合并单元格"),
    "double_head": (double_head, "工作表“表” 表头", "“A1:A2”，表头有合并单元格"),
    "hidden_value": (hidden_value, "工作表“表” 第 3 行“单位”", "合并单元格下面还藏着别的值"),
    "repeated_head": (repeated_head, "工作表“表” 第 3 行", "又是一遍表头"),
    "summed": (summed, "工作表“表” 第 3 行", "是合计行"),
    "unknown": (unknown, "工作表“表” 表头", "“备注”，这张表没有这一列"),
    "headless": (headless, "工作表“表” 表头", "第 7 列有内容而没有表头"),
    "doubled": (doubled, "工作表“表” 表头", "与“单位”是同一列"),
    "data_first": (data_first, "工作表“表”", "表头应在第 1 行，现在第 2 行"),
    "nothing": (nothing, "整个文件", "文件是空的"),
}
"""Builder of the sheet 表 of ratings, place and piece of its fault; the same for `.xlsx` and `.xls`."""


def percent(book: Any, sheet: Any) -> None:
    for number, row in enumerate(cells(f"{MARK}\nsupervisor | 0101 | 主管部门 | |")):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    sheet.write_number(1, 3, 0.85, book.add_format({"num_format": "0.0%"}))


def shared_mark(book: Any, sheet: Any) -> None:
    rows = f"{MARK}\nsupervisor | 0101 | 主管部门 | |\nsupervisor | 0102 | 主管部门 | |"
    for number, row in enumerate(cells(rows)):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    sheet.merge_range(1, 3, 2, 3, "")
    sheet.write_number(1, 3, 4.5)


MARKS: dict[str, tuple[Builder, str, str]] = {
    "percent": (percent, "工作表“表” 第 2 行“评分”", "“0.85”，存的是这个数，这一格却显示成百分数"),
    "shared_mark": (shared_mark, "工作表“表” 第 2 行“评分”", "几行的数合并在一格"),
}


def tidy(book: Any, sheet: Any) -> None:
    """What is taken: merged units, a hidden row, a hidden column, days and moments as Excel keeps them, a title."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.merge_range(0, 0, 0, 4, "2020年度评议记录表")
    for number, row in enumerate(cells("\n".join([PHONE, *[ROW] * 4])), 1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    sheet.merge_range(2, 1, 4, 1, "0101", book.add_format({"valign": "vcenter"}))
    sheet.write_datetime(2, 3, datetime(2020, 5, 7), day)
    sheet.write_datetime(3, 3, datetime(2020, 5, 7, 8, 30), moment)
    sheet.write_number(4, 3, 43958)
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.set_column(4, 4, None, None, {"hidden": True})
    note = book.add_worksheet("说明")
    note.write_string(0, 0, "由评议办汇总")
    other = book.add_worksheet("藏")
    rated(book, other)
    other.hide()


TAKEN: dict[str, Builder] = {"tidy": tidy}


def build(path: Path, builder: Builder) -> Path:
    book = xlsxwriter.Workbook(path)
    builder(book, book.add_worksheet("表"))
    book.close()
    return path


def stored(folder: Folder, table: str, name: str, builder: Builder, form: str) -> None:
    """A workbook of that form under a table's name."""
    if form == "xlsx":
        build(folder.path / f"{table}.xlsx", builder)
    else:
        shutil.copyfile(FILES / f"{name}.xls", folder.path / f"{table}.xls")


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_defect_of_a_workbook_is_named_at_its_cell(folder: Folder, plan: Plan, name: str, form: str) -> None:
    builder, where, piece = WORKBOOKS[name]
    stored(folder, "ratings", name, builder, form)
    found = [(fault.where == where and piece in str(fault), str(fault)) for fault in refused(folder, plan).faults]
    assert found[0][0], found


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize("name", MARKS)
def test_a_defect_of_a_number_is_named_at_its_cell(folder: Folder, plan: Plan, name: str, form: str) -> None:
    builder, where, piece = MARKS[name]
    stored(folder, "marks", name, builder, form)
    fault = refused(folder, plan).faults[0]
    assert fault.where == where
    assert piece in str(fault)


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_what_a_workbook_hides_and_merges_is_taken_and_listed(folder: Folder, plan: Plan, form: str) -> None:
    stored(folder, "ratings", "tidy", tidy, form)
    facts = folder.read(plan)
    taken = facts.tables["ratings"]
    assert taken["unit"].to_list() == ["0101"] * 5
    assert taken["row"].to_list() == [3, 4, 5, 6, 2]
    assert taken["rated_on"].to_list()[:3] == [datetime(2020, 5, 7), datetime(2020, 5, 7, 8, 30), datetime(2020, 5, 7)]
    assert [str(one).partition("：")[2] for one in facts.notices] == [
        "工作表“说明”不是评价记录，没有导入",
        "表头在第 2 行，上面的标题没有导入",
        "“单位”有合并单元格，2 行按合并的值导入",
        "第 4 行是隐藏的，照常导入；不该算的请删去",
        "“渠道”一列是隐藏的，照常导入；请核对",
        "这张工作表是隐藏的，照常导入；不该算的请删去",
    ]
    assert [(one.sheet, one.rows_in, one.accepted) for one in facts.receipts[1:]] == [("表", 4, 4), ("藏", 1, 1)]


def test_a_file_read_as_xls_is_the_same_facts_as_xlsx(tmp_path: Path, plan: Plan) -> None:
    found = []
    for form in ("xlsx", "xls"):
        folder = Folder(tmp_path / form).csv("units.csv", ROSTER)
        stored(folder, "ratings", "tidy", tidy, form)
        found.append(folder.read(plan).tables["ratings"].drop("source").with_columns(pl.col("sheet").cast(pl.String)))
    assert found[0].equals(found[1])


# ---------------------------------------------------------------- files that are not what they are called


def packed(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part changed."""
    with ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return packed(**{**parts, part: change(parts[part])})


def a_workbook() -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    rated(book, book.add_worksheet("表"))
    book.close()
    return out.getvalue()


BOOK = a_workbook()
OLD = (FILES / "error.xls").read_bytes() if (FILES / "error.xls").exists() else b"\xd0\xcf\x11\xe0" + b"\1" * 600
SHEET1 = "xl/worksheets/sheet1.xml"
TEXT = as_csv(f"{PHONE}\n{ROW}").encode()

RENAMED = [
    ("ratings.csv", BOOK, "改了后缀的 XLSX 文件，内容不是 .csv，请改回 .xlsx"),
    ("ratings.csv", OLD, "改了后缀的 旧式 Excel（.xls） 文件"),
    ("ratings.csv", b"PAR1....PAR1", "改了后缀的 Parquet 文件"),
    ("ratings.csv", b"%PDF-1.7\n", "PDF文件，请送原来的表格"),
    ("ratings.csv", b"\x1f\x8b\x08\x00", "压缩文件，请先解压"),
    ("ratings.csv", b"\0" * 4096, "全是零字节"),
    ("ratings.xlsx", TEXT, "改了后缀的 文本（CSV） 文件"),
    ("ratings.xlsx", OLD, "改了后缀的 旧式 Excel（.xls） 文件"),
    ("ratings.xlsx", packed(**{"word/document.xml": b"<w/>"}), "Word文件，请把表格另存为 .xlsx"),
    ("ratings.xlsx", packed(**{"数据.csv": b"a,b"}), "压缩文件，请先解压"),
    ("ratings.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
    ("ratings.xlsx", b"", "文件是空的"),
    ("ratings.xls", BOOK, "改了后缀的 XLSX 文件，内容不是 .xls"),
    ("ratings.xls", TEXT, "改了后缀的 文本（CSV） 文件"),
    ("ratings.xls", b"<html><table><tr><td>1</td></tr></table>", "网页（HTML）文件，请在 Excel 或 WPS 中打开"),
    ("ratings.xls", b"\xef\xbb\xbf<TABLE border=1>", "网页（HTML）文件"),
    ("ratings.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML"),
    ("ratings.xls", OLD[: len(OLD) // 2], "不是完整的 XLS 文件"),
    ("ratings.xls", OLD.replace(b"\x22\x00\x02\x00\x00\x00", b"\x22\x00\x02\x00\x01\x00"), "从 1904 年算起"),
    ("ratings.xls", b"", "文件是空的"),
    ("ratings.parquet", TEXT, "改了后缀的 文本（CSV） 文件"),
    ("ratings.parquet", b"", "文件是空的"),
    ("ratings.csv", b"", "文件是空的"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "piece"), RENAMED)
def test_a_file_is_what_its_bytes_are(folder: Folder, plan: Plan, name: str, data: bytes, piece: str) -> None:
    fault = only(folder.write(name, data), plan)
    assert fault.where == "整个文件"
    assert piece in str(fault)


DAMAGED = [
    (changed(BOOK, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"')), "1904"),
    (changed(BOOK, SHEET1, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml), "不该有的声明"),
    (changed(BOOK, SHEET1, lambda xml: xml.replace(b'r="E2"', b'r="XFD1048576"')), "一直到第 1048576 行"),
    (changed(BOOK, "xl/workbook.xml", lambda xml: xml[: len(xml) // 2]), "不是完整的 XLSX 文件"),
    (changed(BOOK, "xl/styles.xml", lambda xml: xml[: len(xml) // 2]), "不是完整的 XLSX 文件"),
    (changed(BOOK, SHEET1, lambda xml: xml[: len(xml) // 2]), "XLSX"),
    (BOOK.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "不是完整的 XLSX 文件"),
]


@pytest.mark.parametrize(("data", "piece"), DAMAGED)
def test_a_package_that_would_do_harm_is_not_read(folder: Folder, plan: Plan, data: bytes, piece: str) -> None:
    assert piece in str(only(folder.write("ratings.xlsx", data), plan))


def test_a_bomb_is_told_before_it_is_unpacked(folder: Folder, plan: Plan) -> None:
    bomb = packed(**{"xl/workbook.xml": b" " * (xlsx.FREE + 1), "[Content_Types].xml": b""})
    assert len(bomb) < 100_000
    assert "压缩炸弹" in str(only(folder.write("ratings.xlsx", bomb), plan))


def test_a_package_may_not_unpack_to_more_than_all_memory(
    folder: Folder, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "UNPACKED", 1000)
    assert "太大，不读" in str(only(folder.write("ratings.xlsx", BOOK), plan))


def test_a_package_that_says_less_than_it_holds_is_cut_to_what_it_says() -> None:
    """The sizes in the directory bound what is unpacked, and the reader gets only what was unpacked here."""
    data = bytearray(packed(**{"xl/a.xml": b"<a/>" * 1000}))
    at = bytes(data).index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (4).to_bytes(4, "little")
    with pytest.raises(intake_sheet.Unreadable):
        xlsx.unpack_parts(bytes(data))


def test_texts_used_a_million_times_are_counted_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_sheet, "TEXTS", 30)
    grid = intake_sheet.Grid("表")
    grid.put_text(1, 0, "x" * 30, intake_sheet.Style())
    with pytest.raises(intake_sheet.Unreadable, match="文字太多"):
        grid.put_text(2, 0, "x", intake_sheet.Style())


def planted() -> dict[str, int]:
    """How many defects each table plants, each in a file of its own; in five encodings it counts once."""
    doors = {"csv": defects(), "xlsx": [one for one in defects() if one[2] != RAGGED[0] and RAGGED[1] not in one[1]]}
    tables = {f"cells in {door}": found for door, found in doors.items()}
    tables |= {f"cells that a program turned, in {door}": TURNED for door in doors}
    tables |= {f"workbooks, {form}": [*WORKBOOKS, *MARKS] for form in ("xlsx", "xls")}
    tables |= {"heads": HEADS_WRONG, "sheets": SHEETS, "bytes": BYTES, "Parquet": PARQUET, "roster": ROSTER_CASES}
    tables |= {"names of files": NAMED_WRONG, "renamed": RENAMED, "packages": DAMAGED, "on their way": COMING}
    return {name: len(table) for name, table in tables.items()}


def test_the_number_of_planted_defects_is_counted() -> None:
    """Each is named at its place with its cause by the test that goes over its table."""
    assert sum(planted().values()) > 280, planted()
    assert min(planted().values()) >= 5, planted()
    places = {where for _, _, where, _ in defects()} | {where for _, where, _ in WORKBOOKS.values()}
    assert len(places) > 30, "not one place over and over"


# ---------------------------------------------------------------- files on their way


def test_a_last_line_without_its_end_is_cut(folder: Folder, plan: Plan) -> None:
    whole = as_csv("\n".join([PHONE, ROW, ROW.replace("电话", "短信")])).encode()
    fault = only(folder.write("ratings.csv", whole.rstrip()), plan)
    assert (fault.where, "文件可能被截断" in str(fault)) == ("第 3 行", True)
    fault = only(folder.write("ratings.csv", whole[:-20]), plan)
    assert (fault.where, "文件可能被截断" in str(fault)) == ("第 3 行", True)
    assert folder.write("ratings.csv", whole).read(plan).tables["ratings"].height == 2


COMING = [
    ("ratings.csv.part", "还没有传完"),
    ("ratings.csv.crdownload", "还没有传完"),
    ("ratings.tmp", "还没有传完"),
    ("ratings/a.csv.filepart", "还没有传完"),
    ("ratings/~WRL0001.tmp", "还没有传完"),
]


@pytest.mark.parametrize(("name", "piece"), COMING)
def test_a_file_that_is_still_coming_is_told(folder: Folder, plan: Plan, name: str, piece: str) -> None:
    fault = only(folder.write(name, TEXT), plan)
    assert fault.file.endswith(name)
    assert piece in str(fault)


@pytest.mark.parametrize("lock", ["~$ratings.csv", ".~ratings.csv", ".~lock.ratings.csv#"])
def test_a_file_that_somebody_has_open_is_told(folder: Folder, plan: Plan, lock: str) -> None:
    folder.write("ratings.csv", TEXT).write(lock, b"")
    assert lock in str(only(folder, plan))
    (folder.path / lock).unlink()
    assert folder.read(plan).tables["ratings"].height == 1


def test_a_file_that_changes_while_it_is_read_is_told(
    folder: Folder, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("ratings.csv", TEXT)
    real = Path.read_bytes

    def growing(path: Path) -> bytes:
        data = real(path)
        if path.name == "ratings.csv":
            path.write_bytes(data + TEXT.splitlines(keepends=True)[1])
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    assert intake_files.CHANGING in str(only(folder, plan))


def test_a_file_that_changes_before_all_are_read_is_told(
    folder: Folder, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roster is rewritten after it was read: what was read is no longer what is there."""
    folder.write("ratings.csv", TEXT)
    real = Path.read_bytes

    def touching(path: Path) -> bytes:
        if path.name == "ratings.csv":
            (folder.path / "units.csv").write_bytes(as_csv(ROSTER).encode("utf-8-sig"))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", touching)
    fault = only(folder, plan)
    assert fault.file.endswith("units.csv")
    assert intake_files.CHANGING in str(fault)


def test_files_may_be_left_to_lie_before_they_are_read(folder: Folder, plan: Plan) -> None:
    """Somebody writes a line every 50 ms; with a quiet time the writing is over, or seen."""
    path, ended = folder.path / "ratings.csv", Event()
    path.write_bytes(TEXT)

    def write() -> None:
        for _ in range(4):
            time.sleep(0.05)
            with path.open("ab") as file:
                file.write(TEXT.splitlines(keepends=True)[1])
        ended.set()

    writer = Thread(target=write)
    writer.start()
    facts = read_whole(folder.path, plan, quiet=0.5)
    assert ended.is_set()
    writer.join()
    assert facts.tables["ratings"].height == 5


def test_old_files_are_not_waited_for(folder: Folder, plan: Plan) -> None:
    os.utime(folder.path / "units.csv", (1, 1))
    start = time.perf_counter()
    read_whole(folder.path, plan, quiet=30)
    assert time.perf_counter() - start < 10


def test_a_file_that_is_too_large_is_told(folder: Folder, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(intake_files.LARGEST, ".csv", len(as_csv(ROSTER).encode()))
    rows = "".join(TEXT.decode().splitlines(keepends=True)[1] for _ in range(100))
    fault = only(folder.write("ratings.csv", TEXT + rows.encode()), plan)
    assert "请按日或按单位分成几个文件" in str(fault)


def test_links_that_leave_the_folder_are_not_followed(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_bytes(TEXT)
    (folder.path / "ratings.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert "链接指到了数据文件夹以外" in str(only(folder, plan))
    (folder.path / "ratings.csv").unlink()
    (folder.path / "ratings").symlink_to(tmp_path)
    assert "链接指到了数据文件夹以外" in str(only(folder, plan))
    (folder.path / "ratings").unlink()
    (folder.path / "ratings.csv").symlink_to(tmp_path / "nowhere.csv")
    assert "不存在的文件" in str(only(folder, plan))


def test_a_link_within_the_folder_and_a_linked_folder_are_followed(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    folder.write("ratings/一.csv", TEXT)
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    assert read_whole(link, plan).tables["ratings"].height == 1


def test_what_is_no_file_is_not_opened(folder: Folder, plan: Plan) -> None:
    os.mkfifo(folder.path / "ratings.csv")
    assert "应为 .csv" in str(only(folder, plan))


# ---------------------------------------------------------------- batches


def batch(day: int, rows: int) -> str:
    """A day's ratings without ids."""
    units = ("0101", "0102", "0103", "0601")
    lines = [
        f"client | {units[n % 4]} | 满意 | 2020-05-{day:02d} {8 + n // 60:02d}:{n % 60:02d} | 电话" for n in range(rows)
    ]
    return "\n".join([PHONE, *lines])


def test_a_batch_saved_again_in_another_format_is_the_same_batch(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings/6日.csv", batch(6, 40)).csv("ratings/6日-副本.csv", batch(6, 40), "gb18030")
    fault = only(folder, plan)
    assert fault.file.endswith("6日.csv")
    assert "全部 40 行都已在 ratings/6日-副本.csv 里" in str(fault)


def test_a_batch_that_holds_the_day_before_is_told(folder: Folder, plan: Plan) -> None:
    """Exports since the beginning, sent every day, would count the first day every day."""
    both = batch(6, 40) + "\n" + "\n".join(batch(7, 30).splitlines()[1:])
    folder.csv("ratings/6日.csv", batch(6, 40)).csv("ratings/7日.csv", both)
    fault = only(folder, plan)
    assert "全部 40 行都已在 ratings/7日.csv 里" in str(fault)


def test_the_same_sheet_twice_in_a_workbook_is_told(folder: Folder, plan: Plan) -> None:
    folder.xlsx("ratings.xlsx", 一=batch(6, 40), 二=batch(6, 40))
    assert "工作表“一” 里" in str(only(folder, plan))


def test_few_or_like_rows_in_two_batches_are_chance(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings/甲.csv", batch(6, 12)).csv("ratings/乙.csv", batch(6, 12), "gb18030")
    folder.csv("ratings/丙.csv", f"{PHONE}\n" + f"{ROW}\n" * 40)
    folder.csv("ratings/丁.csv", f"{PHONE}\n" + f"{ROW}\n" * 41)
    assert folder.read(plan).tables["ratings"].height == 105


def test_a_day_of_ballots_sent_twice_counts_once(folder: Folder, plan: Plan) -> None:
    votes = [VOTE.format(f"p{n}").replace("v1", f"v{n}") for n in range(50)]
    folder.csv("ratings/一.csv", "\n".join([BALLOT, *votes])).xlsx("ratings/二.xlsx", 表="\n".join([BALLOT, *votes]))
    facts = folder.read(plan)
    assert facts.tables["ratings"].height == 50
    assert [(one.accepted, one.duplicates) for one in facts.receipts[1:]] == [(50, 0), (0, 50)]


# ---------------------------------------------------------------- receipts


@pytest.mark.parametrize("broken", ["0102 | 乙", " | 乙 | 机关 | 县发改局"])
def test_no_other_file_is_blamed_for_a_unit_that_the_roster_has_lost(folder: Folder, plan: Plan, broken: str) -> None:
    """U1, U8."""
    folder.csv("units.csv", f"{ROSTER}\n{broken}")
    folder.csv("ratings.csv", f"{PHONE}\n{ROW.replace('0101', '0909')}\n{ROW}")
    blamed = refused(folder, plan)
    assert {Path(one.file).name for one in blamed.faults} == {"units.csv"}
    rows = {one.file: (one.rows_in - one.accepted, one.rejected) for one in blamed.receipts}
    assert (rows["units.csv"], rows["ratings.csv"]) == ((1, 1), (0, 0))


def test_rows_add_up_whatever_is_wrong(folder: Folder, plan: Plan) -> None:
    votes = "\n".join([BALLOT, VOTE.format("p1"), VOTE.format("p1"), VOTE.format("p2").replace("v1", "v2")])
    folder.csv("ratings/一.csv", votes)
    folder.csv("ratings/二.csv", f"{PHONE}\n{ROW}\nclient | 0101\n{PHONE}\n合计 | | | 1 |")
    folder.write("ratings/三.csv", b"\xff\xff\xff,1\n2\n")
    folder.csv("ratings/四.csv", f"{ROW}\n{PHONE}\n{ROW}")
    folder.csv("ratings/五.csv", PHONE)
    folder.csv("ratings/六.csv", f"2020年\n{PHONE}\n{ROW}")
    receipts = {one.file: one for one in refused(folder, plan).receipts}
    rows = {file: (one.rows_in, one.rejected, one.duplicates) for file, one in receipts.items() if "/" in file}
    assert rows == {
        "ratings/一.csv": (3, 0, 1),
        "ratings/二.csv": (4, 3, 0),
        "ratings/三.csv": (0, 0, 0),
        "ratings/四.csv": (2, 2, 0),
        "ratings/五.csv": (0, 0, 0),
        "ratings/六.csv": (1, 0, 0),
    }
    assert all(len(one.sha256) == 64 for one in receipts.values())


# ---------------------------------------------------------------- numbers of persons

KEY = bytes(range(32))


def respondents(facts: Facts) -> list[str]:
    return facts.tables["ratings"]["respondent"].to_list()


def test_with_a_key_numbers_become_pseudonyms(folder: Folder, plan: Plan) -> None:
    """The same person in whatever spelling is one pseudonym; the list says how many, and shows none."""
    written = [
        NUMBER,
        "138-1234-5678",
        "+86 138 1234 5678",
        "１３８１２３４５６７８",
        "张三 13812345678",
        "13912345678",
        "p1",
    ]
    votes = [VOTE.format(one).replace("v1", f"v{nth}") for nth, one in enumerate(written)]
    folder.csv("ratings.csv", "\n".join([BALLOT, *votes]))
    facts = read_whole(folder.path, plan, key=KEY)
    found = respondents(facts)
    assert len(set(found[:5])) == 1
    assert found[0] == pseudonym(KEY, "intake.respondent", NUMBER)
    assert re.fullmatch("[a-f][0-9a-f]{31}", found[5])
    assert found[6] == "p1"
    assert "6 个电话号码或身份证号" in [one.before for one in facts.mended]
    assert not re.search("1381234|1391234", str(facts.mended) + str(facts.notices))


def test_another_key_or_column_gives_another_pseudonym(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings.csv", f"{BALLOT}\n{VOTE.format(NUMBER)}")
    folder.csv("clients.csv", f"服务对象代号 | 单位\n{NUMBER} | 0101")
    first, other = (read_whole(folder.path, plan, key=key) for key in (KEY, bytes(32)))
    assert respondents(first) != respondents(other)
    assert first.tables["clients"]["client"].to_list() != respondents(first)
    assert respondents(first) == respondents(read_whole(folder.path, plan, key=KEY))


def test_a_key_opens_no_other_door(folder: Folder, plan: Plan) -> None:
    """Names stay out, and so do numbers in texts."""
    folder.csv("ratings.csv", f"{BALLOT}\n{VOTE.format('张三')}").csv("opinions.csv", OPINION.format(f"打{NUMBER}"))
    assert len(refused(folder, plan, key=KEY).faults) == 2


def test_a_number_that_is_no_persons_is_left_alone(folder: Folder, plan: Plan) -> None:
    folder.csv("opinions.csv", OPINION.format("工单编号：18051200001，0577-63701234打不通"))
    folder.csv("ratings.csv", f"{BALLOT}\n202011110000000001 | {VOTE[5:].format('a15342668610e4ce')}")
    assert folder.read(plan).tables["opinions"].height == 1


def test_contradictions_do_not_repeat_a_number(folder: Folder, plan: Plan) -> None:
    rows = f"{NUMBER} | 0101 | 2020-05-06 | 电话 | 甲\n{NUMBER} | 0101 | 2020-05-06 | 电话 | 乙"
    folder.csv("clients.csv", f"服务对象代号 | 单位 | 办理日期 | 渠道 | 人员类别\n{rows}")
    assert NUMBER not in str(refused(folder, plan))


def test_a_key_lies_apart_and_is_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "some.key"
    assert new_key(path) == read_key(path)
    with pytest.raises(KeyRefused, match="不覆盖"):
        new_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyRefused, match="chmod 600"):
        read_key(path)
    path.write_text("abc")
    path.chmod(0o600)
    with pytest.raises(KeyRefused, match="不是密钥"):
        read_key(path)
    with pytest.raises(KeyRefused, match="请从备份恢复"):
        read_key(tmp_path / "none.key")
    with pytest.raises(KeyRefused, match="不能放在 data/ 里"):
        new_key(PLAN.parents[1] / "data" / "x.key")
    assert key_file("x").name == "x.key"


# ---------------------------------------------------------------- sheets that go back


def faulty(folder: Folder) -> Folder:
    folder.csv("ratings/一.csv", f"{PHONE}\n{ROW}\nclient | 0699 | 满意 | 2020-05-06 | 电话\nclient | 0101")
    folder.csv("events.csv", f"{EVENT}\ne1 | 0101 | county | 2020-05-06 | | | | 确认 | =HYPERLINK(\"x\")\n"
               "e2 | 0101 | countty | 2020-05-06 | | | | 确认 | @甲")  # fmt: skip
    folder.csv("opinions.csv", OPINION.format(f"打{NUMBER}没人接"))
    folder.xlsx("clients.xlsx", 甲="服务对象代号 | 单位\nc1 | 0101\n张三 | 0101", 说明="备注")
    folder.write("marks.csv", b"PK\x03\x04xl/")
    folder.csv("评价纪录.csv", ROW)
    return folder


def returned(folder: Folder, plan: Plan, target: Path) -> dict[str, dict[str, pl.DataFrame]]:
    paths = write_return_sheets(refused(folder, plan), folder.path, target)
    assert [path.parent for path in paths] == [target] * len(paths)
    assert sorted(path.name for path in target.iterdir()) == sorted(path.name for path in paths)
    return {
        path.name: {one.name: one.frame.drop("row") for one in open_workbook(path.read_bytes(), ".xlsx")}
        for path in paths
    }


def test_every_faulty_file_goes_back_with_all_its_sheets(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    books = returned(faulty(folder), plan, tmp_path / "退回")
    assert {name: list(sheets) for name, sheets in books.items()} == {
        "ratings_一.csv_退回单.xlsx": ["退回单", "一"],
        "events.csv_退回单.xlsx": ["退回单", "events"],
        "opinions.csv_退回单.xlsx": ["退回单", "opinions"],
        "clients.xlsx_退回单.xlsx": ["退回单", "甲", "说明"],
        "marks.csv_退回单.xlsx": ["退回单"],
        "评价纪录.csv_退回单.xlsx": ["退回单", "评价纪录"],
    }
    listed = books["ratings_一.csv_退回单.xlsx"]["退回单"].rows()
    assert listed[2] == ("序号", "工作表", "位置", "读到", "应为", "相近的有")
    assert [row[2] for row in listed[3:]] == ["第 3 行“单位”", "第 4 行"]
    assert listed[3][5].startswith("06")
    assert books["ratings_一.csv_退回单.xlsx"]["一"].rows()[2] == ("client", "0699", "满意", "2020-05-06", "电话")


def test_faulty_cells_are_red_with_a_comment_and_nothing_can_become_a_formula(
    folder: Folder, plan: Plan, tmp_path: Path
) -> None:
    write_return_sheets(refused(faulty(folder), plan), folder.path, tmp_path / "退回")
    with ZipFile(tmp_path / "退回" / "events.csv_退回单.xlsx") as package:
        sheet, styles = package.read("xl/worksheets/sheet2.xml").decode(), package.read("xl/styles.xml").decode()
        comments = package.read("xl/comments2.xml" if "xl/comments2.xml" in package.namelist() else "xl/comments1.xml")
    assert "<f>" not in sheet
    quoted = [
        nth for nth, one in enumerate(re.findall("<xf [^>]*>", styles.partition("<cellXfs")[2])) if "quotePrefix" in one
    ]
    style = int(re.search('r="I2" s="([0-9]+)"', sheet)[1])  # type: ignore[index]
    assert style in quoted
    assert 'ref="C3"' in comments.decode()
    assert "读到：countty" in comments.decode()
    assert "相近的有：county" in comments.decode()
    assert "FFC7CE" in styles


def test_numbers_and_names_of_persons_do_not_go_back(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    books = returned(faulty(folder), plan, tmp_path / "退回")
    said = str([frame.rows() for sheets in books.values() for frame in sheets.values()])
    assert NUMBER not in said
    assert "张三" not in said
    assert "打138＊＊＊＊没人接" in said


def test_a_returned_workbook_that_was_put_right_can_be_sent_in(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    """Here nothing was wrong with its cells but the name of the file."""
    folder.csv("评价纪录.csv", f"{PHONE}\n{ROW}")
    (path,) = write_return_sheets(refused(folder, plan), folder.path, tmp_path / "退回")
    (folder.path / "评价纪录.csv").unlink()
    shutil.copyfile(path, folder.path / "ratings.xlsx")
    assert folder.read(plan).tables["ratings"].height == 1


def test_return_sheets_appear_all_at_once_and_never_over_others(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    target = tmp_path / "退回"
    why = refused(faulty(folder), plan)
    write_return_sheets(why, folder.path, target)
    kept = {path.name: path.read_bytes() for path in target.iterdir()}
    with pytest.raises(ReturnRefused, match="不覆盖"):
        write_return_sheets(why, folder.path, target)
    again = tmp_path / "再退"
    again.mkdir()
    write_return_sheets(why, folder.path, again)
    assert kept == {path.name: path.read_bytes() for path in again.iterdir()}, "the same faults give the same bytes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "再退", "退回"]


def test_nothing_is_left_of_return_sheets_that_failed(
    folder: Folder, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(ReturnRefused, match="写不进去（full）"):
        write_return_sheets(refused(faulty(folder), plan), folder.path, tmp_path / "退回")
    assert [path.name for path in tmp_path.iterdir()] == ["facts"]


# ---------------------------------------------------------------- the cache of days


def days(folder: Folder, many: int, rows: int = 60) -> Folder:
    for day in range(1, many + 1):
        folder.csv(f"ratings/{day:02d}.csv", batch(day, rows))
    return folder


def same(one: Facts, other: Facts) -> bool:
    tables = all(one.tables[name].equals(other.tables[name]) for name in one.tables)
    kinds = all(one.tables[name].schema == other.tables[name].schema for name in one.tables)
    return (
        tables
        and kinds
        and one.receipts == other.receipts
        and (one.mended, one.notices) == (other.mended, other.notices)
    )


def clean_of_all_kinds(folder: Folder) -> Folder:
    stored(days(folder, 3), "counts", "", lambda book, sheet: None, "xlsx")
    (folder.path / "counts.xlsx").unlink()
    build(folder.path / "ratings" / "本.xlsx", tidy)
    folder.csv("events.csv", f"{EVENT}\ne1 | 0101 | county | 2020-05-06 | 2 | | 情节严重 | 确认 | 通报　\n")
    return folder.csv("marks.csv", f"{MARK}\nsupervisor | ０１０１ | 主管部门 | 4.5 | 优秀")


def test_with_a_cache_the_same_comes_out(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    clean_of_all_kinds(folder)
    plain = folder.read(plan)
    first, second = (read_whole(folder.path, plan, cache=tmp_path / "c") for _ in range(2))
    assert same(plain, first)
    assert same(plain, second)
    assert plain.mended
    assert plain.notices


def test_only_the_new_day_is_read(folder: Folder, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pingyi.facts.intake.gathering as gathering

    read_whole(days(folder, 5).path, plan, cache=tmp_path / "c")
    read = []
    real = gathering.sheets_of
    monkeypatch.setattr(
        gathering, "sheets_of", lambda file, notepad: (read.append(file.path.name), real(file, notepad))[1]
    )
    days(folder, 6)
    assert read_whole(folder.path, plan, cache=tmp_path / "c").tables["ratings"].height == 360
    assert read == ["06.csv"]


def test_a_batch_sent_twice_changes_nothing_with_a_cache_either(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    """Under its own name again, and under another one; the second time every file comes out of the cache."""
    votes = [VOTE.format(f"p{n}").replace("v1", f"v{n}") for n in range(30)]
    folder.csv("ratings/6日.csv", "\n".join([BALLOT, *votes]))
    once = read_whole(folder.path, plan, cache=tmp_path / "c").tables["ratings"]
    folder.csv("ratings/6日.csv", "\n".join([BALLOT, *votes]))
    assert read_whole(folder.path, plan, cache=tmp_path / "c").tables["ratings"].equals(once)
    shutil.copyfile(folder.path / "ratings" / "6日.csv", folder.path / "ratings" / "7日.csv")
    for _ in range(2):
        facts = read_whole(folder.path, plan, cache=tmp_path / "c")
        assert facts.tables["ratings"].drop("source").equals(once.drop("source"))
        rows = [(one.file, one.rows_in, one.accepted, one.rejected, one.duplicates) for one in facts.receipts[1:]]
        assert rows == [("ratings/6日.csv", 30, 30, 0, 0), ("ratings/7日.csv", 30, 0, 0, 30)]


def test_a_damaged_cache_is_thrown_away(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    clean_of_all_kinds(folder)
    plain = read_whole(folder.path, plan, cache=tmp_path / "c")
    paths = sorted((tmp_path / "c").iterdir())
    for nth, path in enumerate(paths):
        data = bytearray(path.read_bytes())
        data[(nth * 977) % len(data)] ^= 1
        path.write_bytes(bytes(data) if nth % 2 else bytes(data)[: len(data) // 2])
    assert same(plain, read_whole(folder.path, plan, cache=tmp_path / "c"))
    shutil.rmtree(tmp_path / "c")
    assert same(plain, read_whole(folder.path, plan, cache=tmp_path / "c"))


def test_the_cache_knows_plan_roster_and_key(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    """A unit that left the roster is missed in a day that was read before."""
    folder.csv("ratings.csv", f"{PHONE}\nclient | 0601 | 满意 | 2020-05-06 | 电话")
    folder.csv("clients.csv", "服务对象代号 | 单位\nc1 | 0101")
    read_whole(folder.path, plan, cache=tmp_path / "c")
    folder.csv("units.csv", ROSTER.replace("0601", "0602"))
    assert only_with(folder, plan, tmp_path / "c").where == "第 2 行“单位”"
    folder.csv("units.csv", ROSTER)
    folder.csv("clients.csv", f"服务对象代号 | 单位\n{NUMBER} | 0101")
    one = read_whole(folder.path, plan, cache=tmp_path / "c", key=KEY)
    other = read_whole(folder.path, plan, cache=tmp_path / "c", key=bytes(32))
    assert not one.tables["clients"].equals(other.tables["clients"])
    assert only_with(folder, plan, tmp_path / "c").where == "第 2 行“服务对象代号”"


def only_with(folder: Folder, plan: Plan, cache: Path) -> Fault:
    (fault,) = refused(folder, plan, cache=cache).faults
    return fault


def test_nothing_with_a_fault_is_kept(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    folder.csv("ratings.csv", f"{PHONE}\nclient | 0699 | 满意 | 2020-05-06 | 电话")
    first, second = (str(refused(folder, plan, cache=tmp_path / "c")) for _ in range(2))
    assert first == second
    assert len(list((tmp_path / "c").iterdir())) == 5, "the roster and the four empty tables"


def test_a_cache_that_cannot_be_written_costs_nothing_else(folder: Folder, plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"")
    assert read_whole(days(folder, 2).path, plan, cache=tmp_path / "c").tables["ratings"].height == 120


# ---------------------------------------------------------------- anything at all

CASES = {"a cell": 80, "some cells": 40, "some bytes": 80, "a plan": 20}
"""Cases of each kind that every run of the tests tries; `python -m tests.fuzz_intake` tries as many as one likes."""

SEEDS = st.integers(min_value=0, max_value=2**32)
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", CASES)
def test_mutated_input_is_taken_clean_or_refused_in_words(tmp_path: Path, kind: str) -> None:
    seen = []

    @settings(FEW, max_examples=CASES[kind])
    @given(SEEDS)
    def one(seed: int) -> None:
        seen.append(fuzz_intake.run(kind, seed, tmp_path))

    one()
    assert any(outcome.startswith("refused") for outcome in seen)


WORDS = st.one_of(st.sampled_from(fuzz_intake.NASTY), st.text(max_size=20))


@FEW
@given(st.lists(st.lists(WORDS, max_size=9), max_size=8), st.sampled_from(["csv", "xlsx"]))
def test_any_cells_are_taken_clean_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], form: str
) -> None:
    make = {"csv": fuzz_intake.as_text, "xlsx": fuzz_intake.as_book}[form]
    fuzz_intake.facts_of(tmp_path_factory.mktemp("any"), f"ratings.{form}", make(rows))


@FEW
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode(errors="replace"))))
def test_any_bytes_are_refused_in_words_at_either_door(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for form in ("csv", "xlsx", "xls", "parquet"):
        assert isinstance(fuzz_intake.facts_of(folder, f"ratings.{form}", data), FactsRefused)
    (folder / "plan.yaml").write_bytes(data)
    with pytest.raises(PlanFaults):
        read_plan(folder / "plan.yaml")


# ---------------------------------------------------------------- making the stored files


def remake() -> None:
    """Make every `.xls` file from its builder."""
    builders = {name: one[0] for name, one in {**WORKBOOKS, **MARKS}.items()} | TAKEN
    FILES.mkdir(exist_ok=True)
    paths = [str(build(FILES / f"{name}.xlsx", builder)) for name, builder in builders.items()]
    convert = ["soffice", "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(FILES), *paths]
    subprocess.run(convert, check=True, capture_output=True, timeout=300)
    for path in paths:
        Path(path).unlink()


if __name__ == "__main__":
    remake()
    sys.stdout.write("\n".join(sorted(path.name for path in FILES.glob("*.xls"))) + "\n")
