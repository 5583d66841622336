"""Facts against the plan: who gave a mark, which day is in which cycle, what must be a number, what must be there.

M3, M4, M8, M13, M14.
"""

from datetime import date

import pytest

from pingyi.common.faults import FactFaults
from pingyi.facts.as_of_date import DayOutside, refuse_outside
from pingyi.facts.intake import read_facts
from tests.test_intake import Folder
from tests.tiny import plan

ROSTER = "单位编号 | 单位名称 | 类别 | 主管部门 | 管理类型\n01 | 甲 | 机关 | 某局 | 单独\n02 | 乙 | 站所 | 某局 | 单独"


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path).csv("units.csv", ROSTER)


def marked(rule=None, **more):
    return plan({"id": "m", "full": "10", "marks": {"range": ["0", "10"]} | (rule or {})} | more)


def refusals(folder, made, **given):
    with pytest.raises(FactFaults) as refused:
        read_facts(folder.path, made, **given)
    return [f"{one.where} {one}" for one in refused.value.faults]


def only(folder, made, said, **given):
    (told,) = refusals(folder, made, **given)
    assert said in told, told


class TestRaters:
    """M8: raters are not classes of raters."""

    TWO = {"markers": {"专家": "2", "群众": "1"}}
    HEAD = "指标 | 单位 | 评分人 | 评分人类别 | 评分"

    def taken(self, folder, made, *rows):
        marks = folder.csv("marks.csv", "\n".join([self.HEAD, *rows])).read(made).tables["marks"]
        return [(one["marker"], one["group"], float(one["mark"])) for one in marks.to_dicts()]

    def told(self, folder, made, *rows):
        return refusals(folder.csv("marks.csv", "\n".join([self.HEAD, *rows])), made)

    def test_a_rater_has_a_class(self, folder):
        made = marked(self.TWO)
        rows = ["m | 01 | 张三 | 专家 | 5", "m | 01 | 专家 | | 6", "m | 01 | | 群众 | 7"]
        assert self.taken(folder, made, *rows) == [("张三", "专家", 5), ("专家", None, 6), (None, "群众", 7)]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("m | 01 | 张三 | | 5", "应为 专家、群众 之一；写评分人代号的，另在评分人类别一列写明"),
            ("m | 01 | | | 5", "不能为空，应为 专家、群众 之一"),
            ("m | 01 | 张三 | 领导 | 5", "“评分人类别”：读到“领导”，应为 专家、群众 之一"),
            ("m | 01 | 专家 | 群众 | 5", "与评分人类别“群众”不符"),
        ],
    )
    def test_a_class_that_nothing_tells(self, folder, row, said):
        (told,) = self.told(folder, marked(self.TWO), row)
        assert said in told

    def test_the_only_class_need_not_be_said(self, folder):
        made = marked({"markers": {"专家": "1"}})
        assert len(self.taken(folder, made, "m | 01 | 张三 | | 5", "m | 01 | 李四 | | 5")) == 2

    def test_without_classes_no_class_is_said(self, folder):
        (told,) = self.told(folder, marked(), "m | 01 | 张三 | 专家 | 5")
        assert "方案中没有可填的评分人类别" in told or "不分评分人类别" in told
        assert len(self.taken(folder, marked(), "m | 01 | 张三 | | 5", "m | 01 | 李四 | | 5")) == 2

    def test_equal_marks_of_unnamed_raters_are_several_marks(self, folder):
        """Five experts of one class were refused as repeats."""
        made = marked({"markers": {"专家": "1"}})
        assert len(self.taken(folder, made, *["m | 01 | 专家 | | 5"] * 5)) == 5
        assert len(self.taken(folder, marked(), *["m | 01 | | | 5"] * 2)) == 2

    @pytest.mark.parametrize("rule", [{}, {"markers": {"专家": "1"}}])
    def test_a_named_rater_marks_a_unit_once(self, folder, rule):
        made = marked(rule)
        (told,) = self.told(folder, made, "m | 01 | 张三 | | 5", "m | 01 | 张三 | | 6")
        assert "应只有一行" in told
        assert len(self.taken(folder, made, "m | 01 | 张三 | | 5", "m | 01 | 张三 | | 5")) == 1, "a row sent twice"

    def test_the_same_name_in_two_classes_is_two_raters(self, folder):
        rows = ["m | 01 | 张三 | 专家 | 5", "m | 01 | 张三 | 群众 | 6"]
        assert len(self.taken(folder, marked(self.TWO), *rows)) == 2

    def test_a_body_gives_one_mark(self, folder):
        made = marked(self.TWO | {"one_each": True})
        (told,) = self.told(folder, made, "m | 01 | 专家 | | 5", "m | 01 | 专家 | | 6")
        assert "应只有一行" in told
        (told,) = self.told(folder, made, "m | 01 | 张三 | 专家 | 5", "m | 01 | 李四 | 专家 | 5")
        assert "“评分人”不同；应只有一行" in told
        assert len(self.taken(folder, made, "m | 01 | 专家 | | 5", "m | 02 | 专家 | | 5", "m | 01 | 群众 | | 5")) == 3


class TestCycles:
    """M4: a date obeys its window, and must not contradict the cycle of its row."""

    HEAD = "指标 | 单位 | 评分 | 周期 | 评分日期"

    def cycles(self, folder, made, *rows):
        return folder.csv("marks.csv", "\n".join([self.HEAD, *rows])).read(made).tables["marks"]["cycle"].to_list()

    HALVES = {"per": "half", "over_cycles": "mean"}

    def test_the_day_tells_the_cycle(self, folder):
        rows = [f"m | 01 | 5 | | {day}" for day in ("2020-06-30", "2020-07-01", "2021-01-01")]
        assert self.cycles(folder, marked(**self.HALVES), *rows) == ["上半年", "下半年", None]

    def test_the_only_cycle_is_that_of_undated_rows(self, folder):
        rows = ["m | 01 | 5 | | ", "m | 01 | 5 | | 2020-12-31", "m | 01 | 5 | | 2021-01-01"]
        assert self.cycles(folder, marked(), *rows) == ["全年", "全年", None]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("m | 01 | 5 | 上半年 | 2020-07-01", "“评分日期”：读到“2020-07-01”，不在所写的周期 上半年"),
            ("m | 01 | 5 | 上半年 | 2021-07-01", "不在所写的周期 上半年"),
            ("m | 01 | 5 | | ", "“周期”：不能为空"),
            ("m | 01 | 5 | 三季度 | ", "应为 上半年、下半年 之一"),
        ],
    )
    def test_a_date_that_contradicts_the_cycle(self, folder, row, said):
        only(folder.csv("marks.csv", f"{self.HEAD}\n{row}"), marked(**self.HALVES), said)

    def test_counts_and_measures_too(self, folder):
        measures = {"of": "count", "numerator": "件"}
        made = plan(
            {"id": "top", "of": ["n", "r"]},
            {"id": "n", "measures": measures, "per": "half"},
            {"id": "r", "full": "10", "per": "half", "over_cycles": "mean", "ratings": {"levels": {"好": "1"}}},
        )
        folder.csv("measures.csv", "指标 | 单位 | 周期 | 分子 | 测量日期\nn | 01 | 上半年 | 3 | 2020-07-01")
        folder.csv("counts.csv", "指标 | 单位 | 等次 | 票数 | 周期 | 汇总日期\nr | 01 | 好 | 3 | 下半年 | 2020-06-30")
        told = refusals(folder, made)
        assert sorted(one.split("：")[0].split(" 第")[0] for one in told) == ["第 2 行“汇总日期”", "第 2 行“测量日期”"]


class TestNumbers:
    """M3: numeric columns are numbers in every row that counts with them, or a fault at the cell."""

    UNITS = {"categories": ["机关", "站所"], "columns": {"staff": "在编人数"}}

    def of(self, step, **more):
        leaf = {"id": "n", "measures": {"of": "count", "numerator": "件"}, "convert": [step]} | more
        return plan(leaf, units=self.UNITS)

    def roster(self, folder, *staff):
        lines = ["单位编号 | 单位名称 | 类别 | 主管部门 | 在编人数"]
        lines += [f"0{n} | 单位{n} | {('机关', '站所')[n - 1]} | 某局 | {cell}" for n, cell in enumerate(staff, 1)]
        folder.csv("measures.csv", "指标 | 单位 | 分子")
        return folder.csv("units.csv", "\n".join(lines))

    @pytest.mark.parametrize(
        ("cells", "where", "said"),
        [
            (("12", ""), "第 3 行“在编人数”", "不能为空，n要用这一列的数换算"),
            (("十二", "3"), "第 2 行“在编人数”", "应为一个数"),
            (("12", "0"), "第 3 行“在编人数”", "应大于 0，n要除以这一列的数"),
            (("12", "-1"), "第 3 行“在编人数”", "应大于 0"),
        ],
    )
    def test_a_cell_that_is_no_number(self, folder, cells, where, said):
        (told,) = refusals(self.roster(folder, *cells), self.of({"per": "staff"}))
        assert told.startswith(where)
        assert said in told

    def test_numbers_are_kept_as_plain_text(self, folder):
        units = self.roster(folder, "１２", "0.50").read(self.of({"per": "staff"})).tables["units"]
        assert units["staff"].to_list() == ["12", "0.5"]

    def test_zero_may_be_multiplied_by(self, folder):
        units = self.roster(folder, "0", "100").read(self.of({"times_column": "staff"})).tables["units"]
        assert units["staff"].to_list() == ["0", "100"]

    def test_where_the_component_does_not_exist_the_cell_may_be_empty(self, folder):
        made = self.of({"per": "staff"}, **{"for": {"category": ["机关"]}})
        assert self.roster(folder, "12", "").read(made).tables["units"]["staff"].to_list() == ["12", None]
        only(self.roster(folder, "", "3"), made, "不能为空")


class TestMissing:
    """M13: missing is not empty."""

    def test_a_table_that_a_leaf_needs(self, folder):
        only(folder, marked(name="打分"), "缺少评分（marks）：打分要用。请交来；确实一件也没有的，交只有表头的空表")
        folder.csv("marks.csv", "指标 | 单位 | 评分")
        facts = read_facts(folder.path, marked())
        assert facts.tables["marks"].is_empty()
        assert [one.said for one in facts.notices] == ["只有表头，没有一行数据，按没有发生处理"]

    def test_ratings_come_one_by_one_or_counted(self, folder):
        made = plan({"id": "r", "full": "10", "ratings": {"levels": {"好": "1"}}})
        only(folder, made, "缺少评价记录（ratings）或票数汇总（counts）：r要用")
        folder.csv("counts.csv", "指标 | 单位 | 等次 | 票数")
        assert read_facts(folder.path, made).tables["counts"].is_empty()

    def test_what_the_plan_or_the_day_says_is_not_due(self, folder):
        assert read_facts(folder.path, marked(unmeasured="full")).tables["marks"].is_empty()
        later = marked(per="month", over_cycles="mean")
        assert read_facts(folder.path, later, as_of=date(2019, 12, 31)).tables["marks"].is_empty()
        only(folder, later, "缺少评分", as_of=date(2020, 1, 1))

    def test_a_leaf_for_nobody_needs_nothing(self, folder):
        made = plan(
            {"id": "top", "of": ["m", "b"]},
            {"id": "m", "full": "10", "marks": {"range": ["0", "10"]}, "for": {"township": ["某镇"]}},
            {"id": "b", "full": "10", "events": {"base": "10", "items": {"x": {"name": "扣", "points": "-1"}}}},
        )
        only(folder, made, "缺少事项台账（events）：b要用")

    def test_a_review_of_nobody(self, folder):
        folder.csv("units.csv", ROSTER.splitlines()[0]).csv("marks.csv", "指标 | 单位 | 评分")
        only(folder, marked(), "名录里没有一个单位")

    def test_a_day_outside_the_campaign(self):
        """The cycles run through 2020; a task and the calendar count too."""
        made = marked()
        for day in (None, date(2020, 1, 1), date(2020, 12, 31)):
            refuse_outside(made, day)
        for day in (date(2019, 12, 31), date(2021, 1, 1)):
            with pytest.raises(DayOutside, match="不在活动期内：这个活动从 2020-01-01 起，到 2020-12-31 止"):
                refuse_outside(made, day)
        task = {"id": "t", "phase": "p", "section": "s", "from": "2019-11-01", "due": "2019-11-30"}
        refuse_outside(plan({"id": "m", "full": "1", "marks": {"range": ["0", "1"]}}, tasks=[task]), date(2019, 11, 1))


class TestDecisions:
    """M14: who decided what, with which document, and why otherwise than proposed."""

    HEAD = "名单 | 单位 | 提出列入 | 决定列入 | 决定日期 | 决定机构 | 理由 | 依据文件"

    def table(self, folder, *rows):
        folder.csv("marks.csv", "指标 | 单位 | 评分")
        return folder.csv("decisions.csv", "\n".join([self.HEAD, *rows]))

    def test_a_decision_is_taken(self, folder):
        rows = [
            "先进 | 01 | 是 | 否 | 2020-11-05 | 常委会 | 立案 | 纪要",
            "先进 | 02 | 否 | 是 | 2020-11-05 | 常委会 | 递补 | 纪要",
        ]
        assert self.table(folder, *rows).read(marked()).tables["decisions"]["decided"].to_list() == [False, True]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("先进 | 01 | 是 | 否 | 2020-11-05 | 常委会 | | 纪要", "“理由”：决定与提出不同（调出），要写明理由"),
            ("先近 | 01 | 是 | 是 | 2020-11-05 | 常委会 | | 纪要", "“名单”：读到“先近”，应为 先进 之一"),
            ("先进 | 09 | 是 | 是 | 2020-11-05 | 常委会 | | 纪要", "名录中没有"),
        ],
    )
    def test_a_row_that_says_too_little(self, folder, row, said):
        only(self.table(folder, row), marked(), said)

    @pytest.mark.parametrize(
        ("day", "body", "said"),
        [
            ("2020-11-06", "常委会", "“决定日期”：读到“2020-11-06”，与第 2 行不同（2020-11-05）；一份名单只有一个决定"),
            ("2020-11-05", "领导小组", "“决定机构”：读到“领导小组”，与第 2 行不同（常委会）；一份名单只有一个决定"),
        ],
    )
    def test_a_list_is_decided_once(self, folder, day, body, said):
        rows = ["先进 | 01 | 是 | 是 | 2020-11-05 | 常委会 | | 纪要", f"先进 | 02 | 是 | 是 | {day} | {body} | | 纪要"]
        only(self.table(folder, *rows), marked(), said)
