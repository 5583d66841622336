"""Facts beside the scoring: problems, progress, opinions, contacts, re-evaluations, tasks, deadlines and signatures.

`CASES` is the manual: a small file, the cell that a fault names, and what it says.
"""

from datetime import date
from pathlib import Path

import pytest

from pingyi.plan import Plan
from pingyi.plan.reader import read_patched
from tests.test_intake import Folder

PLAN = Path(__file__).parents[1] / "parameters" / "yinchuan-2018.yaml"
ROSTER = """
    单位编号 | 单位名称 | 类别     | 主管部门 | 入驻政务服务中心
    01       | 水务局   | 机关单位 | 水务局   | 是
    02       | 气象局   | 机关单位 | 气象局   | 否
"""
PROBLEM = "问题编号 | 单位 | 发现日期 | 整改期限 | 状态 | 整改日期 | 反馈日期 | 问题内容"
EVENT = "记录编号 | 单位 | 事项 | 发生日期 | 状态 | 签字日期 | 交办日期 | 办结日期 | 同意延期 | 依据文件"
CONTACT = "联系编号 | 指标 | 单位 | 联系日期 | 联系结果 | 个数"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_patched(PLAN, {"units.published": [], "rechecks": [RECHECK]})


RECHECK = {"id": "复评", "list": "重点跟踪对象.network", "due": "2018-06-30"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path).csv("units.csv", ROSTER)


CASES = [
    ("problems", f"{PROBLEM}\n1|01|2018-05-01|2018-04-30|整改中|||慢", "第 2 行“整改期限”", "应不早于发现日期"),
    ("problems", f"{PROBLEM}\n1|01|2018-05-01|2018-06-30|已整改|||慢", "第 2 行“整改日期”", "状态是“已整改”"),
    ("problems", f"{PROBLEM}\n1|01|2018-05-01|2018-06-30|整改中|2018-06-01||慢", "第 2 行“状态”", "应为“已整改”"),
    (
        "problems",
        f"{PROBLEM}\n1|01|2018-05-01|2018-06-30|已整改|2018-04-01||慢",
        "第 2 行“整改日期”",
        "应不早于发现日期",
    ),
    (
        "problems",
        f"{PROBLEM}\n1|01|2018-05-01|2018-06-30|改完了|||慢",
        "第 2 行“状态”",
        "应为 整改中、已整改、拒不整改 之一",
    ),
    ("progress", "问题编号 | 报告日期 | 进展\n7|2018-05-01|已办", "第 2 行“问题编号”", "问题清单中没有这个编号"),
    ("opinions", "意见编号|单位|收到日期|原话|问题编号\n1|01|2018-05-01|慢|7", "第 2 行“问题编号”", "问题清单中没有"),
    ("contacts", f"{CONTACT}\n1|third_party|01|2018-11-01|没人接|1", "第 2 行“联系结果”", "应为 完成、部分完成"),
    ("contacts", f"{CONTACT}\n1|third_party|01|2018-11-01|完成|0", "第 2 行“个数”", "应为不小于 1 的整数"),
    ("contacts", f"{CONTACT}\n1|network|01|2018-11-01|完成|1", "第 2 行“指标”", "应为 third_party"),
    (
        "rechecks",
        "年度|名单|单位编号|复评日期|是否合格|依据文件\n2018|重点跟踪对象.network|01|2018-06-01|是|文",
        "第 2 行“年度”",
        "2018 年以前",
    ),
    ("finished", "任务 | 完成日期\n开会|2018-06-01", "第 2 行“任务”", "方案中没有"),
    ("events", f"{EVENT}\n1|01|slow|2018-05-01|确认|2018-05-02||||文", "第 2 行“交办日期”", "有办理期限"),
    (
        "events",
        f"{EVENT}\n1|01|slow|2018-05-01|确认||2018-04-02|2018-04-01||文",
        "第 2 行“办结日期”",
        "应不早于交办日期",
    ),
    ("clients", "服务对象代号 | 单位\n13812345678|01", "第 2 行“服务对象代号”", "电话"),
]


@pytest.mark.parametrize(("table", "text", "where", "wanted"), CASES)
def test_each_fault_is_named_at_its_cell(folder, plan, table, text, where, wanted):
    faults = folder.csv(f"{table}.csv", text).faults(plan)
    assert [(fault.where, wanted in fault.wanted) for fault in faults] == [(where, True)], [str(one) for one in faults]


def test_sound_files_are_taken_and_blanks_mean_one_thing(folder, plan):
    folder.csv("problems.csv", f"{PROBLEM}\n1|01|2018-05-01|2018-06-30|已整改|2018-06-01|2018-06-02|窗口太少")
    folder.csv("progress.csv", "问题编号 | 报告日期 | 进展\n1|2018-05-31|加开窗口")
    folder.csv("contacts.csv", f"{CONTACT}\n1|third_party|01|2018-11-01|未联系上|")
    folder.csv("events.csv", f"{EVENT}\n1|01|slow|2018-05-01|确认|2018-05-09|2018-04-01||是|文")
    tables = folder.read(plan).tables
    assert tables["problems"].select("problem", "state", "supervised").rows() == [("1", "rectified", 0)]
    assert tables["contacts"].select("disposition", "times").rows() == [("noncontact", 1)]
    event = tables["events"].row(0, named=True)
    assert (event["opened_on"], event["closed_on"], event["extended"]) == (date(2018, 4, 1), None, True)
