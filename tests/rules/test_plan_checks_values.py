"""What a plan may not say of values: what can never be reached, what exceeds full marks, what divides by nothing.

M9, E15, E22; beside each refusal stands what is near it and may be said.
"""

import pytest

from tests.rules.test_plan_checks import (
    accepted,
    counted,
    given,
    listed,
    measured,
    node,
    outcome,
    rated,
    refused,
    standing,
)

STAFF = {"categories": ["机关", "站所"], "columns": {"staff": "在编人数"}}
WORTH = {"好": "1", "中": None, "差": "0"}


class TestRatings:
    def test_a_leaf_of_ratings_has_full_marks(self):
        refused("按等次计分的指标须写满分 full", rated(full=None))

    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            ("等次的值不能超过 out_of（1）", {"levels": {"好": "1.2", "差": "0"}}),
            ("等次的值不能超过 out_of（90）", {"levels": {"好": "100", "差": "0"}, "out_of": "90"}),
            ("至少要有一个等次有值", {"levels": {"好": None, "差": None}}),
            ("out_of: 0→应大于 0|不能超过", {"levels": {"好": "0"}, "out_of": "0"}),
            ("有的写了权重，有的没有", {"groups": {"代表": "1", "群众": None}}),
            ("有的写了权重，有的没有", {"items": {"态度": "1", "效率": None}}),
            ("权重之和应大于 0", {"items": {"态度": "0", "效率": "0"}}),
            ("权重之和应大于 0", {"groups": {"代表": "0", "群众": "0"}}),
            ("权重之和应大于 0，否则没有一票能计入（站所）", {"groups": {"代表": {"机关": "1"}, "群众": {"机关": "1"}}}),
            ("own_share 与 then 写且只写一个", {"few": {"below": "5"}}),
            ("没有 few 就没有平均分的算法", {"none": {"then": "mean"}}),
            ("items 与 form 不能并用", {"items": ["态度"], "form": {"exactly": {"好": "1"}}}),
            ("在 exactly 与 at_most 中只写一处", {"form": {"exactly": {"好": "1"}, "at_most": {"好": "2"}}}),
        ],
    )  # fmt: skip
    def test_votes_that_could_not_be_scored(self, said, rule):
        refused(said, rated(rule=rule))

    @pytest.mark.parametrize(
        "rule",
        [
            {"levels": WORTH},
            {"levels": {"好": "90", "差": "50"}, "out_of": "90"},
            {"groups": {"代表": "1", "群众": "0"}, "items": {"态度": "0", "效率": "1"}},
            {"groups": {"代表": {"机关": "1"}, "群众": {"站所": "1"}}},
            {"groups": ["代表", "群众"], "items": ["态度"]},
            {"form": {"exactly": {"好": "1"}, "at_most": {"差": "1"}}},
        ],
    )
    def test_votes_that_can_be_scored(self, rule):
        accepted(rated(rule=rule))

    def test_a_category_for_which_the_leaf_is_not_needs_no_weights(self):
        only = {"groups": {"代表": {"机关": "1"}, "群众": {"机关": "2"}}}
        accepted(rated(rule=only, **{"for": {"category": ["机关"]}}))


class TestMarks:
    def test_a_range_stays_within_full_marks(self):
        """M9: `range: [0, 70]` of 60 stopped in the middle of a run."""
        refused("打分范围会使得分达到 70，超过满分 60", given(full="60", high="70"))
        accepted(given(full="60", high="60"))
        accepted(given(full="5", high="100", convert=[{"scale": {"from": "100", "to": "5"}}]))
        accepted(given(full="60", high="70", convert=[{"cap": "60"}]))
        refused("超过满分 40", given(full={"机关": "60", "站所": "40"}, high="60"))

    def test_a_range_stays_within_the_full_marks_of_a_cycle(self):
        """E22."""
        halves = {"上半年": "4", "下半年": "6"}
        refused("一个周期的满分 4|超过满分 10", given(high="6", per="half", cycle_full=halves))
        accepted(given(high="4", per="half", cycle_full=halves))
        refused("得分达到 20，超过满分 10", given(per="half"))
        accepted(given(high="5", per="half"))
        accepted(given(per="half", over_cycles="mean"))

    def test_trim_leaves_something(self):
        def trimmed(top, bottom):
            return {"id": "a", "full": "10", "marks": {"range": ["0", "10"], "trim": {"top": top, "bottom": bottom}}}

        refused("否则没有分数留下", trimmed("50%", "50%"))
        accepted(trimmed("50%", "40%"))

    def test_a_quota_of_bands_names_its_marker(self):
        def banded(quota, **markers):
            quota = {"up_to": "3", "each_at_most": "1"} | quota
            rule = {"range": ["0", "10"], "decimals": "0", "bands": {"优": ["6", "10"], "差": ["0", "5"]}}
            return {"id": "a", "full": "10", "marks": rule | {"markers": markers, "quota": quota}}

        refused("须用 marker 写明限额约束 部门、乡镇 中的哪一类", banded({}, 部门="2", 乡镇="1"))
        refused("没有这个评分人类别", banded({"marker": "部们"}, 部门="2", 乡镇="1"))
        accepted(banded({"marker": "乡镇"}, 部门="2", 乡镇="1"))
        accepted(banded({}, 部门="1"))
        accepted(banded({}))

    def test_some_class_weighs(self):
        rule = {"range": ["0", "10"], "markers": {"部门": "0", "乡镇": "0"}}
        refused("至少要有一类评分人的权重大于 0", {"id": "a", "full": "10", "marks": rule})


class TestEvents:
    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            ("没有封顶", {"items": {"x": {"name": "加", "points": "1"}}}),
            ("没有封顶", {"items": {"x": {"name": "不定", "points": None}}}),
            ("没有封顶", {"items": {"x": {"name": "不限", "points": ["1", None]}}}),
            ("没有封顶", {"items": {"x": {"name": "递进", "ladder": ["1", "2"]}}}),
            ("封顶超过满分 10", {"cap": "12", "items": {"x": {"name": "加", "points": "1"}}}),
            ("封顶超过满分 10", {"cap": "12"}),
            ("基础分超过满分 10", {"base": "11"}),
            ("保底不能高于封顶 5", {"base": "5", "cap": "5", "floor": "6"}),
            ("倍数不能为负", {"items": {"x": {"name": "扣", "points": "-1", "factors": {"aggravated": "-2"}}}}),
            ("应先小后大", {"items": {"x": {"name": "扣", "points": ["-1", "-2"]}}}),
        ],
    )
    def test_what_is_earned_is_capped_by_full_marks(self, said, rule):
        """E22: an item without bounds is refused by the check, never found in the middle of a run."""
        refused(said, counted(rule=rule))

    def test_capped_earnings_and_open_deductions_may_be(self):
        def leaf(**rule):
            return counted(rule=rule)

        accepted(leaf(base="0", cap="10", items={"x": {"name": "加", "points": "1"}}))
        accepted(leaf(base="10", items={"x": {"name": "扣", "points": [None, "0"]}}))
        accepted(leaf(base="10", items={"x": {"name": "否决", "points": None, "veto": "zero"}}))
        accepted(leaf(base="10", cap="10", items={"x": {"name": "不定", "points": None}}))
        accepted({"id": "a", "events": {"items": {"x": {"name": "加", "points": "1"}}}})

    def test_a_base_of_each_month_sums(self):
        """E22: base 90 per month, sum, full 90."""
        base = {"base": "90"}
        refused("超过满分 90：得分可达 270", counted(full="90", rule=base, per="month"))
        accepted(counted(full="270", rule=base, per="month"))
        accepted(counted(full="90", rule=base, per="month", over_cycles="mean"))
        months = {"1月": "90", "2月": "90", "3月": "90"}
        accepted(counted(full="270", rule=base, per="month", cycle_full=months))
        refused(
            "一个周期的满分 60",
            counted(full="270", rule=base, per="month", cycle_full=months | {"1月": "60", "2月": "120"}),
        )


class TestConversions:
    @pytest.mark.parametrize(
        ("said", "step"),
        [
            ("不能从 0 折算", {"scale": {"from": "0", "to": "5"}}),
            ("per_point.of: 0→应大于 0", {"per_point": {"full": "10", "target": "1", "points": "1", "of": "0"}}),
            ("share_of_best: 0→应大于 0", {"share_of_best": "0"}),
            ("share_of_best: -5→应大于 0", {"share_of_best": "-5"}),
            ("10→同一个下限只能写一次", {"steps": [["0", "0"], ["10", "5"], ["10", "7"]]}),
            ("null→同一个下限只能写一次", {"steps": [[None, "0"], [None, "1"], ["10", "5"]]}),
            ("名次应从 1 起连续写", {"points_by_rank": {"places": {"1": "5", "3": "3"}, "after": "0"}}),
            ("名次应从 1 起连续写", {"points_by_rank": {"places": {"2": "5"}, "after": "0"}}),
            ("低于最低一档的值（可低至 0）没有规定", {"steps": [["50", "5"], ["80", "10"]]}),
        ],
    )
    def test_conversions_that_cannot_be_carried_out(self, said, step):
        refused(said, measured(step))

    @pytest.mark.parametrize(
        "step",
        [
            {"scale": {"from": "100", "to": "5"}},
            {"share_of_best": "10"},
            {"steps": [["0", "0"], ["50", "5"], ["80", "10"]]},
            {"steps": [[None, "0"], ["50", "5"]]},
            {"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}},
        ],
    )
    def test_conversions_that_can(self, step):
        accepted(measured(step))

    def test_steps_that_no_value_reaches(self):
        rate = rated(full="100", convert=[{"steps": [["0", "0"], ["50", "50"], ["100", "100"]]}])
        accepted(rate)
        above = rate | {"convert": [{"steps": [["0", "0"], ["101", "100"]]}]}
        refused("101→永远达不到：值都在 0 到 100 之间", above)
        refused("0→下面一档永远用不上", rate | {"convert": [{"steps": [["-5", "0"], ["0", "100"]]}]})
        refused("低于最低一档的值（可低至 0）", rate | {"convert": [{"steps": [["60", "100"]]}]})
        accepted(rate | {"convert": [{"steps": [[None, "0"], ["60", "100"]]}]})
        half = rated(full="100", rule={"levels": {"好": "1", "差": "0.5"}}, convert=[{"steps": [["50", "1"]]}])
        accepted(half)

    def test_values_are_followed_through_earlier_steps(self):
        steps = {"steps": [["0", "0"], ["9", "10"]]}
        scaled = [{"scale": {"from": "100", "to": "5"}}, steps]
        refused("9→永远达不到：值都在 0 到 5 之间", rated(full="100", convert=scaled))
        accepted(rated(full="100", convert=[{"cap": "9"}, steps]))

    def test_what_a_node_of_several_cycles_can_come_to_is_known(self):
        """M7, E11: it sees of a half what the leaf gives in it, and nothing of a leaf that nobody has."""
        half = given("a", full="5", per="half", over_cycles="best")
        nobody = given(
            "b", full={"机关": "5"}, high="5", per="half", over_cycles="best", **{"for": {"category": ["站所"]}}
        )
        node = {"id": "top", "of": ["a", "b"], "per": "half", "over_cycles": "best"}
        refused("全部会保底为同一个数", node | {"each_cycle": [{"floor": "6"}]}, half, nobody)
        accepted(node | {"each_cycle": [{"floor": "4"}]}, half, nobody)

    def test_weighed_marks_without_full_marks_are_means_of_marks(self):
        parts = [given("a", full="100", weight="0.3"), given("b", full="100", weight="0.7")]
        accepted({"id": "top", "of": ["a", "b"], "convert": [{"floor": "50"}]}, *parts)
        refused("全部会保底为同一个数", {"id": "top", "of": ["a", "b"], "convert": [{"floor": "101"}]}, *parts)

    def test_what_events_without_a_floor_fall_to(self):
        """M9: deductions go on below zero; a veto's zero needs a step of its own."""
        steps = {"steps": [["0", "0"], ["10", "10"]]}
        rule = {"base": "10", "items": {"bad": {"name": "问题", "points": "-1"}}}
        events = {"id": "a", "full": "10", "events": rule, "convert": [steps]}
        refused("没有保底，可以一直扣下去", events)
        accepted(events | {"events": rule | {"floor": "0"}})
        veto = {"floor": "5", "items": rule["items"] | {"case": {"name": "立案", "points": "0", "veto": "zero"}}}
        wide = {"steps": [["5", "0"], ["10", "10"]]}
        refused("低于最低一档的值（可低至 0）", events | {"events": rule | veto, "convert": [wide]})

    @pytest.mark.parametrize("sized", [{"times_column": "staff"}, {"per": "staff"}, {"share_of_best": "10"}])
    def test_what_falls_below_zero_stays_below_it_by_whatever_size(self, sized):
        """A floor of −5 times the staff, or for each of them: how far below the lowest step nobody knows."""
        steps = {"steps": [["0", "0"], ["1", "10"]]}
        rule = {"base": "5", "items": {"bad": {"name": "问题", "points": "-3"}}}
        events = {"id": "a", "full": "10", "convert": [sized, steps]}
        refused("没有规定", events | {"events": rule | {"floor": "-5"}}, units=STAFF)
        accepted(events | {"events": rule | {"floor": "0"}}, units=STAFF)

    def test_a_cap_below_everything(self):
        refused("全部会封顶为同一个数", given(full="10", convert=[{"floor": "6"}, {"cap": "5"}]))
        refused("全部会保底为同一个数", given(full="20", high="10", convert=[{"floor": "11"}]))
        accepted(given(full="10", convert=[{"cap": "8"}, {"floor": "2"}]))


class TestResults:
    def test_bands_have_bounds_of_their_own_that_are_reached(self):
        def bands(**names):
            return {"bands": [{"id": "档", "of": "a", "names": names}]}

        refused("良: 80→与“优”的下限相同", rated(full="100"), **bands(优="80", 良="80", 差="0"))
        refused("120→永远达不到", rated(full="100"), **bands(特优="120", 优="80", 差="0"))
        refused("0→下面一档永远用不上", rated(full="100"), **bands(优="80", 中="0", 差="-10"))
        accepted(rated(full="100"), **bands(优="80", 差="0"))

    def test_a_bonus_widens_what_can_be_reached(self):
        kids = [rated("a", "100"), given("b", "5", outside=True)]
        bands = [{"id": "档", "of": "top", "names": {"特优": "101", "优": "0"}}]
        accepted(node(full="100"), *kids, bands=bands)
        refused("101→永远达不到", node(full="100", of=["a"]), kids[0], bands=bands)

    @pytest.mark.parametrize(
        ("said", "bounds"),
        [
            ("永远不会满足", {"from": "11"}),
            ("永远不会满足", {"above": "10"}),
            ("永远不会满足", {"below": "0"}),
            ("永远不会满足", {"up_to": "-1"}),
            ("上下限之间没有任何值", {"from": "6", "below": "6"}),
            ("上下限之间没有任何值", {"from": "7", "up_to": "6"}),
        ],
    )
    def test_bounds_that_no_marks_meet(self, said, bounds):
        refused(said, given(), **listed(when={"marks": {"a": bounds}}))
        refused(said, given(), **listed(provided={"marks": {"a": bounds}}))
        refused(said, given(), **outcome(when={"marks": {"a": bounds}}))

    @pytest.mark.parametrize("bounds", [{"from": "10"}, {"above": "9"}, {"up_to": "0"}, {"from": "6", "up_to": "6"}])
    def test_bounds_that_some_marks_meet(self, bounds):
        accepted(given(), **listed(when={"marks": {"a": bounds}}))

    def test_places_are_those_of_the_list(self):
        refused("永远不会满足：值都在 1 到 1 之间", given(), **outcome(when={"place": {"from": "2"}}))
        accepted(given(), **outcome(when={"place": {"up_to": "1"}}))
        assert_direct = listed(take="1", also={"listed": "先进"}) | outcome(when={"place": {"from": "2"}})
        accepted(given(), **assert_direct)

    def test_a_place_in_a_lists_own_condition(self):
        """E15."""
        refused("对名次的要求写在 provided", given(), **listed(when={"place": {"up_to": "1"}}))
        accepted(given(), **listed(take="3", provided={"place": {"up_to": "2"}}))

    def test_a_quota_within_groups(self):
        """E15."""
        quota = {"by": "category", "take": {"机关": "1"}, "rest": "1"}
        refused("不能再按 within 分组", given(), **listed(take=None, quota=quota, within=["township"]))
        accepted(given(), **listed(take=None, quota=quota))
        refused(
            "没有 rest",
            given(),
            **listed(take=None, quota={"by": "category", "take": {"机关": "1"}, "rest_by": "organ"}),
        )

    def test_a_share_of_nothing(self):
        refused("名单总是空的", given(), **listed(take=None, share="0%"))
        accepted(given(), **listed(take=None, share={"part": "10%", "of": "pool", "round": "up"}))

    def test_votes_are_asked_where_there_are_some(self):
        refused("没有票数可言", given(), **standing(min_votes="5"))
        accepted(rated(), **standing(min_votes="5"))


class TestUnmeasured:
    def test_it_is_said_of_leaves(self):
        """E12."""
        refused("只写在末级指标上", node(of=["a"], full="10", unmeasured="full"), given())
        refused("没有满分 full", {"id": "a", "marks": {"range": ["0", "5"]}, "unmeasured": "full"})
        accepted(given(unmeasured="full"))
        accepted({"id": "a", "marks": {"range": ["0", "5"]}, "unmeasured": "missing"})
