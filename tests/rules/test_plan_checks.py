"""What a plan may not say: names that nothing carries, and numbers that cannot hold; and what stands near and may.

M3, M6, M7, M9, E5, E10–E12, E15, E22.
"""

import pytest

from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from tests.tiny import tree

LEVELS = {"好": "1", "差": "0"}


def found(*components, **sections):
    """Everything that does not fit in a plan of these components, as path and message."""
    made = Plan.model_validate(tree(*components, **sections))
    return [f"{one.path}: {one.found}→{one.wanted}{one.near}" for one in inconsistencies(made)]


def refused(said, *components, **sections):
    """The plan is refused, for this and nothing else."""
    told = found(*components, **sections)
    assert told, "accepted"
    assert all(any(piece in one for piece in said.split("|")) for one in told), told


def accepted(*components, **sections):
    assert found(*components, **sections) == []


def given(id="a", full="10", high=None, **more):
    """A leaf of marks from 0 to its full marks."""
    return {"id": id, "full": full, "marks": {"range": ["0", high or full]}} | more


def rated(id="a", full="10", rule=None, **more):
    return {"id": id, "full": full, "ratings": {"levels": LEVELS} | (rule or {})} | more


def counted(id="a", full="10", rule=None, **more):
    """A leaf of events: base 10, a deduction of one."""
    return {"id": id, "full": full, "events": {"base": "10", "items": {f"{id}.minus": ITEM}} | (rule or {})} | more


ITEM = {"name": "问题", "points": "-1"}


def node(id="top", full="20", of=("a", "b"), **more):
    return {"id": id, "full": full, "of": list(of)} | more


def measured(*convert, full="10", **more):
    return {"id": "a", "full": full, "measures": {"of": "count", "numerator": "件"}, "convert": list(convert)} | more


def listed(**more):
    return {"lists": [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "1"} | more]}


def outcome(**more):
    one = {"id": "奖", "list": "先进", "effect": "分", "to": "unit"} | more
    return {"effects": {"分": {}}, "outcomes": [one]}


def standing(**more):
    return {"standings": [{"id": "rank", "of": "a", "ties": ["share"]} | more]}


class TestNames:
    """M3: the world of names is closed."""

    @pytest.mark.parametrize(
        ("said", "sections"),
        [
            ("lists.先进.when.units: catgory→没有这个名录列category", listed(when={"units": {"catgory": ["站所"]}})),
            ("lists.先进.when.units.category: 机观→没有这个取值机关", listed(when={"units": {"category": ["机观"]}})),
            ("lists.先进.when.marks: totl→没有这个指标", listed(when={"marks": {"totl": {"from": "1"}}})),
            ("lists.先进.when.grade: 优→没有这个考绩档次", listed(when={"grade": "优"})),
            ("lists.先进.when.running.list: 后进→没有这个名单", listed(when={"running": {"list": "后进", "years": "2"}})),
            ("lists.先进.provided.units: organn→", listed(provided={"units": {"organn": ["某局"]}})),
            ("lists.先进.provided.marks: b→", listed(provided={"marks": {"b": {"from": "1"}}})),
            ("lists.先进.within: townshp→没有这个名录列township", listed(within=["townshp"])),
            ("lists.先进.by: rnk→没有这个排名rank", listed(by="rnk")),
            ("lists.先进.also.listed: 末位→", listed(also={"listed": "末位"})),
            ("lists.先进.quota.by: categry→", listed(take=None, quota={"by": "categry", "take": {"机关": "1"}})),
            ("lists.先进.quota.take: 机观→没有这个取值", listed(take=None, quota={"by": "category", "take": {"机观": "1"}})),
            ("quota.rest_by: x→", listed(take=None, quota={"by": "system", "take": {"": "1"}, "rest": "1", "rest_by": "x"})),
            ("outcomes.奖.when.marks: totl→没有这个指标", outcome(when={"marks": {"totl": {"from": "1"}}})),
            ("outcomes.奖.when.units: catgory→", outcome(when={"units": {"catgory": ["机关"]}})),
            ("outcomes.奖.unless.units.management: 双→没有这个取值双重", outcome(unless={"units": {"management": ["双"]}})),
            ("outcomes.奖.unless.grade: 优→", outcome(unless={"grade": "优"})),
            ("outcomes.奖.effect: 份→", outcome(effect="份")),
            ("outcomes.奖.leave_out: 末位→", outcome(leave_out=["末位"])),
            ("standings.rank.within: systm→没有这个名录列system", standing(within=["systm"])),
            ("standings.rank.ties: b→", standing(ties=["b", "share"])),
            ("units.published.0.for: focus→", {"units": {"categories": [], "published": [{"count": "1", "for": {"focus": ["是"]}}]}}),
            ("units.exempt.listed: 后进→", {"units": {"categories": [], "exempt": {"listed": "后进", "years": "2"}}}),
            ("sampling.s.for: inside→", {"sampling": [{"id": "s", "for": {"inside": ["否"]}}]}),
            ("sampling.s.per: moth→没有这个抽样框的列month", {"sampling": [{"id": "s", "per": ["moth"]}]}),
            ("sampling.s.leave_out: pots→没有这个抽样框的列post", {"sampling": [{"id": "s", "leave_out": {"pots": ["厅级"]}}]}),
            ("sampling.s.component: b→", {"sampling": [{"id": "s", "component": "b"}]}),
            ("rechecks.r.blocks: 提拔→", {"rechecks": [{"id": "r", "list": "先进", "due": "2020-06-30", "blocks": ["提拔"]}]}),
            ("bands.b.of: c→", {"bands": [{"id": "b", "of": "c", "names": {"优": "5"}}]}),
            ("terms: orgn→没有这个词（表头的英文名）organ", {"terms": {"orgn": "科室"}}),
        ],
    )  # fmt: skip
    def test_a_name_that_nothing_carries_is_a_fault_with_the_nearest(self, said, sections):
        refused(said, given(), **sections)

    @pytest.mark.parametrize(
        ("said", "leaf"),
        [
            ("components.a.for: catgory→", given(**{"for": {"catgory": ["机关"]}})),
            ("components.a.for.category: 机观→没有这个取值机关", given(**{"for": {"category": ["机观"]}})),
            ("components.a.imported: systm→", given(imported={"systm": ["卫健"]})),
            ("components.a.imported.system: 卫建→", given(imported={"system": ["卫建"]})),
            ("components.a.per: yaer→没有这个周期year", given(per="yaer")),
            ("components.a.cycle_full: 上半→没有这个周期上半年", given(per="half", cycle_full={"上半": "5", "下半年": "5"})),
            ("components.a.listed: 后进→", given(listed=["后进"])),
            ("components.a.full: 机观→没有这个类别机关", given(full={"机观": "10"}, high="10")),
            ("components.a.weight: 机观→", given(weight={"机观": "1"})),
            ("convert.0.per: staf→没有这个名录列", measured({"per": "staf"})),
            ("convert.0.times_column: category→没有这个名录列", measured({"times_column": "category"})),
            ("ratings.channels.电话.for: systm→", rated(rule={"channels": [{"id": "电话", "for": {"systm": ["卫健"]}}]})),
            ("ratings.groups.甲: 机观→没有这个类别", rated(rule={"groups": {"甲": {"机观": "1"}}})),
            ("ratings.form: 很好→没有这个等次", rated(rule={"form": {"exactly": {"很好": "1"}}})),
            ("ratings.form.unmarked: 中→没有这个等次", rated(rule={"form": {"exactly": {"好": "1"}, "unmarked": "中"}})),
            ("marks.markers.专家.for: orgn→", {"id": "a", "full": "10", "marks": {"range": ["0", "10"], "markers": {"专家": {"weight": "1", "for": {"orgn": ["某局"]}}}}}),
        ],
    )  # fmt: skip
    def test_names_of_components_are_looked_up_too(self, said, leaf):
        refused(said, leaf)

    def test_votes_of_a_tie_are_votes_of_the_ranked_component(self):
        """A level of another leaf would tell nobody apart."""
        ties = [{"votes": "差", "better": "fewer"}, "share"]
        refused("standings.rank.ties: 差→没有这个等次（a 及其下级）", given(), rated("b"), **standing(ties=ties))
        accepted(rated(), **standing(ties=ties))

    def test_phases_of_tasks_are_those_of_the_calendar_where_it_has_them(self):
        calendar = [{"id": "整改", "from": "2020-01-01", "to": "2020-12-31"}]
        task = {"section": "办公室", "from": "2020-01-01", "due": "2020-06-30"}
        one, other = ({"id": phase, "phase": phase} | task for phase in ("整改", "整该"))
        refused("tasks.整该.phase: 整该→没有这个阶段（calendar）整改", given(), calendar=calendar, tasks=[one, other])
        accepted(given(), calendar=calendar, tasks=[other])

    def test_quotas_of_groups_name_the_groups_of_their_ratings(self):
        rule = {"id": "s", "component": "a", "quota": {"代表": "60%", "群众": "40%"}}
        refused("sampling.s.quota: 群众→没有这个评价人类别", rated(rule={"groups": ["代表", "企业"]}), sampling=[rule])
        accepted(rated(rule={"groups": ["代表", "群众"]}), sampling=[rule])

    def test_roster_columns_of_the_plan_and_open_values_are_known(self):
        own = {"categories": ["机关"], "columns": {"staff": "在编人数", "focus": "重点"}}
        accepted(
            measured({"per": "staff"}, {"cap": "10"}, **{"for": {"focus": ["是"]}}),
            units=own,
            **listed(when={"units": {"organ": ["某局"]}}, within=["focus"]),
        )

    def test_a_condition_without_content_is_a_slip(self):
        refused("outcomes.奖.unless: →没有写条件", given(), **outcome(unless={}))
        refused("when.marks.a: →界限用 from", given(), **outcome(when={"marks": {"a": {}}}))

    def test_words_stand_once(self):
        refused("units.categories: 机关→同一个词", given(), units={"categories": ["机关", "机关"]})
        refused("components.share: share→这个词另有用处", given("share"))


class TestSums:
    """M6: full marks and weights add up where their components exist."""

    def test_full_marks_are_added_by_category(self):
        one = given("a", {"机关": "60", "站所": "40"}, high="40")
        other = given("b", {"机关": "40", "站所": "60"}, high="40")
        accepted(node(full="100"), one, other)
        refused(
            "应等于各下级满分之和 90（category 站所）",
            node(full="100"),
            one,
            other | {"full": {"机关": "40", "站所": "50"}},
        )

    def test_a_child_is_added_where_it_exists(self):
        """A child only for 站所 is not missing elsewhere."""
        whole = given("a", {"机关": "100", "站所": "60"}, high="60")
        part = given("b", "40", **{"for": {"category": ["站所"]}})
        accepted(node(full="100"), whole, part)
        refused("满分之和 60（category 机关）", node(full="100"), given("a", "60"), part)
        refused(
            "满分之和 60|满分之和 100（township 某镇）",
            node(full="80"),
            given("a", "60"),
            part | {"for": {"township": ["某镇"]}},
        )

    def test_imported_units_bring_the_sum(self):
        known = {"categories": ["机关", "站所"], "systems": {"卫健": "卫健系统"}}
        leaf = given("a", "20", **{"for": {"system": [""]}})
        accepted(node(of=["a"], imported={"system": ["卫健"]}), leaf, units=known)

    def test_a_scale_says_what_the_sum_becomes(self):
        scaled = {"convert": [{"scale": {"from": "20", "to": "5"}}]}
        accepted(node(full="5", **scaled), given("a"), given("b"))
        refused("应等于折算后的满分 5", node(full="6", **scaled), given("a"), given("b"))
        refused("应等于各下级满分之和 15", node(full="5", **scaled), given("a"), given("b", "5"))
        accepted(node(full="15", convert=[{"cap": "15"}]), given("a"), given("b"))

    def test_weights_add_up_by_category(self):
        node_, a, b = node(), given("a", weight={"机关": "60%"}), given("b", weight={"机关": "40%", "站所": "1"})
        accepted(node_, a, b)
        refused("权重之和应为 1（category 站所）", node_, a, given("b", weight={"机关": "40%", "站所": "50%"}))
        accepted(
            node_,
            given("a", weight="60%", **{"for": {"category": ["机关"]}}),
            given("b", weight={"机关": "40%", "站所": "1"}),
        )
        refused("每个下级都要写 weight|权重之和应为 1", node_, given("a", weight="60%"), given("b"))

    def test_weights_weigh_shares_of_full_marks(self):
        one, other = given("a", "30", weight="50%"), given("b", "100", weight="50%")
        accepted(node(full="100"), one, other)
        refused("满分不同（a 30、b 100）", node(full=None), one, other)
        accepted(node(full=None), given("a", "100", weight="50%"), other)
        bare = {"id": "a", "weight": "50%", "marks": {"range": ["0", "5"]}}
        refused("须写大于 0 的满分 full", node(full="100"), bare, other)

    def test_a_bonus_outside_needs_no_weight(self):
        """E9."""
        kids = [given("a", weight="50%"), given("b", weight="50%")]
        accepted(node(of=["a", "b", "c"]), *kids, given("c", outside=True))
        refused("另外相加，不写权重", node(of=["a", "b", "c"]), *kids, given("c", outside=True, weight="10%"))

    def test_what_is_spread_is_spread_over_full_marks(self):
        refused("分摊（spread）", node(full=None, missing="spread"), given("a"), given("b", None, "5"))
        accepted(node(missing="spread"), given("a"), given("b"))


class TestCycles:
    """E5, M7."""

    def test_full_marks_of_cycles_where_there_are_some(self):
        halves = {"上半年": "4", "下半年": "6"}
        accepted(rated(per="half", cycle_full=halves))
        refused("须在 cycle_full 写明各周期满分", rated(per="half"))
        refused("各周期之和应为 10", rated(per="half", cycle_full=halves | {"上半年": "5"}))
        refused("缺少周期 下半年|各周期之和", rated(per="half", cycle_full={"上半年": "4"}))
        lacking = rated(per="half", cycle_full={"上半年": "4"})  # below a node that puts its cycles together otherwise
        refused("缺少周期 下半年|各周期之和", node(full="10", of="a", per="half", over_cycles="mean"), lacking)
        for over in ("mean", "best", "last"):
            refused("应去掉 cycle_full", rated(per="half", over_cycles=over, cycle_full=halves))
            accepted(rated(per="half", over_cycles=over))
        refused("应去掉 cycle_full", rated(per="half", cycle_full=halves, rule={"score_per": "year"}))
        accepted(rated(per="half", rule={"score_per": "year"}))

    def test_weights_of_cycles(self):
        halves = {"上半年": "40%", "下半年": "60%"}
        accepted(rated(full="100", per="half", over_cycles="weights", cycle_full=halves))
        refused("各周期之和应为 1", rated(per="half", over_cycles="weights", cycle_full=halves | {"上半年": "50%"}))
        refused("须在 cycle_full 写明各周期的权重", rated(per="half", over_cycles="weights"))

    def test_finer_cycles_lie_within_those_of_the_node(self):
        top = node(full="10", of=["a"], per="half", over_cycles="mean")
        cycles = {"half": tree(given())["cycles"]["half"], "quarter": QUARTERS}
        accepted(top, given(per="quarter", over_cycles="mean"), cycles=cycles)
        across = [
            {"id": "跨期", "from": "2020-05-01", "to": "2020-08-31"},
            {"id": "年末", "from": "2020-10-01", "to": "2020-12-31"},
        ]
        refused(
            "不在 top 的任何一个周期|没有一个周期在 top",
            top,
            given(per="quarter", over_cycles="mean"),
            cycles=cycles | {"quarter": across},
        )

    def test_what_is_scored_once_a_year_is_added_once(self):
        kids = [given("a", per="half", over_cycles="mean"), given("b")]
        top = node(per="half", over_cycles="mean")
        accepted(top, *kids)
        refused("全年只计一次", top | {"missing": "spread"}, *kids)
        weighed = [one | {"weight": "50%"} for one in kids]
        refused("全年只计一次", top, *weighed)

    def test_what_is_known_for_the_year_cannot_be_told_apart_by_cycles(self):
        top = node(full="10", of=["mid"], per="half", over_cycles="mean")
        mid = node("mid", "10", ["a", "b"], per="half", over_cycles="mean")
        leaf = given("a", per="half", over_cycles="mean")
        refused("不占满分", top, mid, leaf, given("b", outside=True))
        refused("全年只计一次", top | {"full": "20"}, mid | {"full": "20"}, leaf, given("b"))
        known = {"categories": ["机关"], "systems": {"卫健": "卫健系统"}}
        refused(
            "报送的成绩是全年一个数",
            node(full="10", of=["a"], per="half", over_cycles="mean"),
            leaf | {"imported": {"system": ["卫健"]}},
            units=known,
        )

    def test_full_marks_of_a_node_of_several_cycles(self):
        """A mean of cycles has the full marks of one cycle, a sum those of all."""
        halves = {"上半年": "5", "下半年": "5"}
        summed = given("a", "10", "5", per="half", cycle_full=halves)
        accepted(node(full="10", of=["a"], per="half"), summed)
        accepted(node(full="5", of=["a"], per="half", over_cycles="mean"), summed)
        refused("满分之和 5", node(full="10", of=["a"], per="half", over_cycles="mean"), summed)


QUARTERS = [
    {"id": "一季度", "from": "2020-01-01", "to": "2020-03-31"},
    {"id": "二季度", "from": "2020-04-01", "to": "2020-06-30"},
    {"id": "三季度", "from": "2020-07-01", "to": "2020-09-30"},
    {"id": "四季度", "from": "2020-10-01", "to": "2020-12-31"},
]
