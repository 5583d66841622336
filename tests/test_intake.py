"""Fact files: what is taken, what is refused, and how a refusal reads.

`CASES` is the manual: a small file, the place that a fault names, and what it says.
"""

import csv
import os
import random
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import numpy as np
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pingyi.common.codebook import codebook
from pingyi.common.faults import FactFaults, Fault
from pingyi.facts.intake import Facts, FactsRefused, read_facts
from pingyi.facts.intake import folder as folder_module
from pingyi.facts.intake.cell_values import as_date, as_decimal, as_moment
from pingyi.facts.intake.sheet_grid import ONLY_HEAD
from pingyi.plan import Plan
from pingyi.plan.reader import read_patched, read_plan

PLAN = Path(__file__).parents[1] / "parameters" / "pingyang-2020.yaml"

ROSTER = """
    单位编号 | 单位名称         | 类别         | 主管部门   | 所属乡镇 | 管理类型 | 所属系统
    0101     | 发展规划综合科   | 机关中层科室 | 县发改局   |          | 单独     |
    0102     | 重点工程管理科   | 机关中层科室 | 县发改局   |          | 单独     |
    0103     | 价格认证中心     | 审批服务类   | 县发改局   |          | 单独     |
    0104     | 窗口(行政审批科) | 审批服务类   | 县发改局   |          | 单独     |
    0601     | 治安大队         | 机关中层科室 | 县公安局   |          | 单独     |
    0605     | 昆阳派出所       | 管理执法类   | 县公安局   | 昆阳镇   | 双重     |
    0611     | 榆垟派出所       | 管理执法类   | 县公安局   | 鳌江镇   | 双重     |
    9001     | 门诊部           |              | 县卫健局   |          |          | 卫健
"""
BALLOT = "表单编号 | 指标 | 单位 | 等次 | 评价时间 | 评价人代号 | 评价人类别"
PHONE = "指标 | 单位 | 等次 | 评价时间 | 渠道"
EVENT = "记录编号 | 单位 | 事项 | 发生日期 | 件数 | 分值 | 情节 | 状态 | 依据文件"
MARK = "指标 | 单位 | 评分人 | 评分 | 档次"
COUNT = "指标 | 单位 | 等次 | 票数 | 周期 | 渠道"


def cells(text: str) -> list[list[str]]:
    """The cells of a table written with bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def as_csv(text: str) -> str:
    out = StringIO()
    csv.writer(out).writerows(cells(text))
    return out.getvalue()


@dataclass
class Folder:
    """A folder of facts in the making; the roster is there from the start."""

    path: Path

    def csv(self, name: str, text: str, encoding: str = "utf-8") -> "Folder":
        return self.write(name, as_csv(text).encode(encoding))

    def parquet(self, name: str, frame: pl.DataFrame) -> "Folder":
        """A frame as a file of Parquet, wherever the folder lies."""
        data = BytesIO()
        frame.write_parquet(data)
        return self.write(name, data.getvalue())

    def write(self, name: str, data: bytes) -> "Folder":
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self

    def xlsx(self, name: str, **sheets: Any) -> "Folder":
        """sheets: name → rows, or what writes into the sheet."""
        book = xlsxwriter.Workbook(self.path / name)
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            if callable(rows):
                rows(book, sheet)
                continue
            for number, row in enumerate(cells(rows) if isinstance(rows, str) else rows):
                for place, cell in enumerate(row):
                    write = sheet.write_number if isinstance(cell, int | float) else sheet.write_string
                    if cell != "":
                        write(number, place, cell)
        book.close()
        return self

    def read(self, plan: Plan) -> Facts:
        """The facts, with the tables that the plan's leaves need handed in empty where the test has none."""
        return read_whole(self.path, plan)

    def faults(self, plan: Plan) -> list[Fault]:
        with pytest.raises(FactFaults) as refused:
            self.read(plan)
        return refused.value.faults


def whole(path: Path) -> Path:
    """The folder with an empty table, its heads alone, for each that is not there and that some leaf may need."""
    for one in path.glob("*.csv"):
        if one.lstat().st_mtime == 0:
            one.unlink()
    there = {one.stem for one in path.iterdir()} if path.is_dir() else set()
    for name in ("ratings", "counts", "marks", "events", "measures") if path.is_dir() else ():
        table = codebook().facts[name]
        if there.isdisjoint({name, table.title}):
            file = path / f"{name}.csv"
            file.write_text(",".join(one.head for one in table.columns) + "\n", encoding="utf-8")
            os.utime(file, (0, 0))
    return path


def read_whole(path: Path, plan: Plan, **given: Any) -> Facts:
    """The facts of a folder that is made whole first, without what is told of the empty tables."""
    facts = read_facts(whole(path), plan, **given)
    empty = {one.file for one in facts.notices if one.said == ONLY_HEAD}
    notices = [one for one in facts.notices if one.file not in empty]
    return replace(facts, receipts=[one for one in facts.receipts if one.file not in empty], notices=notices)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path).csv("units.csv", ROSTER)


# ---------------------------------------------------------------- a clean set


def clean(folder: Folder) -> Folder:
    """Every table, in every format."""
    folder.csv("history.csv", "年度 | 单位 | 名单\n2019 | 0101 | 不满意单位\n2019 | 旧0777 | 满意单位")
    folder.csv("grades.csv", "主管部门 | 考绩档次\n县发改局 | 优秀\n县公安局 | 良好")
    folder.csv("公开抽签.csv", "名次 | 抽签种子 | 抽签日期 | 依据文件\ntotal | 042 | 2020-12-01 | 抽签记录")
    folder.csv(
        "counts.csv", f"{COUNT}\nclient | 0101 | 满意 | 12 | 半年度 | 短信\nclient | 0101 | 不满意 | 0 | 半年度 | 短信"
    )
    folder.csv(
        "marks.csv",
        f"""{MARK}
        supervisor | 0605 | 主管部门 | 4.5   | 优秀
        supervisor | 0605 | 乡镇     | 3.9   |
        daily      | 9001 |          | 80.25 |""",
    )
    folder.csv(
        "events.csv",
        f"""{EVENT}
        e1 | 0101 | county | 2020-05-06 | 2 |   | 情节严重 | 确认 | 通报1号
        e2 | 0102 | undone | 2020-05-06 |   | 4 | 协办     | 异议 | 通报2号
        e3 | 0103 | award_nation | 2020-05-06 | | |          | confirmed | 证书""",
    )
    folder.xlsx(
        "ratings.xlsx",
        电话=f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话\nclient | 0611 | 不满意 | 2020年7月1日 | 案卷",
        选票=f"{BALLOT}\nv1 | network | 0102 | 满意 | 2020-11-12 08:30:00 | p1 | 服务对象",
        说明="2020年采集\n由评议办汇总",
    )
    return folder


def test_a_clean_set_gives_no_fault(folder: Folder, plan: Plan) -> None:
    facts = clean(folder).read(plan)
    heights = {name: frame.height for name, frame in facts.tables.items()}
    assert list(heights) == list(codebook().facts)
    filled = {"units": 8, "ratings": 3, "counts": 2, "marks": 3, "events": 3, "history": 2, "grades": 2, "lots": 1}
    assert {name: height for name, height in heights.items() if height} == filled
    assert facts.mended == []
    told = [one.said for one in facts.notices]
    assert [one[:20] for one in told] == ["工作表“说明”不是评价记录，没有导入", "有 1 行的单位（旧0777，共 1 个"]
    assert all(one.rows_in == one.accepted for one in facts.receipts)


def test_every_table_has_the_columns_of_the_codebook_in_order(folder: Folder, plan: Plan) -> None:
    facts = clean(folder).read(plan)
    for name, table in codebook().facts.items():
        assert facts.tables[name].columns == [*table.names, "source", "sheet", "row"]


def test_choices_are_coded_in_the_order_of_plan_and_roster(folder: Folder, plan: Plan) -> None:
    ratings = clean(folder).read(plan).tables["ratings"]
    assert ratings.schema["level"] == pl.Enum(["满意", "基本满意", "不满意"])
    assert ratings.schema["channel"] == pl.Enum(["电话", "短信", "案卷"])
    assert ratings.schema["unit"].categories.to_list()[:2] == ["0101", "0102"]
    assert ratings.schema["method"] == pl.Enum(["client", "network"])


def test_rows_keep_file_sheet_and_row(folder: Folder, plan: Plan) -> None:
    ratings = clean(folder).read(plan).tables["ratings"]
    assert ratings.select("source", "sheet", "row").rows() == [
        ("ratings.xlsx", "电话", 2), ("ratings.xlsx", "电话", 3), ("ratings.xlsx", "选票", 2),
    ]  # fmt: skip
    assert ratings["rated_on"].to_list() == [datetime(2020, 5, 6), datetime(2020, 7, 1), datetime(2020, 11, 12, 8, 30)]


def test_points_carry_the_sign_they_count_with(folder: Folder, plan: Plan) -> None:
    """Fixed points are the plan's; a range is a deduction whether or not it is written with a minus."""
    events = clean(folder).read(plan).tables["events"]
    assert events["points"].to_list() == [None, Decimal(-4), None]
    assert events["times"].to_list() == [2, 1, 1]
    assert events["factors"].to_list() == [["aggravated"], ["cohandler"], None]
    assert events["status"].to_list() == ["confirmed", "objected", "confirmed"]


def test_duckdb_takes_every_table_as_it_is(folder: Folder, plan: Plan) -> None:
    for name, frame in clean(folder).read(plan).tables.items():
        assert len(duckdb.sql("from frame").fetchall()) == frame.height, name


def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path, plan: Plan) -> None:
    lines = [f"client | 0{n} | 满意 | 2020-05-0{d} | 电话" for n in (101, 102, 601) for d in range(1, 10)]
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        folder = Folder(tmp_path / str(seed)).csv("units.csv", ROSTER)
        folder.csv("ratings/a.csv", "\n".join([PHONE, *lines[:9]])).csv("ratings/b.csv", "\n".join([PHONE, *lines[9:]]))
        found.append(folder.read(plan).tables["ratings"].drop("source", "row").sort(pl.all()))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_facts_that_will_not_count_are_still_facts(folder: Folder, plan: Plan) -> None:
    """Days outside every cycle, units of a system and exempt units are settled by the rules, not at the door."""
    folder.csv("history.csv", "年度 | 单位 | 名单\n2018 | 0101 | 满意单位\n2019 | 0101 | 满意单位")
    folder.csv(
        "ratings.csv", f"{PHONE}\nclient | 0101 | 满意 | 2019-05-06 | 电话\nclient | 9001 | 满意 | 2020-05-06 | 电话"
    )
    assert folder.read(plan).tables["ratings"].height == 2


# ---------------------------------------------------------------- planted defects

DEFECTS = {
    ("ratings.csv", PHONE): """
        client | 0101 | 很满意 | 2020-05-06 | 电话 => 2 等次 => 应为 满意、基本满意、不满意 之一
        client | 0619 | 满意 | 2020-05-06 | 电话 => 2 单位 => 相近的有 0611 榆垟派出所
        client | 0101 | 满意 | 2020-05-06 | 电话
        client | 601 | 满意 | 2020-05-06 | 电话 => 3 单位 => 0601 治安大队
        client | 榆垟派出所 | 满意 | 2020-05-06 | 电话 => 2 单位 => 榆垟派出所 0611
        cleint | 0101 | 满意 | 2020-05-06 | 电话 => 2 指标 => client（服务对象满意度评价）
        client | 0101 | 满意 | 2020-11-31 | 电话 => 2 评价时间 => 日历上没有这一天
        client | 0101 | 满意 | 五月六日 | 电话 => 2 评价时间 => 应为日期
        client | 0101 | 满意 | 2020-05-06 25:10 | 电话 => 2 评价时间 => 没有这个时刻
        client | 0101 | 满意 | 0202-05-06 | 电话 => 2 评价时间 => 年份
        client | 0101 |  | 2020-05-06 | 电话 => 2 等次 => 不能为空
        client | 0101 | 满意 | 2020-05-06 | => 2 渠道 => 不能为空，应为 电话、短信、案卷 之一
        client | 0101 | 满意 | 2020-05-06 | 案卷 => 2 渠道 => 只用于“类别”为 管理执法类 的单位
        client | 0101 | 满意 | 2020-05-06 | 微信 => 2 渠道 => 电话、短信、案卷
        client | 0101 | 满意 | 2020-05-06 => 第 2 行 => 表头有 5 格
        client | 0101 | 满意 | 2020-05-06 | 电话 | 多 => 第 2 行 => 读到“6 格”
    """,
    ("ratings.csv", BALLOT): """
        v1 | network | 0101 | 满意 | 2020-11-12 | p1 | => 2 评价人类别 => 不能为空
        | network | 0101 | 满意 | 2020-11-12 | p1 | 服务对象 => 2 表单编号 => 整张表单
        v1 | network | 0101 | 满意 | 2020-11-12 | | 服务对象 => 2 评价人代号 => 每人只计一次
        v1 | network | 0101 | 满意 | 2020-11-12 | 13812345678 | 服务对象 => 2 评价人代号 => 号码
        v1 | network | 0101 | 满意 | 2020-11-12 | +86 138-1234-5678 | 服务对象 => 2 评价人代号 => 号码
        v1 | network | 0101 | 满意 | 2020-11-12 | 33032619800101123x | 服务对象 => 2 评价人代号 => 号码
        #N/A | network | 0101 | 满意 | 2020-11-12 | p | 服务对象 => 2 表单编号 => 出错的公式
        v\ufffd | network | 0101 | 满意 | 2020-11-12 | p | 服务对象 => 2 表单编号 => 乱码
        v | network | 0101 | 满意 | 2020-11-12 | p | 服务对象
        v | network | 0101 | 不满意 | 2020-11-12 | p | 服务对象 => 3 表单编号 => “等次”不同
    """,
    ("counts.csv", COUNT): """
        client | 0101 | 满意 | 12.5 | 半年度 | 短信 => 2 票数 => 应为整数
        client | 0101 | 满意 | -1 | 半年度 | 短信 => 2 票数 => 不小于 0
        client | 0101 | 满意 | 1 | | 短信 => 2 周期 => 不能为空，应为 半年度、年终 之一
        client | 0101 | 满意 | 1 | 一季度 | 短信 => 2 周期 => 应为 半年度、年终 之一
        client | 0101 | 满意 | 1 | 年终 | 短信
        client | 0101 | 满意 | 2 | 年终 | 短信 => 3 指标 => “票数”不同；应只有一行
    """,
    ("marks.csv", MARK): """
        supervisor | 0101 | 主管部门 | 5.1 | => 2 评分 => 应在 0 到 5 之间
        supervisor | 0101 | 主管部门 | 4.25 | => 2 评分 => 至多 1 位小数
        supervisor | 0101 | 主管部门 | 4.5分 | => 2 评分 => 不带单位
        supervisor | 0101 | 主管部门 | 4.5 | 良好 => 2 档次 => 3 到 3.9 分
        supervisor | 0101 | 主管部门 | 4.5 | 优 => 2 档次 => 应为 优秀、良好、一般 之一
        supervisor | 0101 | 部门 | 4.5 | => 2 评分人 => 主管部门
        supervisor | 0101 | | 4.5 | => 2 评分人 => 不能为空
        daily | 0101 | | 80 | => 2 指标 => 卫健、金融 的单位
        daily | 9001 | | 85.5 | => 2 评分 => 0 到 85
        daily | 9001 | | 84.1234567 | => 2 评分 => 至多 6 位小数
        daily | 9001 | a | 80 |
        daily | 9001 | b | 81 | => 3 指标 => 与 第 2 行的
        client | 0101 | | 4.5 | => 2 指标 => 应为 supervisor（主管单位评价）、daily（日常评议） 之一
    """,
    ("events.csv", EVENT): """
        e1 | 0101 | undone | 2020-05-06 | | | | 确认 | 通报 => 2 分值 => 不能为空，应在 3 到 5
        e1 | 0101 | undone | 2020-05-06 | | 6 | | 确认 | 通报 => 2 分值 => 应在 3 到 5 之间（扣分）
        e1 | 0101 | county | 2020-05-06 | | 2 | | 确认 | 通报 => 2 分值 => 每件 -1 分
        e1 | 0101 | award_city | 2020-05-06 | | -1 | | 确认 | 通报 => 2 分值 => 每件 1 分
        e1 | 0101 | county | 2020-05-06 | 0 | | | 确认 | 通报 => 2 件数 => 不小于 1
        e1 | 0101 | county | 2020-05-06 | | | 协办 | 确认 | 通报 => 2 情节 => 只有 情节严重
        e1 | 0101 | valid | 2020-05-06 | | | 协办 | 确认 | 通报 => 2 情节 => 不分情节
        e1 | 0101 | county | 2020-05-06 | | | 严重 | 确认 | 通报 => 2 情节 => 应为 协办、情节严重 之一
        e1 | 0101 | county | 2020-05-06 | | | | 属实 | 通报 => 2 状态 => 提出、确认、异议、维持、撤销
        e1 | 0101 | country | 2020-05-06 | | | | 确认 | 通报 => 2 事项 => county 县级层面查实问题
        e1 | 0101 | county | 2020-05-06 10:00 | | | | 确认 | 通报 => 2 发生日期 => 不带时刻
        e1 | 0101 | county | 2020-05-06 | | | | 确认 | => 2 依据文件 => 不能为空
        e1 | 0101 | late | 2020-05-06 | | | | 确认 | 甲
        e1 | 0102 | late | 2020-05-06 | | | | 确认 | 甲 => 3 记录编号 => “单位”不同
    """,
    ("history.csv", "年度 | 单位 | 名单"): """
        2020 | 0101 | 满意单位 => 2 年度 => 2020 年以前
        2019 | 0101 | 满意科室 => 2 名单 => 满意单位
    """,
    ("grades.csv", "主管部门 | 考绩档次"): """
        县发改委 | 优秀 => 2 主管部门 => 县发改局
        县发改局 | 优 => 2 考绩档次 => 应为 优秀、良好、合格 之一
        县发改局 | 优秀
        县发改局 | 良好 => 3 主管部门 => “考绩档次”不同
    """,
    ("lots.csv", "名次 | 抽签种子 | 抽签日期 | 依据文件"): """
        sum | 42 | 2020-12-01 | 记录 => 2 名次 => daily（日常评议名次）、total
    """,
    ("measures.csv", "指标 | 单位 | 分子"): """
        reply | 0101 | 3 => 2 指标 => 没有可填的指标
    """,
}
"""File and head: rows => row and column, or place => what the message holds."""

ROW = "client | 0101 | 满意 | 2020-05-06 | 电话"
HEADS = [
    ("指标 | 单位 | 等次 | 评价时间", ROW[:-5], "表头", "缺少“渠道”一列"),
    ("指标 | 单位 | 评价时间 | 渠道", "client | 0101 | 2020-05-06 | 电话", "表头", "缺少“等次”一列"),
    (f"{PHONE} | 备注", f"{ROW} | 无", "表头", "没有这一列"),
    (f"{PHONE} | 评价时问", f"{ROW} | 2020-05-06", "表头", "相近的有 评价时间"),
    (f"{PHONE} | 单位", f"{ROW} | 0101", "表头", "是同一列"),
    (f"{PHONE} | unit", f"{ROW} | 0101", "表头", "是同一列"),
    (f"{PHONE} | ", f"{ROW} | x", "表头", "第 6 列有内容而没有表头"),
    (ROW, f"{PHONE}\n{ROW}", "整个文件", "现在第 2 行，上面还有像数据的行"),
]
FILES = [
    ("rating.csv", "相近的有 ratings"),
    ("评价纪录.csv", "评价记录 ratings"),
    ("ratings.xls", "这是改了后缀的 文本（CSV） 文件"),
    ("ratings.et", "应为 .csv、.xlsx、.xls 或 .parquet"),
    ("ratings/old/a.csv", "应为 .csv"),
    ("方案.docx", "不是任何一张表的名字"),
    ("参评单位名录.csv", "一张表只能有一个文件"),
]


def defects() -> list[tuple[str, str, str, str]]:
    """File, content, where and piece of every planted defect in a cell."""
    found = []
    for (file, head), lines in DEFECTS.items():
        rows = [head]
        for line in lines.strip().splitlines():
            last, *said = (part.strip() for part in line.split("=>"))
            rows.append(last)
            if said:
                row, _, column = said[0].partition(" ")
                place = f"第 {row} 行“{column}”" if row.isdigit() else said[0]
                found.append((file, "\n".join(rows), place, said[1]))
                rows = [head]
    return found


def test_enough_defects_are_planted() -> None:
    assert len(defects()) + len(HEADS) + len(FILES) + len(BYTES) + len(SHEETS) + len(PARQUET) > 90


@pytest.mark.parametrize(("file", "text", "where", "piece"), defects())
def test_a_defect_is_named_where_it_stands(
    folder: Folder, plan: Plan, file: str, text: str, where: str, piece: str
) -> None:
    (fault,) = folder.csv(file, text).faults(plan)
    assert fault.where == where
    assert piece in str(fault)


@pytest.mark.parametrize(("head", "rows", "where", "piece"), HEADS)
def test_a_defect_of_the_head_is_named(
    folder: Folder, plan: Plan, head: str, rows: str, where: str, piece: str
) -> None:
    (fault,) = folder.csv("ratings.csv", f"{head}\n{rows}" if rows else head).faults(plan)
    assert fault.where == where
    assert piece in str(fault)


@pytest.mark.parametrize(("file", "piece"), FILES)
def test_a_file_that_is_no_table_is_named(folder: Folder, plan: Plan, file: str, piece: str) -> None:
    (fault,) = folder.csv(file, f"{PHONE}\n{ROW}").faults(plan)
    assert fault.where == "整个文件"
    assert piece in str(fault)


ROSTER_CASES = [
    ("0101 | 甲科 | 机关 | 县发改局 | | 单独 |", "第 2 行“类别”", "机关中层科室、审批服务类、管理执法类"),
    ("0101 | 甲科 |  | 县发改局 | | 单独 |", "第 2 行“类别”", "不能为空"),
    ("0101 | 甲科 | 审批服务类 | 县发改局 | | |", "第 2 行“管理类型”", "不能为空，应为 单独、双重、乡镇 之一"),
    ("0101 | 甲科 | 审批服务类 | 县发改局 | | 垂直 |", "第 2 行“管理类型”", "单独、双重、乡镇"),
    ("0101 | 甲科 | 审批服务类 | 县发改局 | | 单独 | 教育", "第 2 行“所属系统”", "卫健（卫健系统）"),
    ("0101 | 甲科 | 审批服务类 | | | 单独 |", "第 2 行“主管部门”", "不能为空"),
    (" | 甲科 | 审批服务类 | 县发改局 | | 单独 |", "第 2 行“单位编号”", "不能为空"),
    ("0611 | 甲 | 审批服务类 | 局 | | 单独 |\n0611 | 乙 | 审批服务类 | 局 | | 单独 |", "第 3 行“单位编号”", "单位名称"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "where", "piece"), ROSTER_CASES)
def test_a_defect_of_the_roster_is_named_where_it_stands(
    tmp_path: Path, plan: Plan, row: str, where: str, piece: str
) -> None:
    head = ROSTER.strip().splitlines()[0]
    (fault,) = Folder(tmp_path).csv("units.csv", f"{head}\n{row}").faults(plan)
    assert fault.where == where
    assert piece in str(fault)


def test_no_roster_is_one_fault_and_no_unit_is_doubted(tmp_path: Path, plan: Plan) -> None:
    folder = Folder(tmp_path).csv("ratings.csv", f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话")
    (fault,) = folder.faults(plan)
    assert "缺少参评单位名录" in str(fault)
    (fault,) = Folder(tmp_path / "none").faults(plan)
    assert "没有这个文件夹" in str(fault)


def test_all_faults_of_all_files_come_at_once_and_nothing_is_imported(folder: Folder, plan: Plan) -> None:
    clean(folder)
    folder.csv("grades.csv", "主管部门 | 考绩档次\n县发改局 | 优\n县公安厅 | 良好")
    folder.csv("counts.csv", f"{COUNT}\nclient | 0101 | 满意 | 1 | 年终 | 短信\nclient | 0101 | 满 | x | 年终 | 短信")
    with pytest.raises(FactsRefused) as refused:
        folder.read(plan)
    assert len(refused.value.faults) == 4
    assert "grades.csv 有 2 处问题，未导入任何一行" in str(refused.value)
    rows = {one.file: (one.rows_in, one.accepted, one.rejected) for one in refused.value.receipts}
    assert rows["grades.csv"] == (2, 0, 2)
    assert rows["counts.csv"] == (2, 1, 1)
    assert all(
        accepted == came for file, (came, accepted, _) in rows.items() if file not in ("grades.csv", "counts.csv")
    )


def test_a_message_reads_as_in_the_manual(folder: Folder, plan: Plan) -> None:
    rows = cells(PHONE) + [["client", "0101", "满意", "2020-05-06", "电话"]] * 80
    rows[40] = ["client", "0101", "很满意", "2020-05-06", "电话"]
    rows[72] = ["client", "0699", "满意", "2020-05-06", "电话"]
    with pytest.raises(FactFaults) as refused:
        folder.xlsx("ratings.xlsx", 电话=rows).read(plan)
    file, level, unit = str(refused.value).splitlines()
    assert file.endswith("ratings.xlsx 有 2 处问题，未导入任何一行")
    assert level == "  工作表“电话” 第 41 行“等次”：读到“很满意”，应为 满意、基本满意、不满意 之一"
    assert unit.startswith("  工作表“电话” 第 73 行“单位”：读到“0699”，名录中没有；相近的有 06")


def test_a_number_of_a_person_is_not_repeated_in_the_message(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings.csv", f"{BALLOT}\nv1 | network | 0101 | 满意 | 2020-11-12 | １３８12345678 | 服务对象")
    (fault,) = folder.faults(plan)
    assert "12345678" not in str(fault)


def test_many_faults_of_one_kind_are_all_kept(folder: Folder, plan: Plan) -> None:
    rows = "\n".join(f"client | 9{n:04d} | 满意 | 2020-05-06 | 电话" for n in range(3000))
    assert len(folder.csv("ratings.csv", f"{PHONE}\n{rows}").faults(plan)) == 3000


def test_a_column_the_plan_needs_is_missed_once(folder: Folder, plan: Plan) -> None:
    rows = "client | 0101 | 满意 | 2020-05-06\n" * 50
    (fault,) = folder.csv("ratings.csv", f"指标 | 单位 | 等次 | 评价时间\n{rows}").faults(plan)
    assert str(fault) == "表头：缺少“渠道”一列：不能为空，应为 电话、短信、案卷 之一"


# ---------------------------------------------------------------- encodings and text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_encodings_are_taken_as_a_whole(tmp_path: Path, plan: Plan, encoding: str, ending: str) -> None:
    """垟 is in GB18030 and not in GB2312."""
    data = as_csv(ROSTER).replace("\r\n", ending).encode(encoding)
    units = Folder(tmp_path).write("units.csv", data).read(plan).tables["units"]
    assert units["name"].to_list()[6] == "榆垟派出所"
    assert units["row"].to_list() == list(range(2, 10))


GOOD = as_csv(ROSTER).encode()
BYTES = [
    (GOOD[: GOOD.index("榆".encode()) + 1], "UTF-8 编码不完整"),
    (GOOD.replace("垟".encode(), b"\xff\xff\xff"), "UTF-8 编码不完整"),
    (as_csv(ROSTER).encode("gb18030")[:-400] + b"\xff", "既不是 UTF-8 也不是 GB18030"),
    (as_csv(ROSTER).encode("utf-16")[:-1], "UTF-16 编码不完整"),
    (as_csv(ROSTER).encode("utf-16-le"), "既不是 UTF-8"),
    (b"a,b\n1,\xc4\xa3\xca\xbd\n", "分不清"),
    ("unit,name\n0101,治安大隊\n".encode("big5"), "第 2 行有自造字或别的编码的字"),
    (b"PK\x03\x04rest", "内容却是压缩文件"),
    (b"PK\x03\x04xl/workbook", "改了后缀的 XLSX"),
    (b"\xd0\xcf\x11\xe0rest", "旧式 Excel"),
    (b"", "是空的"),
    (b"\n\n", "是空的"),
    (GOOD + '0612,"钱仓派出所'.encode(), "引号没有配对，文件可能被截断"),
    (GOOD.replace("榆垟".encode(), '"榆"垟'.encode()), "引号没有配对"),
    (GOOD.replace(b",", b"\t"), "应为半角逗号"),
    (GOOD.replace(b",", b";"), "应为半角逗号"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "piece"), BYTES)
def test_bytes_that_are_no_whole_text_are_refused(tmp_path: Path, plan: Plan, data: bytes, piece: str) -> None:
    (fault,) = Folder(tmp_path).write("units.csv", data).faults(plan)
    assert piece in str(fault)


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(min_value=1, max_value=len(GOOD) - 3))
def test_a_text_cut_inside_a_line_or_character_is_refused(plan: Plan, tmp_path_factory: Any, cut: int) -> None:
    """Only a cut between lines cannot be seen."""
    whole = Folder(tmp_path_factory.mktemp("cut")).write("units.csv", GOOD[:cut])
    try:
        units = whole.read(plan).tables["units"]
    except FactFaults:
        return
    assert GOOD[:cut].endswith((b"\r", b"\n"))
    assert units.height == len(GOOD[:cut].splitlines()) - 1


def test_cells_keep_commas_quotes_and_line_breaks(folder: Folder, plan: Plan) -> None:
    head, row = EVENT.replace(" | ", ","), 'e1,0101,county,2020-05-06,,,,确认,"通报,""甲""\n第二行"'
    after = "e2,0101,county,2020-05-06,,,,确认,乙\n"
    events = folder.write("events.csv", f"{head}\r\n{row}\r\n\r\n{after}".encode()).read(plan).tables["events"]
    assert events["document"].to_list() == ['通报,"甲"\n第二行', "乙"]
    assert events["row"].to_list() == [2, 4]


def test_files_that_are_no_facts_are_passed_over(folder: Folder, plan: Plan) -> None:
    for name in ("README.md", "truth.csv", ".hidden.csv", "~$units.xlsx", "ratings/~$a.xlsx"):
        folder.write(name, b"nothing")
    folder.csv("ratings/电话.csv", f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话")
    assert folder.read(plan).tables["ratings"]["source"].to_list() == ["ratings/电话.csv"]


# ---------------------------------------------------------------- spelling


def test_keys_are_mended_and_every_mending_is_listed(folder: Folder, plan: Plan) -> None:
    text = f"{PHONE}\nclient | ０１０１ | 满意\u3000 | ２０２０－０５－０６ | \u200b电话\n"
    folder.write("ratings.csv", text.replace(" | ", ",").encode())
    facts = folder.read(plan)
    assert facts.tables["ratings"].select("unit", "level", "channel").row(0) == ("0101", "满意", "电话")
    assert [(one.row, one.column, one.before, one.after) for one in facts.mended] == [
        (2, "unit", "０１０１", "0101"),
        (2, "level", "满意\u3000", "满意"),
        (2, "rated_on", "２０２０－０５－０６", "2020-05-06"),
        (2, "channel", "\u200b电话", "电话"),
    ]


def test_shown_text_keeps_its_characters(folder: Folder, plan: Plan) -> None:
    """NFKC would turn ㎡ into m2 and ① into 1."""
    folder.csv("units.csv", ROSTER.replace("治安大队", "①窗口（本级）㎡"))
    assert "①窗口（本级）㎡" in folder.read(plan).tables["units"]["name"].to_list()


def test_words_of_the_plan_may_stand_for_its_ids(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings.csv", f"{PHONE}\n服务对象满意度评价 | 0101 | 满意 | 2020-05-06 | 电话")
    folder.csv("events.csv", f"{EVENT}\ne1 | 0101 | 县级层面查实问题 | 2020-05-06 | | | aggravated | 确认 | 甲")
    tables = folder.read(plan).tables
    assert tables["ratings"]["method"].to_list() == ["client"]
    assert tables["events"]["item"].to_list() == ["county"]


def test_heads_may_be_english_chinese_or_another_accepted_word(folder: Folder, plan: Plan) -> None:
    folder.csv(
        "ratings.csv", "Method | 单位代码 | 评价等次 | rated_on | 渠道 \nclient | 0101 | 满意 | 2020-05-06 | 电话"
    )
    assert folder.read(plan).tables["ratings"].height == 1


DATES = ["2020-05-06", "2020-5-6", "2020/5/6", "2020.5.6", "2020年5月6日", "20200506", "43957", "2020-05-06 00:00:00"]


@pytest.mark.parametrize("text", DATES)
def test_a_day_may_be_written_in_these_ways(text: str) -> None:
    assert as_date(text) == date(2020, 5, 6)


MOMENTS = ["2020-05-06 13:30", "2020/5/6 13:30:00", "2020-05-06T13:30:00.000", "2020年5月6日13:30", "43957.5625"]


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_may_be_written_in_these_ways(text: str) -> None:
    assert as_moment(text) == datetime(2020, 5, 6, 13, 30)


@pytest.mark.parametrize(
    "text", ["2020-02-30", "20201131", "20-05-06", "5月6日", "2020-05-06Z", "2020-05/06", "12", "99999"]
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"日期|日历|年份"):
        as_date(text)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=6))
def test_numbers_are_exact(number: Decimal) -> None:
    assert as_decimal(format(number, "f")) == number


@pytest.mark.parametrize("text", ["1,000", "1e3", "nan", "三", "1.2.3", "0.1234567", "９９９" * 5, "1/2", "50%"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="数"):
        as_decimal(text)


# ---------------------------------------------------------------- Excel


def phone_sheet(change: Any) -> Any:
    """A sheet with one good row, into which `change` writes."""

    def write(book: Any, sheet: Any) -> None:
        for number, row in enumerate(cells(f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话")):
            sheet.write_row(number, 0, row)
        change(book, sheet)

    return write


SHEETS = [
    (lambda book, sheet: sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!"), "工作表“表” 第 2 行“等次”", "#DIV/0!"),
    (lambda book, sheet: sheet.write_formula(1, 4, "=A9", None, "#N/A"), "工作表“表” 第 2 行“渠道”", "出错的公式"),
    (lambda book, sheet: sheet.merge_range(1, 3, 1, 4, "电话"), "工作表“表” 第 2 行", "横向合并的单元格应拆开"),
    (lambda book, sheet: sheet.write_number(1, 1, 699), "工作表“表” 第 2 行“单位”", "名录中没有"),
    (lambda book, sheet: sheet.write_number(1, 1, 33032619800101123), "工作表“表” 第 2 行“单位”", "只保留 15 位"),
    (lambda book, sheet: sheet.write_number(1, 3, 999999), "工作表“表” 第 2 行“评价时间”", "应为日期"),
    (lambda book, sheet: sheet.write(0, 6, "备注"), "工作表“表” 表头", "没有这一列"),
    (lambda book, sheet: sheet.write(0, 4, "方式"), "工作表“表” 表头", "没有这一列"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "piece"), SHEETS)
def test_a_defect_of_a_sheet_is_named_at_its_cell(
    folder: Folder, plan: Plan, change: Any, where: str, piece: str
) -> None:
    faults = folder.xlsx("ratings.xlsx", 表=phone_sheet(change)).faults(plan)
    assert any(fault.where == where and piece in str(fault) for fault in faults)


def test_dates_and_numbers_of_excel_are_read_as_they_are_shown(folder: Folder, plan: Plan) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.write_datetime(1, 3, datetime(2020, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 0, ["client", "0102", "满意", 43957, "电话"])
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(4, 0, ["client", "0102", "满意", "", "电话"])
        sheet.write_datetime(4, 3, datetime(2020, 5, 6, 8, 30), moment)

    folder.xlsx("ratings.xlsx", 表=phone_sheet(change))
    folder.xlsx("marks.xlsx", 表=[cells(MARK)[0], ["supervisor", "0101", "主管部门", 4.3, ""]])
    tables = folder.read(plan).tables
    assert tables["ratings"]["rated_on"].to_list() == [
        datetime(2020, 5, 6),
        datetime(2020, 5, 6),
        datetime(2020, 5, 6, 8, 30),
    ]
    assert tables["ratings"]["row"].to_list() == [2, 3, 5]
    assert tables["marks"]["mark"].to_list() == [Decimal("4.3")]


def test_a_sum_of_floats_is_taken_with_the_digits_that_excel_shows(folder: Folder, plan: Plan) -> None:
    """xlsxwriter writes 16 digits, Excel 17; the stored cell is put in by hand."""
    folder.xlsx("marks.xlsx", 表=[cells(MARK)[0], ["supervisor", "0101", "主管部门", 4.7, ""]])
    path = folder.path / "marks.xlsx"
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b">4.7<", b">4.7000000000000002<")
    with ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    assert folder.read(plan).tables["marks"]["mark"].to_list() == [Decimal("4.7")]


def test_a_formula_that_was_never_counted_is_refused(folder: Folder, plan: Plan) -> None:
    folder.xlsx("ratings.xlsx", 表=phone_sheet(lambda book, sheet: sheet.write_formula(1, 4, "=A1", None, 7)))
    path = folder.path / "ratings.xlsx"
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"<v>7</v>", b"<v></v>")
    with ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    assert any("公式没有存下结果" in str(fault) for fault in folder.faults(plan))


def test_long_ids_are_fine_as_text(folder: Folder, plan: Plan) -> None:
    row = ["202011110000000001", "network", "0101", "满意", "2020-11-12", "p1", "服务对象"]
    folder.xlsx("ratings.xlsx", 表=[cells(BALLOT)[0], row])
    assert folder.read(plan).tables["ratings"]["form"].to_list() == ["202011110000000001"]


@pytest.mark.parametrize("rows", ["说明\n本表由评议办汇总", "2020年\n\n"])
def test_a_workbook_without_the_head_of_the_table_is_refused(folder: Folder, plan: Plan, rows: str) -> None:
    (fault,) = folder.xlsx("ratings.xlsx", 说明=rows).faults(plan)
    assert "没有一张工作表是评价记录" in str(fault)


def test_a_sheet_as_wide_as_the_table_is_not_taken_for_a_note(folder: Folder, plan: Plan) -> None:
    good = f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话"
    faults = folder.xlsx("ratings.xlsx", 一=good, 二="client | 0102 | 满意 | 2020-05-06 | 电话\n" * 3).faults(plan)
    assert {fault.where for fault in faults} == {"工作表“二” 表头"}


def test_a_workbook_that_is_none_is_refused(folder: Folder, plan: Plan) -> None:
    (fault,) = folder.write("ratings.xlsx", as_csv(PHONE).encode()).faults(plan)
    assert "这是改了后缀的 文本（CSV） 文件" in str(fault)


def test_a_damaged_workbook_or_parquet_file_is_refused(folder: Folder, plan: Plan) -> None:
    folder.xlsx("ratings.xlsx", 表=f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话")
    data = (folder.path / "ratings.xlsx").read_bytes()
    for cut in range(len(data) // 40, len(data), len(data) // 40):
        (fault,) = folder.write("ratings.xlsx", data[:cut]).faults(plan)
        assert "XLSX" in str(fault)
    (folder.path / "ratings.xlsx").unlink()
    (fault,) = folder.write("ratings.parquet", b"PAR1junkPAR1").faults(plan)
    assert "不是完整的 Parquet 文件" in str(fault)


# ---------------------------------------------------------------- Parquet


def ratings_frame(rows: int) -> pl.DataFrame:
    generator = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "method": ["client"] * rows,
            "unit": pl.Series(["0101", "0102", "0601"])[generator.integers(0, 3, rows)],
            "level": pl.Series(["满意", "基本满意", "不满意"])[generator.integers(0, 3, rows)].cast(pl.Categorical),
            "rated_on": pl.Series([date(2020, 5, 6), date(2020, 7, 1)])[generator.integers(0, 2, rows)],
            "channel": ["电话"] * rows,
            "respondent": [f"{number:032x}" for number in range(rows)],
        }
    )


def test_typed_columns_of_parquet_are_taken_as_they_are(folder: Folder, plan: Plan) -> None:
    frame = ratings_frame(100_000)
    folder.parquet("ratings.parquet", frame)
    facts = folder.read(plan)
    taken = facts.tables["ratings"]
    assert taken["level"].cast(pl.String).to_list() == frame["level"].cast(pl.String).to_list()
    assert taken["row"].to_list() == list(range(1, 100_001))
    assert taken.schema["rated_on"] == pl.Datetime("us")
    assert [one.accepted for one in facts.receipts if one.file == "ratings.parquet"] == [100_000]


def test_numbers_and_lists_of_parquet_are_taken_exactly(folder: Folder, plan: Plan) -> None:
    base = {"event": [1, 2], "unit": ["0101", "0101"], "item": ["undone", "county"], "status": ["confirmed"] * 2}
    rest = {"happened_on": [datetime(2020, 5, 6)] * 2, "document": ["甲", "乙"], "factors": [["cohandler"], None]}
    folder.parquet("events.parquet", pl.DataFrame({**base, **rest, "points": [3.1, None]}))
    events = folder.read(plan).tables["events"]
    assert events["points"].to_list() == [Decimal("-3.1"), None]
    assert events["event"].to_list() == ["1", "2"]
    assert events["factors"].to_list() == [["cohandler"], None]


PARQUET = [
    (pl.col("rated_on").cast(pl.Datetime("us", "UTC")), "不带时区"),
    (pl.struct("unit").alias("unit"), "类型读不懂"),
    (pl.lit("满").alias("level"), "满意、基本满意、不满意"),
    (pl.lit(4e17).alias("form"), "只保留 15 位"),
    (pl.lit(date(1899, 1, 1)).alias("rated_on"), "年份应在"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "piece"), PARQUET)
def test_a_defect_of_a_parquet_file_is_named(folder: Folder, plan: Plan, change: pl.Expr, piece: str) -> None:
    folder.parquet("ratings.parquet", ratings_frame(1).with_columns(change))
    assert piece in str(folder.faults(plan)[0])


# ---------------------------------------------------------------- duplicates and receipts


def test_a_row_with_a_key_counts_once(folder: Folder, plan: Plan) -> None:
    """Replayed ballots change nothing; ratings without a form are counted row by row."""
    ballot = "v1 | network | 0101 | 满意 | 2020-11-12 | p1 | 服务对象"
    folder.csv("ratings/a.csv", f"{BALLOT}\n{ballot}\n{ballot}").csv("ratings/b.csv", f"{BALLOT}\n{ballot}")
    folder.csv("ratings/c.csv", f"{PHONE}\n" + "client | 0101 | 满意 | 2020-05-06 | 电话\n" * 2)
    facts = folder.read(plan)
    assert facts.tables["ratings"].height == 3
    counted = [(one.file, one.rows_in, one.accepted, one.rejected, one.duplicates) for one in facts.receipts[1:]]
    assert counted == [("ratings/a.csv", 2, 1, 0, 1), ("ratings/b.csv", 1, 0, 0, 1), ("ratings/c.csv", 2, 2, 0, 0)]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("units", ROSTER),
        ("events", f"{EVENT}\ne1 | 0101 | county | 2020-05-06 | | | 情节严重 | 确认 | 甲"),
        ("history", "年度 | 单位 | 名单\n2019 | 0101 | 满意单位"),
        ("grades", "主管部门 | 考绩档次\n县发改局 | 优秀"),
        ("lots", "名次 | 抽签种子 | 抽签日期 | 依据文件\ntotal | 042 | 2020-12-01 | 记录"),
        ("counts", f"{COUNT}\nclient | 0101 | 满意 | 1 | 年终 | 短信"),
        ("marks", f"{MARK}\nsupervisor | 0101 | 主管部门 | 4.5 |\ndaily | 9001 | | 80 |"),
    ],
)
def test_every_table_with_a_key_drops_repeated_rows(folder: Folder, plan: Plan, table: str, text: str) -> None:
    head, *rows = text.strip().splitlines()
    facts = folder.csv(f"{table}.csv", "\n".join([head, *rows, *rows])).read(plan)
    receipt = next(one for one in facts.receipts if one.file == f"{table}.csv")
    assert facts.tables[table].height == receipt.accepted == receipt.duplicates == len(rows)


def test_the_same_file_twice_is_refused_where_rows_have_no_key(folder: Folder, plan: Plan) -> None:
    text = f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话"
    (fault,) = folder.csv("ratings/a.csv", text).csv("ratings/b.csv", text).faults(plan)
    assert "与 ratings/a.csv 的内容完全相同" in str(fault)


def test_a_contradiction_across_files_names_both_rows(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings/a.csv", f"{BALLOT}\nv1 | network | 0101 | 满意 | 2020-11-12 | p1 | 服务对象")
    folder.csv("ratings/b.csv", f"{BALLOT}\nv1 | network | 0101 | 满意 | 2020-11-13 | p1 | 服务对象")
    (fault,) = folder.faults(plan)
    assert fault.file.endswith("ratings/b.csv")
    assert "与 ratings/a.csv 第 2 行的" in str(fault)


# ---------------------------------------------------------------- rules of other plans


def test_the_only_cycle_need_not_be_written(folder: Folder, plan: Plan) -> None:
    folder.csv("marks.csv", f"{MARK}\nsupervisor | 0101 | 主管部门 | 4.5 |")
    assert folder.read(plan).tables["marks"]["cycle"].to_list() == ["全年"]


def test_open_points_need_their_sign(folder: Folder) -> None:
    """Where a component starts from a base, points without bounds might cost or earn."""
    other = {"components.inspection.events.items.other": {"name": "其他问题", "points": None}}
    open_item = read_patched(PLAN, other | {"components.inspection.events.cap": "20"})
    row = "e{} | 0101 | other | 2020-05-06 | | {} | | 确认 | 甲"
    (fault,) = folder.csv("events.csv", f"{EVENT}\n{row.format(1, 3)}").faults(open_item)
    assert "应写明正负" in str(fault)
    folder.csv("events.csv", "\n".join([EVENT, row.format(1, "-3"), row.format(2, "+2.5")]))
    assert folder.read(open_item).tables["events"]["points"].to_list() == [Decimal(-3), Decimal("2.5")]


def test_a_ladder_gives_its_own_points(folder: Folder) -> None:
    strikes = {"components.inspection.events.items.strike": {"name": "连续违规", "ladder": ["-1", "-3", "-10"]}}
    row = f"{EVENT}\ne1 | 0101 | strike | 2020-05-06 | | 3 | | 确认 | 甲"
    (fault,) = folder.csv("events.csv", row).faults(read_patched(PLAN, strikes))
    assert "按次数计分" in str(fault)


def test_contents_of_a_form_are_rated_one_by_one(folder: Folder) -> None:
    items = read_patched(PLAN, {"components.client.ratings.items": ["服务态度", "办事效率"]})
    row = "f1 | client | 0101 | 满意 | 2020-05-06 | 电话 | {}"
    head = "表单编号 | 指标 | 单位 | 等次 | 评价时间 | 渠道 | 评价内容"
    folder.csv("ratings.csv", "\n".join([head, row.format("服务态度"), row.format("办事效率")]))
    assert folder.read(items).tables["ratings"]["item"].to_list() == ["服务态度", "办事效率"]
    (fault,) = folder.csv("ratings.csv", f"{head}\n{row.format('')}").faults(items)
    assert "服务态度、办事效率" in str(fault)


def test_measured_rates_need_a_denominator(folder: Folder) -> None:
    measures = {"of": "rate", "numerator": "按期", "denominator": "全部"}
    patch = {"components.supervisor.marks": None, "components.supervisor.measures": measures, "readings": []}
    rates = read_patched(PLAN, patch)
    folder.csv("measures.csv", "指标 | 单位 | 分子 | 分母\nsupervisor | 0101 | 97 | 100")
    assert folder.read(rates).tables["measures"]["denominator"].to_list() == [Decimal(100)]
    folder.csv("measures.csv", "指标 | 单位 | 分子 | 分母\nsupervisor | 0101 | 97 | \nsupervisor | 0102 | 97 | 0")
    assert [fault.where for fault in folder.faults(rates)] == ["第 2 行“分母”", "第 3 行“分母”"]


def test_roster_columns_of_the_plan_are_read_as_text(folder: Folder) -> None:
    wide = read_patched(PLAN, {"units.columns": {"staff": "在编人数"}})
    text = ROSTER.strip().replace("\n", " | 012\n").replace("所属系统 | 012", "所属系统 | 在编人数") + " | 7"
    assert folder.csv("units.csv", text).read(wide).tables["units"]["staff"].to_list() == ["012"] * 7 + ["7"]
    (fault,) = folder.csv("units.csv", ROSTER).faults(wide)
    assert "缺少“在编人数”一列" in str(fault)


QUOTAS = [
    (("0601 4.5", "0605 4.2"), [2, 3], "县公安局有 3 个单位，“优秀”档至多 1 个，现有 2 个"),
    (("0601 4.5", "0605 3.2", "0611 1"), [], ""),
    (("0101 4.5", "0102 4.1", "0103 3", "0104 1"), [], ""),
    (("0101 4.5", "0102 4.1", "0103 4", "0104 1"), [2, 3, 4], "至多 2 个"),
    (("0101 4.5", "0102 4.1", "0103 3", "0104 3.1"), [2, 3, 4, 5], "余下 1 个"),
]


@pytest.mark.parametrize(("marks", "lines", "piece"), QUOTAS)
def test_bands_hold_as_many_units_of_an_organ_as_the_plan_allows(
    folder: Folder, plan: Plan, marks: tuple[str, ...], lines: list[int], piece: str
) -> None:
    """四(一)3: up to three units one in each band; more: equal parts, what remains over in different bands."""
    rows = [f"supervisor | {one.split()[0]} | 主管部门 | {one.split()[1]} |" for one in marks]
    folder.csv("marks.csv", "\n".join([MARK, *rows]))
    faults = folder.faults(plan) if lines else folder.read(plan) and []
    assert [fault.where for fault in faults] == [f"第 {line} 行“评分”" for line in lines]
    assert all(piece in str(fault) for fault in faults)


def test_a_township_marks_units_of_many_organs_and_has_no_quota(folder: Folder, plan: Plan) -> None:
    folder.csv("marks.csv", f"{MARK}\nsupervisor | 0605 | 乡镇 | 4.5 |\nsupervisor | 0611 | 乡镇 | 4.6 |")
    assert folder.read(plan).tables["marks"].height == 2


def test_exempt_units_leave_more_room_to_nobody(folder: Folder, plan: Plan) -> None:
    """With one of four exempt there are three units, and one place in each band."""
    folder.csv("marks.csv", f"{MARK}\nsupervisor | 0101 | 主管部门 | 4.5 |\nsupervisor | 0102 | 主管部门 | 4.6 |")
    assert folder.read(plan).tables["marks"].height == 2
    folder.csv("history.csv", "年度 | 单位 | 名单\n2018 | 0104 | 满意单位\n2019 | 0104 | 满意单位")
    assert "县发改局有 3 个单位" in str(folder.faults(plan)[0])


# ---------------------------------------------------------------- the codebook


def test_the_codebook_names_every_head_once_in_a_table() -> None:
    for table in codebook().facts.values():
        heads = [head for column in table.columns for head in (column.name, column.head, *column.also)]
        assert len(heads) == len(set(heads)), table.name
        assert all(column.says for column in table.columns), table.name


@pytest.mark.parametrize(("age", "waited"), [(0.25, [0.75]), (1.0, []), (3600.0, []), (-60.0, [])])
def test_a_file_that_is_being_written_is_waited_for(tmp_path, monkeypatch, age, waited):
    """Until it has rested a second; what is older, or comes from a clock that is ahead, is read at once."""
    asked: list[float] = []
    monkeypatch.setattr(folder_module.time, "sleep", asked.append)
    monkeypatch.setattr(folder_module.time, "time", lambda: 1_000_000.0)
    old, young = tmp_path / "old.csv", tmp_path / "young.csv"
    for path, moment in ((old, 900_000.0), (young, 1_000_000.0 - age)):
        path.write_text("x", encoding="utf-8")
        os.utime(path, (moment, moment))
    folder_module.wait_until_quiet([old, young, tmp_path / "gone.csv"], 1.0)
    assert asked == waited
