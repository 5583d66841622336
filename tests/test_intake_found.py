"""Files as they come from offices and platforms: what people see is what is read, or it is a fault; nothing is counted
twice in silence.
"""

import random
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from pingyi.common.characters import describe_seed, normal_seed, unprintable
from pingyi.common.faults import Fault, describe_faults
from pingyi.facts.intake.file_formats import open_workbook
from pingyi.facts.intake.number_formats import Showing, format_of, has_too_many_digits, plain_number
from pingyi.facts.intake.persons import is_nobody
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from tests.equivalent import Cell, Sheet, as_xls, as_xlsx, parts_of, rewritten
from tests.test_intake import BALLOT, COUNT, EVENT, MARK, PHONE, PLAN, ROSTER, Folder, as_csv, cells, read_whole
from tests.test_intake_delivered import packed

pytestmark = pytest.mark.slow

ROW = "client | 0101 | 满意 | 2020-05-06 | 电话"
LOT = "名次 | 抽签种子 | 抽签日期 | 依据文件"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder of facts whose name looks like a pattern, beside one that the pattern would match."""
    Folder(tmp_path / "甲1乙 丙").csv("units.csv", "单位编号 | 单位名称\n9 | 邻居")
    return Folder(tmp_path / "甲?乙 *").csv("units.csv", ROSTER)


def one_fault(folder: Folder, plan: Plan) -> Fault:
    (fault,) = folder.faults(plan)
    return fault


def sheet(text: str, **changed: Cell) -> Sheet:
    """The rows of a table written with bars. changed: cells as spreadsheets name them (D2) and what stands there."""
    rows = [[Cell(one) for one in row] for row in cells(text)]
    for name, cell in changed.items():
        rows[int(name[1:]) - 1][ord(name[0]) - ord("A")] = cell
    return Sheet(rows)


# ---------------------------------------------------------------- what a number format shows

SHOWN = [
    ("00000", "94", "00094", True), ("0%", "0.81", "81%", False), ("0.0%", "0.855", "85.5%", False),
    ("0.00", "85", "85.00", True), ("0.00", "4.567", "4.57", False), ("0.00", "-0.125", "-0.13", False),
    ("#,##0", "1234567", "1,234,567", True), ("#,##0.00", "1234.5", "1,234.50", True), ('0"分"', "81", "81分", True),
    ('0"%"', "81", "81%", False), ('0"万"', "81", "81万", False), ('"1"0', "81", "181", False),
    ('0!.0,"万"', "12000", "1.2万", False), ("0.0,", "12345", "12.3", False), ("000-0000", "123456", "012-3456", False),
    (";;;", "5", "", False), ("0;-0;;@", "0", "", False), ("0.00;[Red]0.00", "-5", "5.00", False),
    (r"0.00_);\(0.00\)", "-5", "(5.00)", True), ("[$¥-804]#,##0.00", "12.5", "¥12.50", True),
    ('[>=60]"合格";"不合格"', "70", "合格", False), ('[>=60]"合格";"不合格"', "50", "不合格", False),
    ("0.00E+00", "12345", "1.23E+04", False), ("0.##", "4", "4.", True), ("[h]:mm", "1.5", None, False),
    ("# ?/?", "0.5", None, False), ("[DBNum1]0", "5", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("code", "stored", "shown", "same"), SHOWN)
def test_a_format_shows_a_number(code: str, stored: str, shown: str | None, same: bool) -> None:
    found = format_of(code)
    assert found is not None
    assert found.show_number(stored) == (stored, Showing(shown, same))


@pytest.mark.parametrize("code", ["", "General", "@", "0.00", "0", "#,##0"])
def test_what_a_format_does_not_change_is_not_told(code: str) -> None:
    found = format_of(code)
    assert found is None or found.show_number("5" if "." not in code else "5.25")[1] is None


@pytest.mark.parametrize(
    ("code", "stored", "moment"),
    [
        ("yyyy-mm-dd", "43958", "2020-05-07 00:00:00"),
        ('m"月"d"日"', "43958.5", "2020-05-07 12:00:00"),
        ("yyyy/m/d h:mm:ss", "43958.354166666664", "2020-05-07 08:30:00"),
        ("mm:ss.0", "43958.0000023148", "2020-05-07 00:00:00.2"),
    ],
)
def test_a_day_is_kept_as_a_day(code: str, stored: str, moment: str) -> None:
    found = format_of(code)
    assert found is not None
    assert found.show_number(stored) == (moment, Showing(None, True))


@pytest.mark.parametrize(
    ("raw", "text"),
    [("4.5999999999999996", "4.6"), ("5.0", "5"), (" 5 ", "5"), ("1E-7", "0.0000001"), ("-0", "0"), ("0.1", "0.1")],
)
def test_a_number_has_fifteen_digits_at_most(raw: str, text: str) -> None:
    assert plain_number(raw) == text


def test_a_whole_number_of_more_digits_is_told() -> None:
    assert [has_too_many_digits(plain_number(one)) for one in ("123456789012345", "1234567890123456", "3.3E+17")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("raw", ["", "abc", "nan", "inf", "1_000"])
def test_what_is_no_number_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=raw or "could not"):
        plain_number(raw)


# ---------------------------------------------------------------- workbooks: what is seen is what is read

RATED = f"{PHONE}\n{ROW}"
MARKED = f"{MARK}\nsupervisor | 0101 | 主管部门 | 4.5 |"
PLACES = [(0, 0), (2, 1), (30, 5)]


def put(folder: Folder, table: str, made: Sheet, form: str, down: int, right: int) -> Folder:
    data = as_xls(made, down, right) if form == "xls" else rewritten(random.Random(down), as_xlsx(made), down, right)
    return folder.write(f"{table}.{form}", data)


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize(("down", "right"), PLACES)
@pytest.mark.parametrize(
    ("stored", "code", "said"),
    [
        (0.81, "0%", "却显示成百分数"),
        (4.56, "0.0", "却显示成“4.6”"),
        (4.5, ";;;", "显示成空白"),
    ],
)
def test_a_mark_that_shows_another_number_is_refused_at_its_cell(
    folder: Folder, plan: Plan, form: str, down: int, right: int, stored: float, code: str, said: str
) -> None:
    put(folder, "marks", sheet(MARKED, D2=Cell(stored, code)), form, down, right)
    fault = one_fault(folder, plan)
    assert (fault.where, fault.found) == (f"工作表“表” 第 {2 + down} 行“评分”", str(stored)), str(fault)
    assert said in fault.wanted


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize(("down", "right"), PLACES)
def test_texts_are_as_they_are_shown(folder: Folder, plan: Plan, form: str, down: int, right: int) -> None:
    """A seed and a document's number, stored as numbers and shown with zeros or words."""
    lot = f"{LOT}\ntotal | | 2020-12-01 | "
    put(folder, "lots", sheet(lot, B2=Cell(94, "00000"), D2=Cell(12, '"第"0"号"')), form, down, right)
    assert folder.read(plan).tables["lots"].select("seed", "document").row(0) == ("00094", "第12号")


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize(
    ("cell", "said"), [(Cell(44147, "yyyy-mm-dd"), "存的是日期"), (Cell(1.5, "[h]:mm"), "显示成别的")]
)
def test_a_text_that_only_its_program_can_show_is_a_fault(
    folder: Folder, plan: Plan, form: str, cell: Cell, said: str
) -> None:
    put(folder, "lots", sheet(f"{LOT}\ntotal | | 2020-12-01 | 记录", B2=cell), form, 0, 0)
    fault = one_fault(folder, plan)
    assert (fault.where, said in fault.wanted) == ("工作表“表” 第 2 行“抽签种子”", True), str(fault)


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_a_truth_in_a_text_is_what_is_shown(folder: Folder, plan: Plan, form: str) -> None:
    put(folder, "lots", sheet(f"{LOT}\ntotal | 7 | 2020-12-01 | ", D2=Cell(True)), form, 0, 0)
    assert folder.read(plan).tables["lots"]["document"].to_list() == ["TRUE"]


HAPPENED = f"{EVENT}\ne1 | 0101 | county | 2020-05-06 | | | | 确认 | 文"


@pytest.mark.parametrize(("down", "right"), PLACES)
@pytest.mark.parametrize(
    ("value", "said"), [("<v></v>", "没有存下结果"), ("", "没有存下结果"), ("str", "公式的结果是空的")]
)
def test_a_formula_without_a_result_is_no_single_case(
    folder: Folder, plan: Plan, down: int, right: int, value: str, said: str
) -> None:
    made = as_xlsx(sheet(HAPPENED, E2=Cell(7, formula="1+4")))
    parts = parts_of(made)
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    stored = ' t="str"><f>1+4</f><v></v>' if value == "str" else f"><f>1+4</f>{value}"
    assert "><f>1+4</f><v>7</v>" in xml
    parts["xl/worksheets/sheet1.xml"] = xml.replace("><f>1+4</f><v>7</v>", stored).encode()
    folder.write("events.xlsx", rewritten(random.Random(down), packed(**parts), down, right))
    fault = one_fault(folder, plan)
    assert (fault.where, said in fault.wanted) == (f"工作表“表” 第 {2 + down} 行“件数”", True), str(fault)


@pytest.mark.parametrize("form", ["xlsx", "xls"])
@pytest.mark.parametrize(("down", "right"), PLACES)
def test_merged_hidden_and_struck_rows_are_taken_and_told(
    folder: Folder, plan: Plan, form: str, down: int, right: int
) -> None:
    made = sheet(f"{PHONE}\n{ROW}\nclient | | 满意 | 2020-05-07 | 电话\n{ROW}")
    made.rows[3] = [Cell(one.value, struck=True) for one in made.rows[3]]
    made.merged, made.hidden_rows, made.hidden_columns = [(1, 2, 1)], [2], [4]
    facts = put(folder, "ratings", made, form, down, right).read(plan)
    assert facts.tables["ratings"]["unit"].to_list() == ["0101"] * 3
    assert [one.said for one in facts.notices] == [
        "“单位”有合并单元格，1 行按合并的值导入",
        f"第 {3 + down} 行是隐藏的，照常导入；不该算的请删去",
        f"第 {4 + down} 行有划去的字，照常导入；不该算的请删去",
        "“渠道”一列是隐藏的，照常导入；请核对",
    ]


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ABC1"])
def test_a_far_cell_is_refused_at_once(folder: Folder, plan: Plan, reference: str) -> None:
    """Quotes of either kind; no grid is laid between the cells."""
    row = reference.lstrip("ABCDFX")
    parts = parts_of(as_xlsx(sheet(RATED)))
    far = f"<row r='{row}'><c r='{reference}' t='inlineStr'><is><t>x</t></is></c></row></sheetData>"
    xml = parts["xl/worksheets/sheet1.xml"].decode().replace("</sheetData>", far)
    start = time.perf_counter()
    folder.write("ratings.xlsx", packed(**{**parts, "xl/worksheets/sheet1.xml": xml.encode()}))
    faults = folder.faults(plan)
    assert time.perf_counter() - start < 5
    wide = reference != "A1048576"
    assert ("太大，不读" in str(faults[0])) == wide, "a far row alone takes no room: it is a stray row"
    assert wide or f"第 {row} 行" in faults[0].where


def test_rows_without_end_are_refused_before_they_fill_the_memory(
    folder: Folder, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pingyi.facts.intake.xlsx.LONGEST", 100_000)
    parts = parts_of(as_xlsx(sheet(RATED)))
    xml = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b"<row>" + b"<c/>" * 60_000 + b"</row></sheetData>"
    )
    folder.write("ratings.xlsx", packed(**{**parts, "xl/worksheets/sheet1.xml": xml}))
    assert "不是完整的 XLSX" in str(one_fault(folder, plan))


def test_the_same_cell_twice_is_no_whole_file(folder: Folder, plan: Plan) -> None:
    parts = parts_of(as_xlsx(sheet(RATED)))
    again = b'<row r="2"><c r="B2" t="inlineStr"><is><t>0102</t></is></c></row></sheetData>'
    xml = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", again)
    folder.write("ratings.xlsx", packed(**{**parts, "xl/worksheets/sheet1.xml": xml}))
    assert "不是完整的 XLSX" in str(one_fault(folder, plan))


def test_a_large_workbook_is_read_in_seconds() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet("表")
    for row in range(10_000):
        for place in range(6):
            page.write(row, place, f"v{row}" if place < 4 else row * 1.01)
    book.close()
    start = time.process_time()
    (grid,) = open_workbook(out.getvalue(), ".xlsx")
    assert grid.frame.shape == (10_000, 7)
    assert time.process_time() - start < 2


# ---------------------------------------------------------------- texts


def test_a_mark_of_the_end_is_no_row(folder: Folder, plan: Plan) -> None:
    folder.write("units.csv", as_csv(ROSTER).encode() + b"\x1a").write("ratings.csv", as_csv(RATED).encode() + b"\x1a")
    assert folder.read(plan).tables["ratings"].height == 1


def test_characters_that_gb18030_has_since_2022_are_read(folder: Folder, plan: Plan) -> None:
    data = as_csv(ROSTER.replace("发展规划综合科", "发展规划〇科")).encode("gb18030")
    folder.write("units.csv", data.replace("〇".encode("gb18030"), b"\xfe\x59\xa6\xd9"))
    assert folder.read(plan).tables["units"]["name"][0] == "发展规划\u9fb4\ufe10科"


def test_lines_wrapped_in_quotes_are_told_as_such(folder: Folder, plan: Plan) -> None:
    wrapped = "".join(f'"{line}"\n' for line in as_csv(RATED).splitlines())
    fault = one_fault(folder.write("ratings.csv", wrapped.encode()), plan)
    assert "整个被引号包住" in str(fault)


PAGES = [
    "<!-- made by x -->\n\n<TABLE><tr><td>1</td></tr></TABLE>",
    f"<!-- {'x' * 9000} --><table><tr><td>1</td></tr></table>",
    "<div><table><tr><td>1</td></tr></table></div>",
    '<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml"></html>',
    "<style>td{}</style><table></table>",
    "<o:wrapped><table></table></o:wrapped>",
    "MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html></html>",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_is_told_as_a_page(folder: Folder, plan: Plan, page: str, encoding: str) -> None:
    fault = one_fault(folder.write("ratings.xls", page.encode(encoding)), plan)
    assert "后缀是 .xls，内容却是网页（HTML）文件" in str(fault)


# ---------------------------------------------------------------- the roster


def test_the_roster_is_blamed_for_its_own_lost_zeros(folder: Folder, plan: Plan) -> None:
    folder.csv("units.csv", ROSTER.replace("0103     |", "103      |"))
    fault = one_fault(folder.csv("ratings.csv", f"{PHONE}\nclient | 0103 | 满意 | 2020-05-06 | 电话"), plan)
    assert (fault.file.rpartition("/")[2], fault.where, fault.near) == ("units.csv", "第 4 行“单位编号”", "0103")


def test_a_roster_that_lost_all_its_zeros_is_named(folder: Folder, plan: Plan) -> None:
    rows = "\n".join(line.replace(" 0", " ") for line in ROSTER.splitlines() if "9001" not in line)
    folder.csv("units.csv", rows)
    fault = one_fault(folder.csv("ratings.csv", RATED), plan)
    assert fault.near.startswith("101 发展规划综合科（名录里的编号像是丢了前面的 0")


def test_one_unit_under_two_codes_is_told(folder: Folder, plan: Plan) -> None:
    row = "0111 | 昆阳派出所 | 管理执法类 | 县公安局 | 昆阳镇 | 双重 |"
    facts = folder.csv("units.csv", f"{ROSTER.rstrip()}\n{row}").read(plan)
    assert "0111 与第 7 行 0605 同名（昆阳派出所）" in str(facts.notices[0])
    other = folder.csv("units.csv", f"{ROSTER.rstrip()}\n{row.replace('昆阳镇', '鳌江镇')}").read(plan)
    assert other.notices == []


@pytest.mark.parametrize("written", ["１２３４５６７８", " 12345678", "12345678\u3000", "\u200b12345678"])
def test_a_seed_has_one_form(folder: Folder, plan: Plan, written: str) -> None:
    folder.write("lots.csv", f"{as_csv(LOT)}total,{written},2020-12-01,记录\n".encode())
    facts = folder.read(plan)
    assert facts.tables["lots"]["seed"].to_list() == ["12345678"]
    assert [one.after for one in facts.mended] == ["12345678"]
    assert normal_seed(written) == "12345678"


def test_spaces_and_capitals_of_a_seed() -> None:
    assert normal_seed(" 6  2\u30005 ａB ") == "6 2 5 aB"
    assert describe_seed("6 2") == "6 2（3 个字符，其中 1 个空格）"


def test_characters_that_documents_cannot_print_are_told() -> None:
    assert unprintable("县㙍𬭎科䶮鿍\ue000（本级）·1") == ["㙍", "𬭎", "䶮", "鿍", "\ue000"]


# ---------------------------------------------------------------- who rates


@pytest.mark.parametrize(
    "text",
    [
        "匿名",
        "无",
        "-",
        "N/A",
        "(空)",
        "null",
        "不详",
        "群众",
        "微信用户",
        "10.0.0.1",
        "10.1.2.3(浙江)",
        "——",
        "fe80::1",
    ],
)
def test_many_are_called_so(text: str) -> None:
    assert is_nobody(text)


@pytest.mark.parametrize("text", ["p1", "a15342668610e4ce", "12", "A-12", "代表03", "群众甲", "无锡01", "1.2"])
def test_some_are_somebody(text: str) -> None:
    assert not is_nobody(text)


def test_nobody_is_not_one_person(folder: Folder, plan: Plan) -> None:
    votes = [
        f"v{n} | network | 0101 | 满意 | 2020-11-12 | {who} | 服务对象"
        for n, who in enumerate(["匿名", "匿名", "无", "p1"])
    ]
    facts = folder.csv("ratings.csv", "\n".join([BALLOT, *votes])).read(plan)
    assert facts.tables["ratings"]["respondent"].n_unique() == 4
    assert facts.tables["ratings"]["respondent"][3] == "p1"
    assert "“匿名”、“无” 的 3 行认不出是谁，不当作同一个人" in str(facts.notices[0])


# ---------------------------------------------------------------- batches


def hour(n: int) -> str:
    return f"2020-05-{1 + n % 23:02d} {8 + n // 60:02d}:{n % 60:02d}:00"


def rows_of(first: int, last: int, timed: bool = True) -> list[str]:
    units, levels = ("0101", "0102", "0103", "0601", "0611"), ("满意", "基本满意", "不满意")
    days = (hour(n) if timed else hour(n)[:10] for n in range(first, last))
    return [
        f"client | {units[n * 7 % 5]} | {levels[n * n % 3]} | {day} | 电话"
        for n, day in zip(range(first, last), days, strict=True)
    ]


def two(folder: Folder, one: list[str], other: list[str]) -> Folder:
    folder.csv("ratings/a.csv", "\n".join([PHONE, *one]))
    return folder.csv("ratings/b_更正.csv", "\n".join([PHONE, *other]))


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("change", ["a cell", "half"])
def test_a_batch_that_comes_again_in_part_is_asked_about(folder: Folder, plan: Plan, timed: bool, change: str) -> None:
    first = rows_of(0, 60, timed)
    again = [*first[:-1], first[-1].replace("电话", "短信")] if change == "a cell" else rows_of(30, 90, timed)
    fault = one_fault(two(folder, first, again), plan)
    assert fault.file.endswith("b_更正.csv")
    assert f"有 {59 if change == 'a cell' else 30} 行与 ratings/a.csv 的相同（共 60 行）" in fault.wanted
    assert "“与前批关系”填 替代 或 补充" in fault.wanted


@pytest.mark.parametrize(("relation", "taken"), [("替代", 60), ("补充", 120)])
def test_the_sender_says_what_a_batch_is_to_an_earlier_one(
    folder: Folder, plan: Plan, relation: str, taken: int
) -> None:
    first = rows_of(0, 60)
    two(folder, first, [*first[:-1], first[-1].replace("电话", "短信")])
    folder.write("ratings/清单.csv", f"文件,与前批关系,前批文件\nb_更正.csv,{relation},a.csv\n".encode())
    facts = folder.read(plan)
    assert facts.tables["ratings"].height == taken
    first_file = next(one for one in facts.receipts if one.file == "ratings/a.csv")
    assert (first_file.accepted, first_file.duplicates) == ((0, 60) if relation == "替代" else (60, 0))
    assert any("被 ratings/b_更正.csv 替代" in one.said for one in facts.notices) == (relation == "替代")


def test_a_relation_is_one_of_two_and_names_its_file(folder: Folder, plan: Plan) -> None:
    two(folder, rows_of(0, 20), rows_of(60, 80))
    folder.write("ratings/清单.csv", "文件,与前批关系\na.csv,替换\nb_更正.csv,替代\n".encode())
    assert [fault.where for fault in folder.faults(plan)] == ["第 2 行“与前批关系”", "第 3 行"]


def test_two_days_have_nothing_in_common(folder: Folder, plan: Plan) -> None:
    assert two(folder, rows_of(0, 60), rows_of(55, 120)).read(plan).tables["ratings"].height == 125


def test_records_and_counts_of_the_same_are_not_added(folder: Folder, plan: Plan) -> None:
    folder.csv(
        "counts.csv", f"{COUNT}\nclient | 0101 | 满意 | 5 | 半年度 | 电话\nclient | 0102 | 满意 | 5 | 半年度 | 电话"
    )
    folder.csv("ratings.csv", RATED)
    fault = one_fault(folder, plan)
    assert "（半年度）有 1 个单位（如 0101）既有评价记录（1 行）又有票数汇总" in fault.wanted
    folder.csv(
        "counts.csv", f"{COUNT}\nclient | 0101 | 满意 | 5 | 半年度 | 短信\nclient | 0101 | 满意 | 5 | 年终 | 电话"
    )
    assert folder.read(plan).tables["counts"].height == 2


@pytest.mark.parametrize("written", ["*", "＊", "<5", "＜ 10", "少于5", "隐去"])
def test_a_hidden_number_is_neither_none_nor_missing(folder: Folder, plan: Plan, written: str) -> None:
    text = f"{COUNT}\nclient | 0101 | 满意 | 5 | 年终 | 短信\nclient | 0101 | 不满意 | {written} | 年终 | 短信"
    facts = folder.csv("counts.csv", text).read(plan)
    assert facts.tables["counts"]["votes"].to_list() == [5, None]
    assert "1 行的票数被隐去" in str(facts.notices[0])
    fault = one_fault(folder.csv("counts.csv", text.replace(written, "")), plan)
    assert fault.wanted == "不能为空"


# ---------------------------------------------------------------- folders


def test_what_systems_leave_is_told(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings/一.csv", RATED)
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "__MACOSX/._units.csv",
        "~$旧.xlsx",
        "ratings/._一.csv",
        "ratings/desktop.ini",
    ):
        folder.write(name, b"x")
    facts = folder.read(plan)
    assert facts.tables["ratings"].height == 1
    assert [(one.file, one.said) for one in facts.notices] == [
        (folder.path.name, ".DS_Store、Thumbs.db、__MACOSX、~$旧.xlsx是系统或程序留下的，没有导入"),
        ("ratings", "._一.csv、desktop.ini是系统或程序留下的，没有导入"),
    ]


FORMS: dict[str, Any] = {
    "csv": lambda rows: as_csv("\n".join(" | ".join(row) for row in rows)).encode(),
    "xlsx": lambda rows: as_xlsx(Sheet([[Cell(one) for one in row] for row in rows])),
    "xls": lambda rows: as_xls(Sheet([[Cell(one) for one in row] for row in rows])),
}


@pytest.mark.parametrize("form", [*FORMS, "parquet"])
def test_a_path_is_no_pattern(folder: Folder, plan: Plan, tmp_path: Path, form: str) -> None:
    """Files, their copies in a cache, and links, whatever the folder is called."""
    rows = cells(RATED)
    if form == "parquet":
        out = BytesIO()
        pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(out)
        folder.write("ratings/[a]?.parquet", out.getvalue())
    else:
        folder.write(f"ratings/[a]?.{form}", FORMS[form](rows))
    for _ in range(2):
        facts = read_whole(folder.path, plan, cache=tmp_path / "c[1]?")
        assert facts.tables["ratings"].select("unit", "source").row(0) == ("0101", f"ratings/[a]?.{form}")


# ---------------------------------------------------------------- one message for a cause


def test_faults_of_one_cause_are_one_message(folder: Folder, plan: Plan) -> None:
    """Rows as stretches, each value once; another cause, column or near value stands apart."""
    rows = ["client | 0101 | 5 | 2020-05-06 | 电话"] * 3 + [ROW] + ["client | 0101 | 好 | 2020-05-06 | 电话"]
    folder.csv("ratings.csv", "\n".join([PHONE, *rows, "client | 0101 | 满意 | 5月 | 电话"]))
    lines = describe_faults(folder.faults(plan), "未导入任何一行").splitlines()
    assert lines[0].endswith("ratings.csv 有 5 处问题，未导入任何一行")
    assert lines[1].startswith("  第 2—4、6 行“等次”：读到“5”、“好”，应为 满意、"), lines
    assert lines[2].startswith("  第 7 行“评价时间”：读到“5月”，"), lines


def test_columns_that_a_table_does_not_have_are_one_message(folder: Folder, plan: Plan) -> None:
    folder.csv("ratings.csv", f"{PHONE} | 序号 | 来源\n{ROW} | 1 | 微信")
    assert "  表头：读到“序号”、“来源”，这张表没有这一列" in describe_faults(folder.faults(plan), "").splitlines()


def test_long_lists_of_faults_are_cut_and_counted() -> None:
    many = [Fault("a.csv", f"第 {2 * row} 行“评分”", str(row), "应为数", order=(row,)) for row in range(1, 21)]
    (_, line) = describe_faults(many, "").splitlines()
    assert line.startswith("  第 2、4、6、8、10 等 20 行“评分”：读到“1”、")
    assert "、“12” 等 20 种，应为数" in line
    apart = [Fault("a.csv", f"第 2 行“列{n}”", "", f"应为{n}", order=(n,)) for n in range(45)]
    assert describe_faults(apart, "").splitlines()[-1] == "  ……另有 5 处"
