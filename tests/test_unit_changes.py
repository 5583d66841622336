"""Units that change, as the office meets them: what is refused, what is told, what the next year is handed."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pingyi.cli import app
from pingyi.common import paths
from pingyi.scenarios.years import compare_years
from pingyi.scenarios.years import describe_years as years_told
from tests.small import UNITS, project, write
from tests.test_whatif import edition

pytestmark = pytest.mark.slow

HEAD = "单位编号,单位名称,类别,主管部门,管理类型,前身,并入,设立日期,撤销日期,变动日期,原类别,原主管部门"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, as the place where commands run."""
    folder = project(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(paths, "root", lambda: folder)
    return folder


def roster(folder: Path, **changes: str) -> None:
    """The roster, some rows with what they say of changes: 前身,并入,设立日期,撤销日期,变动日期,原类别,原主管部门."""
    said = {unit: changes.get(unit, "").split(",") for unit in UNITS}
    rows = [
        ",".join([unit, f"{unit}科,机关,某局,单独", *cells, *[""] * (7 - len(cells))]) for unit, cells in said.items()
    ]
    write(folder, "units", [HEAD, *rows])


def history(folder: Path, *rows: str) -> None:
    """Earlier years' lists."""
    write(folder, "history", ["年度,单位,名单,单位名称", *rows])


def checked(code: int = 0) -> str:
    """What `pingyi check` says."""
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == code, done.output
    return done.output


def test_a_unit_that_moved_within_the_year_is_told(small):
    roster(small, 甲=",,,,2020-06-30,站所,某办")
    assert "甲科" in (said := checked())
    assert "2020-06-30 由 站所 改为 机关 由 某办 划归 某局" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (",,2020-07-01,2020-06-01", "第 2 行“撤销日期”：读到“2020-06-01”，早于设立日期 2020-07-01，请核对这两个日期"),
        (",,,2019-12-31", "那时已经撤销，不应在今年的名录里；请删去这一行，有单位接替的，在接替单位的“前身”写它的编号"),
        (",,2021-01-01,", "以后才设立的单位不应在今年的名录里；请删去这一行"),
        (",甲,,2020-06-30", "第 2 行“并入”：读到“甲”，不能并入自己"),
        (",乙,,", "第 2 行“撤销日期”：填了“并入”的，要填撤销日期"),
        (",壬,,2020-06-30", "第 2 行“并入”：读到“壬”，名录中没有"),
        (",,,,2020-06-30,,", "第 2 行“变动日期”：读到“2020-06-30”，填了变动日期，要填原类别或原主管部门"),
        (",,,,,站所,", "第 2 行“原类别”：读到“站所”，填了变动以前的，要填变动日期"),
        (",,,,2021-01-05,站所,", "今年仍按变动以前的算；类别和主管部门请写变动以前的，变动写进明年的名录"),
        (",,,,2020-06-30,某类,", "第 2 行“原类别”：读到“某类”，应为 机关、站所 之一"),
    ],
    ids=[
        *("order", "before", "after", "itself", "without a day", "unknown"),
        *("moved from nowhere", "moved on no day", "moved too late", "unknown category"),
    ],
)
def test_changes_that_cannot_be_are_refused_where_they_stand(small, change, said):
    roster(small, 甲=change)
    assert said in checked(4)


def test_units_that_end_in_each_other_all_round_are_one_fault(small):
    roster(small, 甲=",乙,,2020-06-30", 乙=",甲,,2020-06-30")
    found = checked(4)
    assert found.count("转了一圈") == 1
    assert "第 2 行：读到“甲 → 乙 → 甲”" in found


def test_units_that_exchange_their_codes_are_none(small):
    roster(small, 甲="乙,,,", 乙="甲,,,")
    checked()


def test_a_code_whose_name_stands_under_another_code_is_asked_about(small):
    """The remedy that the message names lets the file in."""
    history(small, "2019,甲,末位,乙科", "2018,甲,末位,乙科")
    found = checked(4)
    assert found.count("乙科现在的编号是 乙") == 1
    assert "第 2 行“单位”" in found
    assert "请在名录 乙 的“前身”写 甲，并在 甲 的“前身”写它自己原来的编号" in found
    roster(small, 甲="旧,,,", 乙="甲,,,")
    assert "往年名单按前身计入" in checked()


def test_a_code_that_nobody_bears_with_the_name_of_a_unit_is_asked_about(small):
    history(small, "2019,旧,末位,乙科")
    assert "名录中没有 旧，乙科现在的编号是 乙；同一个单位的，请在名录 乙 的“前身”写 旧" in checked(4)
    roster(small, 乙="旧,,,")
    checked()


def test_codes_given_anew_throughout_are_one_fault(small):
    history(small, *(f"2019,旧{unit},末位,{unit}科" for unit in UNITS))
    found = checked(4)
    assert found.count("编号重新编过") == 1
    assert "共 8 个编号与名录对不上" in found


def test_a_new_name_and_what_is_nobodys_are_told_once(small):
    history(small, "2019,甲,末位,甲所", "2018,甲,末位,甲所", "2019,老,末位,", "2018,老,先进,")
    found = checked()
    assert found.count("写的是“甲所”，名录中 甲 现在是“甲科”") == 1
    assert found.count("有 2 行的单位（老，共 1 个）今年没有单位承接") == 1


def test_a_unit_that_ended_and_facts_from_before_a_unit_are_told(small):
    roster(small, 甲=",乙,,2020-06-30", 丙=",,2020-08-01,")
    found = checked()
    assert "评议期内不存在的单位没有参评：2020-06-30 撤销，并入 乙" in found
    assert "票数汇总 6 条：单位设立之前或撤销之后" in found


def test_a_correction_of_a_code_is_one_fault_with_what_to_do(small):
    line = "参评单位名录,甲,单位编号,子,确认,某甲,改编号,某文1号"
    (small / "更正.csv").write_text(f"表,记录,列,改为,状态,登记人,理由,依据文件\n{line}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["correct", "small", "更正.csv", "--yes"])
    assert str(done.exception).count("单位编号不能用更正来改") == 1
    assert "更正.csv 有 1 处问题，一条也没有登记" in str(done.exception)
    assert "在名录这一行的“前身”写原来的编号" in str(done.exception)
    checked()


def test_facts_under_a_former_code_are_told_the_new_one(small):
    roster(small, 甲="子,,,")
    write(small, "events", ["event,unit,item,happened_on,status,document", "e1,子,found,2020-03-01,确认,某文1号"])
    assert "甲 甲科（前身是 子，各表应写现在的编号）" in checked(4)


# ------------------------------------------------------------------ year beside year


def years(now: str, **traits: dict[str, object]):
    """Last year's 甲 乙 丙 beside this year's units, all of equal rules."""
    before = edition(2020, {"a": 1}, {"a": [60, 50, 10]})
    return compare_years(edition(2021, {"a": 1}, {"a": [70] * len(now.split())}, names=now, **traits), before)


def test_a_unit_of_a_new_code_is_compared_with_itself():
    found = years("甲 乙 新", predecessor={"新": "丙"})
    rows = {row["unit"]: row["change"] for row in found.totals.to_dicts()}
    assert rows == {"甲": 10, "乙": 20, "新": 60}
    assert (found.new, found.gone, found.changed) == ({}, {}, {})


def test_exchanged_codes_are_compared_crosswise():
    found = years("甲 乙 丙", predecessor={"甲": "乙", "乙": "甲"})
    assert {row["unit"]: row["change"] for row in found.totals.to_dicts()} == {"甲": 20, "乙": 10, "丙": 60}


def test_what_was_merged_split_founded_or_abolished_is_listed_and_not_compared():
    found = years("甲 子 丑 寅", predecessor={"甲": "乙", "子": "丙", "丑": "丙"})
    assert found.totals.is_empty()
    assert found.new == {"寅": "寅"}
    assert "合并、分设而不能逐一比较的 2 起：甲由甲、乙合并而成；丙分设为丑、子。" in years_told(found)


def test_a_unit_merged_this_year_is_its_successors():
    found = years("甲 乙 丙", merged_into={"丙": "甲"}, abolished_on={"丙": date(2021, 6, 30)})
    assert list(found.totals["unit"]) == ["乙"]
    assert found.changed == {"甲": "甲由甲、丙合并而成"}
