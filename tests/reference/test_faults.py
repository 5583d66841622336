"""The faults that were found, a tiny plan each, with the right value: asked of the judge and of the package alike."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.reference.agreement import Answer, Refused, accepted, of_judge, of_package
from tests.reference.refusals import refusals
from tests.tiny import tree, units

pytestmark = pytest.mark.slow

SIDES = {"judge": of_judge, "package": of_package}
LEVELS = {"满意": "1", "不满意": "0"}


@pytest.fixture(params=SIDES)
def ask(request) -> Callable[..., Answer]:
    """One of the sides, asked with a plan's tree and facts by table; units 甲 乙 丙 unless given."""
    side = SIDES[request.param]

    def asked(plan: dict[str, Any], as_of: Any = None, **facts: Any) -> Answer:
        return side(plan, {"units": units()} | facts, as_of)

    return asked


@pytest.fixture(params=SIDES)
def refuses(request) -> Callable[[dict[str, Any]], str]:
    """Why one of the sides does not accept a plan; nothing where it does."""

    def why(plan: dict[str, Any]) -> str:
        if request.param == "judge":
            return "；".join(refusals(plan))
        try:
            accepted(plan)
        except Refused as refused:
            return str(refused)
        return ""

    return why


def events(items: dict[str, Any], **rule: Any) -> dict[str, Any]:
    named = {id: {"name": id} | item for id, item in items.items()}
    return {"base": "0", "items": named} | rule


def happened(*rows: str) -> list[dict[str, Any]]:
    """event unit item day [deed] [points]"""
    found = []
    for row in rows:
        event, unit, item, day, *more = row.split()
        found.append(
            {
                "event": event,
                "unit": unit,
                "item": item,
                "happened_on": f"2020-{day}",
                "status": "confirmed",
                "document": "文",
                "times": 1,
            }
        )
        found[-1] |= {"deed": more[0]} if more and more[0] != "-" else {}
        found[-1] |= {"points": more[1]} if len(more) > 1 else {}
    return found


def given(method: str, text: str) -> list[dict[str, Any]]:
    """unit mark [cycle]"""
    rows = [line.split() for line in text.split(";")]
    return [
        {"method": method, "unit": row[0], "mark": row[1]} | ({"cycle": row[2]} if len(row) > 2 else {}) for row in rows
    ]


def voted(method: str, text: str, **more: Any) -> list[dict[str, Any]]:
    """unit level votes [cycle]"""
    rows = [line.split() for line in text.split(";")]
    return [
        {"method": method, "unit": row[0], "level": row[1], "votes": int(row[2])}
        | ({"cycle": row[3]} if len(row) > 3 else {})
        | more
        for row in rows
    ]


def marked(id: str = "m", full: str = "100", **more: Any) -> dict[str, Any]:
    return {"id": id, "full": full, "marks": {"range": ["0", full]}} | more


def rated(id: str = "r", full: str = "100", **rule: Any) -> dict[str, Any]:
    return {"id": id, "full": full, "ratings": {"levels": LEVELS} | rule}


QUARTERS = [
    {"id": f"{n}季度", "from": f"2020-{3 * n - 2:02d}-01", "to": f"2020-{3 * n:02d}-{31 if n in (1, 4) else 30}"}
    for n in (1, 2, 3, 4)
]


def with_quarters(*components: Any, **sections: Any) -> dict[str, Any]:
    made = tree(*components, **sections)
    made["cycles"] = made["cycles"] | {"quarter": QUARTERS}
    return made


class TestVetoes:
    """M2, E6."""

    LEAF = {
        "id": "e",
        "full": "10",
        "events": events(
            {"bad": {"points": "-1"}, "case": {"points": "0", "veto": "not_ranked"}}, base="10", floor="0"
        ),
    }

    def test_a_veto_in_one_cycle_is_one_for_the_year(self, ask):
        plan = tree(self.LEAF | {"per": "half", "over_cycles": "mean"})
        answer = ask(plan, events=happened("1 甲 case 03-01", "2 乙 bad 03-01"))
        assert answer.mark("e", "甲") is None
        assert answer.places("rank") == {"乙": 2, "丙": 1}
        assert answer.listed("先进") == ["丙"]

    @pytest.mark.parametrize("policy", ["spread", "zero", "mean_of_group", "not_ranked"])
    def test_no_policy_fills_a_veto(self, ask, policy):
        plan = tree({"id": "n", "full": "20", "of": ["e", "m"], "missing": policy}, self.LEAF, marked(full="10"))
        answer = ask(plan, events=happened("1 甲 case 03-01"), marks=given("m", "甲 10;乙 1;丙 2"))
        assert answer.mark("n", "甲") is None
        assert answer.unranked("rank") == {"甲": "veto"}

    def test_a_veto_of_a_deed_is_not_dropped_for_a_graver_number(self, ask):
        items = {"bad": {"points": "-5"}, "case": {"points": "0", "veto": "not_ranked"}}
        plan = tree({"id": "e", "full": "20", "events": events(items, base="20", same_deed={"keep": "gravest"})})
        assert ask(plan, events=happened("1 甲 bad 03-01 d1", "2 甲 case 03-01 d1")).mark("e", "甲") is None

    def test_zero_stays_zero_through_floors(self, ask):
        items = {"case": {"points": "0", "veto": "zero"}}
        plan = tree({"id": "e", "full": "20", "convert": [{"floor": "5"}], "events": events(items, base="20")})
        assert ask(plan, events=happened("1 甲 case 03-01")).mark("e", "甲") == 0

    def test_zero_in_a_leaf_of_deductions_is_the_lowest_it_can_give(self, ask):
        items = {"case": {"points": "0", "veto": "zero"}, "bad": {"points": "-1"}}
        leaf = {"id": "e", "outside": "true", "events": events(items, floor="-5")}
        plan = tree({"id": "n", "full": "10", "of": ["m", "e"]}, marked(full="10"), leaf)
        answer = ask(plan, events=happened("1 甲 case 03-01", "2 乙 bad 03-02"), marks=given("m", "甲 9;乙 9;丙 9"))
        assert (answer.mark("n", "甲"), answer.mark("n", "乙"), answer.mark("n", "丙")) == (4, 8, 9)


def test_a_ladder_is_climbed_by_what_counts(ask):
    """E7: ladder −1 −3 −10, deeds d1 d1 d2, base 30."""
    items = {"late": {"ladder": ["-1", "-3", "-10"]}}
    plan = tree({"id": "e", "full": "30", "events": events(items, base="30", same_deed={"keep": "gravest"})})
    answer = ask(plan, events=happened("1 甲 late 03-01 d1", "2 甲 late 03-02 d1", "3 甲 late 03-03 d2"))
    assert answer.mark("e", "甲") == 26


class TestRaters:
    """M8."""

    def test_marks_are_trimmed_within_a_class_whoever_gave_them(self, ask):
        plan = tree({"id": "m", "full": "10", "marks": {"range": ["0", "10"], "trim": {"top": "20%", "bottom": "20%"}}})
        rows = [
            {"method": "m", "unit": "甲", "mark": mark, "marker": f"m{nth}"}
            for nth, mark in enumerate(["1", "5", "5", "5", "10"])
        ]
        assert ask(plan, marks=rows).mark("m", "甲") == 5

    def test_several_raters_of_a_class_are_several_marks(self, ask):
        plan = tree({"id": "m", "full": "10", "marks": {"range": ["0", "10"], "markers": {"专家": "1"}}})
        rows = [
            {"method": "m", "unit": "甲", "mark": mark, "marker": f"m{nth}", "group": "专家"}
            for nth, mark in enumerate(["4", "6", "6", "8", "9"])
        ]
        assert ask(plan, marks=rows).mark("m", "甲") == answer_of("6.6")

    def test_a_mark_dated_a_year_later_is_set_aside(self, ask):
        rows = [
            {"method": "m", "unit": "甲", "mark": "9", "given_on": "2020-05-01"},
            {"method": "m", "unit": "甲", "mark": "1", "given_on": "2021-05-01"},
        ]
        answer = ask(tree(marked()), marks=rows)
        assert answer.mark("m", "甲") == 9
        assert answer.excluded == {("marks", "m", "甲", "outside_window"): 1}

    def test_one_class_of_two_missing_is_flagged(self, ask):
        rule = {
            "range": ["0", "10"],
            "markers": {"部门": {"weight": "2"}, "乡镇": {"weight": "1", "for": {"management": "双重"}}},
        }
        rows = [{"method": "m", "unit": unit, "mark": "6", "marker": "部门"} for unit in "甲乙"]
        for policy, right in (("spread", 6), ("zero", 4), ("not_scored", None)):
            plan = tree({"id": "m", "full": "10", "marks": rule | {"marker_missing": policy}})
            answer = ask(plan, marks=rows, units=units("甲 乙", management={"甲": "双重"}))
            assert (answer.mark("m", "甲"), answer.mark("m", "乙")) == (right, 6)
            assert (answer.flag("m", "甲"), answer.flag("m", "乙")) == ("marker_missing", None)


def answer_of(text: str) -> Any:
    return Fraction(text)


class TestExact:
    """M1."""

    def test_thirds_tie_with_one(self, ask):
        rate = {"full": "1", "measures": {"of": "rate", "numerator": "a"}, "convert": [{"cap": "1"}]}
        leaves = [{"id": f"x{n}"} | rate for n in (1, 2, 3)]
        plan = tree({"id": "n", "full": "3", "of": ["x1", "x2", "x3"]}, *leaves)
        rows = [{"method": f"x{n}", "unit": "甲", "numerator": "1", "denominator": "3"} for n in (1, 2, 3)]
        rows += [
            {"method": f"x{n}", "unit": "乙", "numerator": num, "denominator": "1"}
            for n, num in ((1, "1"), (2, "0"), (3, "0"))
        ]
        assert ask(plan, measures=rows).places("rank") == {"甲": 1, "乙": 1}

    def test_two_thirds_and_a_third_reach_fifty(self, ask):
        groups = {"a": "0.5", "b": "0.5"}
        plan = tree(rated(groups=groups) | {"convert": [{"steps": [["0", "0"], ["50", "100"]]}]})
        rows = voted("r", "甲 满意 1;甲 不满意 2", group="a") + voted("r", "甲 满意 2;甲 不满意 1", group="b")
        assert ask(plan, counts=rows).mark("r", "甲") == 100

    def test_a_third_three_times_reaches_its_step(self, ask):
        convert = [{"per": "staff"}, {"times": "3"}, {"steps": [["0", "0"], ["10", "7"]]}]
        plan = tree(marked(full="10", convert=convert))
        plan["units"] |= {"columns": {"staff": "人数"}}
        named = [row | {"staff": "3"} for row in units()]
        assert ask(plan, units=named, marks=given("m", "甲 10")).mark("m", "甲") == 7

    def test_large_shares_do_not_overflow(self, ask):
        plan = tree(
            {
                "id": "x",
                "full": "10",
                "measures": {"of": "count", "numerator": "a"},
                "convert": [{"share_of_best": "10"}],
            }
        )
        rows = [{"method": "x", "unit": "甲", "numerator": "300"}, {"method": "x", "unit": "乙", "numerator": "700"}]
        answer = ask(plan, measures=rows)
        assert (answer.mark("x", "甲"), answer.mark("x", "乙")) == (answer_of("30/7"), 10)

    def test_a_large_rate_does_not_overflow(self, ask):
        plan = tree({"id": "x", "measures": {"of": "rate", "numerator": "a"}})
        rows = [{"method": "x", "unit": "甲", "numerator": "5000000", "denominator": "1000000"}]
        assert ask(plan, measures=rows).mark("x", "甲") == 5

    def test_rounding_down_is_toward_zero(self, ask):
        leaf = {
            "id": "e",
            "outside": "true",
            "events": events({"bad": {"points": "-1.55"}}),
            "convert": [{"round": {"places": "1", "mode": "down"}}],
        }
        plan = tree({"id": "n", "full": "10", "of": ["m", "e"]}, marked(full="10"), leaf)
        assert ask(plan, events=happened("1 甲 bad 03-01"), marks=given("m", "甲 9")).mark("e", "甲") == answer_of(
            "-1.5"
        )


class TestNodes:
    """M6, M7, E9–E12."""

    def test_weights_weigh_shares(self, ask):
        plan = tree(
            {"id": "n", "full": "100", "of": ["a", "b"]},
            marked("a", "30", weight="0.5"),
            marked("b", "100", weight="0.5"),
        )
        assert ask(plan, marks=given("a", "甲 30") + given("b", "甲 100")).mark("n", "甲") == 100

    def test_a_weight_that_a_category_lacks_is_no_child(self, ask):
        plan = tree(
            {"id": "n", "full": "100", "of": ["a", "b"]},
            marked("a", weight={"机关": "0.6"}),
            marked("b", weight={"机关": "0.4", "站所": "1"}),
        )
        rows = given("a", "甲 50;乙 50") + given("b", "甲 100;乙 80")
        answer = ask(plan, marks=rows, units=units("甲 乙", category={"乙": "站所"}))
        assert (answer.mark("n", "甲"), answer.mark("n", "乙")) == (70, 80)
        assert answer.mark("a", "乙") is None

    def test_a_node_per_half_over_quarters(self, ask):
        leaf = {
            "id": "q",
            "full": "40",
            "per": "quarter",
            "cycle_full": {one["id"]: "10" for one in QUARTERS},
            "marks": {"range": ["0", "10"]},
        }
        plan = with_quarters({"id": "n", "full": "40", "per": "half", "of": ["q"], "each_cycle": [{"cap": "4"}]}, leaf)
        rows = given("q", "甲 1 1季度;甲 2 2季度;甲 4 3季度;甲 0 4季度")
        assert ask(plan, marks=rows).mark("n", "甲") == 7

    def test_a_yearly_bonus_is_added_once(self, ask):
        leaf = {"id": "q", "full": "10", "per": "quarter", "over_cycles": "mean", "marks": {"range": ["0", "10"]}}
        bonus = {"id": "b", "outside": "true", "events": events({"good": {"points": "5"}})}
        plan = with_quarters(
            {"id": "n", "full": "10", "per": "quarter", "over_cycles": "mean", "of": ["q", "b"]}, leaf, bonus
        )
        rows = given("q", "甲 1 1季度;甲 2 2季度;甲 4 3季度;甲 0 4季度")
        assert ask(plan, marks=rows, events=happened("1 甲 good 03-01")).mark("n", "甲") == answer_of("6.75")

    def test_a_weighing_node_adds_its_bonus(self, ask):
        bonus = {"id": "b", "outside": "true", "events": events({"good": {"points": "5"}})}
        plan = tree(
            {"id": "n", "full": "100", "of": ["a", "c", "b"]},
            marked("a", weight="0.5"),
            marked("c", weight="0.5"),
            bonus,
        )
        rows = given("a", "甲 80") + given("c", "甲 60")
        assert ask(plan, marks=rows, events=happened("1 甲 good 03-01")).mark("n", "甲") == 75

    def test_a_node_worth_nothing_to_a_category_gives_nothing(self, ask):
        """Full marks of 0 are added, not divided by, where nothing is weighed."""
        plan = tree(
            {"id": "n", "full": {"机关": "150", "站所": "100"}, "missing": "zero", "of": ["a", "b"]},
            marked("a"),
            {"id": "b", "full": {"机关": "50", "站所": "0"}, "of": ["c"]},
            marked("c", full="50") | {"full": {"机关": "50"}},
        )
        made = units("甲 乙", category={"乙": "站所"})
        answer = ask(plan, units=made, marks=given("a", "甲 80;乙 70") + given("c", "甲 20"))
        assert (answer.mark("n", "甲"), answer.mark("n", "乙")) == (100, 70)

    def test_an_imported_mark_is_not_converted_again(self, ask):
        node = {
            "id": "n",
            "full": "100",
            "of": ["m"],
            "imported": {"system": "卫健"},
            "convert": [{"scale": {"from": "80", "to": "100"}}],
        }
        plan = tree(node, marked(full="80", **{"for": {"system": ""}}))
        plan["units"] |= {"systems": {"卫健": "卫健系统"}}
        answer = ask(plan, units=units("甲 乙", system={"甲": "卫健"}), marks=given("n", "甲 72") + given("m", "乙 72"))
        assert (answer.mark("n", "甲"), answer.mark("n", "乙")) == (72, 90)

    def test_an_imported_mark_of_pooled_votes_is_nobodys_best(self, ask):
        leaf = rated(full="10", score_per="year") | {"imported": {"system": "卫健"}, "per": "half"}
        plan = tree(leaf | {"over_cycles": "mean", "convert": [{"share_of_best": "10"}]})
        plan["units"] |= {"systems": {"卫健": "卫健系统"}}
        votes = voted("r", "乙 满意 3 上半年;乙 不满意 2 下半年;丙 满意 1 上半年;丙 不满意 1 下半年")
        answer = ask(plan, units=units(system={"甲": "卫健"}), marks=given("r", "甲 8"), counts=votes)
        assert [answer.mark("r", unit) for unit in "甲乙丙"] == [8, 10, answer_of("25/3")]

    def test_a_node_per_half_sees_its_leaf_after_its_conversions(self, ask):
        leaf = {
            "id": "h",
            "full": "100",
            "per": "half",
            "cycle_full": {"上半年": "50", "下半年": "50"},
            "marks": {"range": ["0", "50"]},
        }
        leaf |= {"convert": [{"times": "0.5"}]}
        plan = tree({"id": "n", "full": "100", "per": "half", "of": ["h"]}, leaf)
        assert ask(plan, marks=given("h", "甲 30 上半年;甲 20 下半年")).mark("n", "甲") == 25

    def test_not_ranked_in_a_cycle_is_not_ranked(self, ask):
        leaf = {"id": "h", "full": "10", "per": "half", "over_cycles": "mean", "marks": {"range": ["0", "10"]}}
        plan = tree(
            {"id": "n", "full": "10", "per": "half", "over_cycles": "mean", "of": ["h"], "missing": "not_ranked"}, leaf
        )
        answer = ask(plan, marks=given("h", "甲 10 上半年;乙 5 上半年;乙 5 下半年"))
        assert (answer.mark("n", "甲"), answer.mark("n", "乙")) == (None, 5)


class TestCycles:
    """E3, E5, E12."""

    def test_a_sum_of_which_one_half_is_missing_has_no_marks(self, ask):
        leaf = {
            "id": "h",
            "full": "100",
            "per": "half",
            "cycle_full": {"上半年": "50", "下半年": "50"},
            "marks": {"range": ["0", "50"]},
        }
        answer = ask(tree(leaf), marks=given("h", "甲 40 上半年;乙 20 上半年;乙 10 下半年"))
        assert (answer.mark("h", "甲"), answer.mark("h", "乙"), answer.flag("h", "甲")) == (None, 30, "cycle_missing")

    def test_a_weight_over_cycles_is_no_full_mark(self, ask):
        leaf = rated() | {"per": "half", "over_cycles": "weights", "cycle_full": {"上半年": "0.5", "下半年": "0.5"}}
        rows = voted("r", "甲 满意 3 上半年;甲 不满意 1 上半年;甲 满意 1 下半年;甲 不满意 1 下半年")
        assert ask(tree(leaf), counts=rows).mark("r", "甲") == answer_of("62.5")

    def test_unmeasured_takes_no_rank(self, ask):
        leaf = {"id": "x", "full": "5", "unmeasured": "missing", "marks": {"range": ["0", "10"]}}
        leaf |= {"convert": [{"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}}]}
        answer = ask(tree(leaf), marks=given("x", "甲 9;乙 8"))
        assert (answer.mark("x", "甲"), answer.mark("x", "乙"), answer.mark("x", "丙")) == (5, 3, None)

    def test_unmeasured_full_has_its_cycles_too(self, ask):
        leaf = {
            "id": "h",
            "full": "10",
            "per": "half",
            "cycle_full": {"上半年": "5", "下半年": "5"},
            "unmeasured": "full",
            "marks": {"range": ["0", "5"]},
        }
        plan = tree({"id": "n", "full": "10", "per": "half", "of": ["h"]}, leaf)
        assert ask(plan, marks=given("h", "甲 1 上半年;甲 1 下半年")).mark("n", "乙") == 10


class TestRatings:
    """M12, E1, E2, E4."""

    FORM = {"exactly": {"满意": "1"}, "unmarked": "不满意"}

    def form(self, form, unit, level="满意", at="2020-05-01", who="p", **more):
        return {"method": "r", "form": form, "unit": unit, "level": level, "rated_on": at, "respondent": who} | more

    def test_a_void_form_does_not_use_up_its_voters_turn(self, ask):
        plan = tree(rated(form=self.FORM, each={"by": "respondent", "keep": "first"}))
        rows = [self.form("1", "甲"), self.form("1", "乙"), self.form("2", "甲", at="2020-05-02")]
        answer = ask(plan, ratings=rows)
        assert (answer.mark("r", "甲"), answer.mark("r", "乙")) == (100, 0)
        assert answer.set_aside == {("r", "wrong_picks"): 2}

    def test_own_rows_of_a_form_are_set_aside(self, ask):
        plan = tree(rated(form=self.FORM, own_unit="false"))
        rows = [self.form("1", "甲", own=True), self.form("2", "乙", who="q", own=False)]
        answer = ask(plan, ratings=rows)
        assert (answer.mark("r", "甲"), answer.mark("r", "乙")) == (0, 50)
        assert answer.set_aside == {("r", "own_unit"): 1}

    def test_nine_comes_before_ten(self, ask):
        plan = tree(rated(each={"by": "respondent", "keep": "last"}))
        rows = [self.form("9", "甲"), self.form("10", "甲", level="不满意")]
        assert ask(plan, ratings=rows).mark("r", "甲") == 0

    def test_items_of_two_forms_never_mix(self, ask):
        plan = tree(rated(items={"a": "0.5", "b": "0.5"}, each={"by": "respondent", "keep": "last"}))
        rows = [
            self.form("1", "甲", item="a"),
            self.form("1", "甲", item="b"),
            self.form("2", "甲", "不满意", "2020-05-02", item="a"),
        ]
        answer = ask(plan, ratings=rows)
        assert answer.mark("r", "甲") == 0
        assert answer.set_aside == {("r", "replaced"): 2}

    def test_a_group_of_weight_zero_is_no_vote(self, ask):
        plan = tree(rated(groups={"a": "1", "b": "0"}, none={"then": "zero"}))
        answer = ask(plan, counts=voted("r", "甲 满意 3", group="b") + voted("r", "乙 满意 3", group="a"))
        assert (answer.mark("r", "甲"), answer.mark("r", "乙")) == (0, 100)

    def test_an_item_of_weight_zero_is_no_vote(self, ask):
        plan = tree(rated(items={"a": "0", "b": "1"}, none={"then": "zero"}))
        answer = ask(plan, counts=voted("r", "甲 满意 3", item="a"))
        assert answer.mark("r", "甲") == 0

    def test_few_counts_people_not_answers(self, ask):
        plan = tree(rated(items={"a": "0.5", "b": "0.5"}, few={"below": "3", "then": "not_scored"}))
        rows = [self.form(n, "甲", who=n, item=item) for n in "12" for item in "ab"]
        rows += [self.form(n, "乙", who=n, item=item) for n in "345" for item in "ab"]
        answer = ask(plan, ratings=rows)
        assert (answer.mark("r", "甲"), answer.mark("r", "乙")) == (None, 100)


class TestStandings:
    """M10, E14–E17."""

    def test_a_key_without_a_value_comes_last(self, ask):
        low = {"id": "k", "events": events({"bad": {"points": "-1"}}), "for": {"management": "单独"}}
        plan = tree(marked(), low | {"outside": "true"}, standings=[{"id": "rank", "of": "m", "ties": ["k", "share"]}])
        rows = happened("1 甲 bad 03-01", "2 甲 bad 03-02", "3 甲 bad 03-03", "4 乙 bad 03-01")
        answer = ask(
            plan, events=rows, marks=given("m", "甲 5;乙 5;丙 5"), units=units("甲 乙 丙", management={"丙": "双重"})
        )
        assert answer.places("rank") == {"乙": 1, "甲": 2, "丙": 3}

    def test_on_top_stands_beside_the_quota(self, ask):
        lists = [
            {
                "id": "末位",
                "from": "units",
                "by": "rank",
                "side": "bottom",
                "take": "1",
                "good": "false",
                "also": {"listed": "末位"},
            }
        ]
        history = [{"year": 2019, "unit": "甲", "list": "末位"}]
        answer = ask(tree(marked(), lists=lists), marks=given("m", "甲 1;乙 2;丙 3"), history=history)
        assert answer.listed("末位") == ["甲", "乙"]

    def test_provided_with_a_place_works_on_the_list_as_drawn(self, ask):
        lists = [
            {
                "id": "先进",
                "from": "units",
                "by": "rank",
                "side": "top",
                "take": "3",
                "provided": {"place": {"up_to": "2"}},
            }
        ]
        assert ask(tree(marked(), lists=lists), marks=given("m", "甲 1;乙 2;丙 3")).listed("先进") == ["丙", "乙"]

    def test_running_on_another_list_includes_this_year(self, ask):
        lists = [
            {"id": "末位", "from": "units", "by": "rank", "side": "bottom", "take": "1", "good": "false"},
            {
                "id": "问责",
                "from": "units",
                "by": "rank",
                "side": "bottom",
                "good": "false",
                "when": {"running": {"list": "末位", "years": "2"}},
            },
        ]
        history = [{"year": 2019, "unit": "丙", "list": "末位"}, {"year": 2019, "unit": "甲", "list": "末位"}]
        assert ask(tree(marked(), lists=lists), marks=given("m", "甲 1;乙 2;丙 3"), history=history).listed("问责") == [
            "甲"
        ]

    def test_a_unit_kept_off_by_the_other_lists_own_condition_is_not_left_out(self, ask):
        lists = [
            {"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2", "leave_out_direct_of": ["末位"]},
            {
                "id": "末位",
                "from": "units",
                "by": "rank",
                "side": "bottom",
                "take": "1",
                "good": "false",
                "also": {"listed": "末位"},
            }
            | {"when": {"marks": {"m": {"below": "50"}}}},
        ]
        history = [{"year": 2019, "unit": "甲", "list": "末位"}]
        answer = ask(tree(marked(), lists=lists), marks=given("m", "甲 90;乙 80;丙 10"), history=history)
        assert (answer.listed("先进"), answer.listed("末位")) == (["甲", "乙"], ["丙"])

    def test_a_township_that_is_not_there_bears_no_consequence(self, ask):
        plan = tree(
            marked(),
            effects={"分": {"unit": "分"}},
            outcomes=[{"id": "o", "list": "先进", "effect": "分", "amount": "1", "to": "township"}],
        )
        assert ask(plan, marks=given("m", "甲 3")).outcomes == set()

    def test_a_decided_list_stands_whatever_comes_later(self, ask):
        plan = tree(
            marked("a", "50"),
            marked("b", "50", listed=["候选"]),
            {"id": "n", "full": "100", "of": ["a", "b"], "listed": ["候选"]},
        )
        plan["standings"] = [{"id": "rank", "of": "a", "ties": ["share"]}, {"id": "all", "of": "n", "ties": ["share"]}]
        plan["shortlists"] = [{"id": "候选", "from": "units", "by": "rank", "side": "top", "take": "2"}]
        plan["lists"] = [{"id": "先进", "from": "候选", "by": "all", "side": "top", "take": "1"}]
        decisions = [
            {
                "list": "候选",
                "unit": unit,
                "proposed": True,
                "decided": True,
                "decided_on": "2020-11-05",
                "decided_by": "会",
                "document": "纪要",
            }
            for unit in "甲乙"
        ]
        marks = given("a", "甲 1;乙 40;丙 45") + given("b", "甲 10;乙 20;丙 50")
        answer = ask(plan, marks=marks, decisions=decisions)
        assert (answer.listed("候选"), answer.listed("先进")) == (["乙", "甲"], ["乙"])
        assert sorted(answer.proposals["候选"]) == ["丙", "乙"]

    def test_a_tie_at_a_cut_over_all_groups_is_asked_again_across_them(self, ask):
        """E16: the standing ranks within categories, the list of two is over all."""
        standings = [{"id": "rank", "of": "m", "ties": ["k", "share"], "within": ["category"]}]
        lists = [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2"}]
        plan = tree(marked(), marked("k"), standings=standings, lists=lists)
        named = units("甲 乙 丙", category={"丙": "站所"})
        answer = ask(plan, units=named, marks=given("m", "甲 9;乙 5;丙 5") + given("k", "乙 1;丙 2"))
        assert answer.listed("先进") == ["甲", "丙"]
        assert answer.entries["先进", "丙"][2] == "tie_keys"

    def test_votes_are_not_asked_of_a_unit_that_brings_its_marks(self, ask):
        """E13."""
        plan = tree(rated() | {"imported": {"system": "卫健"}})
        plan["units"] |= {"systems": {"卫健": "卫健系统"}}
        plan["standings"] = [{"id": "rank", "of": "r", "ties": ["share"], "min_votes": "5"}]
        named = units("甲 乙 丙", system={"甲": "卫健"})
        answer = ask(plan, units=named, marks=given("r", "甲 72"), counts=voted("r", "乙 满意 5;丙 满意 4"))
        assert (answer.places("rank"), answer.unranked("rank")) == ({"乙": 1, "甲": 2}, {"丙": "few_votes"})

    def test_the_strongest_nets_a_bonus_and_a_deduction(self, ask):
        """E18."""
        effects = {"分": {"unit": "分", "combine": "strongest"}}
        amounts = {"a": "5", "b": "2", "c": "-3", "d": "-1"}
        outcomes = [
            {"id": id, "list": "先进", "effect": "分", "amount": amount, "to": "unit"} for id, amount in amounts.items()
        ]
        answer = ask(tree(marked(), effects=effects, outcomes=outcomes), marks=given("m", "甲 3"))
        assert answer.sums == {("unit", "甲", "分"): 2}

    def test_below_the_lowest_band_there_is_none(self, ask):
        """E13."""
        plan = tree(marked(), bands=[{"id": "等级", "of": "m", "names": {"优": "80", "良": "60"}}])
        answer = ask(plan, marks=given("m", "甲 80;乙 79.99;丙 59.99"))
        assert answer.bands == {("等级", "甲"): "优", ("等级", "乙"): "良"}

    def test_a_cycle_that_has_not_begun_is_not_due(self, ask):
        """E21."""
        leaf = {"id": "h", "full": "10", "per": "half", "over_cycles": "mean", "marks": {"range": ["0", "10"]}}
        rows = given("h", "甲 6 上半年;甲 2 下半年")
        answer = ask(tree(leaf), date(2020, 6, 30), marks=rows)
        assert (answer.mark("h", "甲"), answer.flag("h", "甲")) == (6, "not_due")


HALF = {"per": "half", "over_cycles": "sum"}
BOUND_TWICE = [{"id": "等级", "of": "m", "names": {"优": "80", "良": "80"}}]
BY = {"机关": "60", "站所": "40"}


def listed(**more: Any) -> list[dict[str, Any]]:
    return [{"id": "先进", "from": "units", "by": "rank", "side": "top"} | more]


MUST_BE_REFUSED = {
    "unknown column": tree(marked(convert=[{"per": "staf"}])),
    "ratings leaf without full": tree({"id": "r", "ratings": {"levels": LEVELS}}),
    "range beyond full marks": tree({"id": "m", "full": "60", "marks": {"range": ["0", "70"]}}),
    "column of a condition": tree(marked(), lists=listed(take="1", when={"units": {"catgory": "站所"}})),
    "component of a condition": tree(
        marked(),
        effects={"分": {}},
        outcomes=[
            {"id": "o", "list": "先进", "effect": "分", "to": "unit", "when": {"marks": {"totl": {"from": "1"}}}}
        ],
    ),
    "child for some, added for all": tree(
        {"id": "n", "full": "100", "of": ["a", "b"]},
        marked("a", "60"),
        marked("b", "40", **{"for": {"category": "站所"}}),
    ),
    "cycle_full with a mean": tree(
        rated() | HALF | {"over_cycles": "mean", "cycle_full": {"上半年": "50", "下半年": "50"}}
    ),
    "unmeasured on a node": tree(
        {"id": "n", "full": "30", "of": ["a", "b"], "unmeasured": "full"}, marked("a", "10"), marked("b", "20")
    ),
    "quota within groups": tree(
        marked(), lists=listed(quota={"by": "category", "take": {"站所": "1"}, "rest": "1"}, within=["township"])
    ),
    "place in a list's own when": tree(marked(), lists=listed(when={"place": {"up_to": "2"}})),
    "base per month beyond full marks": tree(
        {"id": "e", "full": "90", "per": "month", "events": events({"bad": {"points": "-1"}}, base="90")}
    ),
    "bands bound twice": tree(marked(), bands=BOUND_TWICE),
    "step bound twice": tree(marked(convert=[{"steps": [["0", "0"], ["50", "1"], ["50", "2"]]}])),
    "trim of the whole": tree(
        {"id": "m", "full": "6", "marks": {"range": ["0", "6"], "trim": {"top": "50%", "bottom": "50%"}}}
    ),
    "level beyond out_of": tree({"id": "r", "full": "100", "ratings": {"levels": {"好": "2", "差": "0"}}}),
    "all levels without value": tree({"id": "r", "full": "100", "ratings": {"levels": {"好": None, "差": None}}}),
    "gap in points by rank": tree(marked(convert=[{"points_by_rank": {"places": {"1": "5", "3": "1"}, "after": "0"}}])),
    "step that nothing reaches": tree(marked(convert=[{"steps": [["0", "0"], ["101", "100"]]}])),
    "value below the lowest step": tree(marked(convert=[{"steps": [["60", "100"]]}])),
    "share of a best of zero": tree(marked(convert=[{"share_of_best": "0"}])),
    "scale from zero": tree(marked(convert=[{"scale": {"from": "0", "to": "100"}}])),
}

MUST_BE_ACCEPTED = {
    "full marks by category": tree(
        {"id": "n", "full": "100", "of": ["a", "b"]},
        rated("a") | {"full": BY},
        rated("b") | {"full": {"机关": "40", "站所": "60"}},
    ),
    "children that take turns": tree(
        {"id": "n", "full": "100", "of": ["a", "b", "c"]},
        marked("a", "60"),
        marked("b", "40", **{"for": {"category": "站所"}}),
        marked("c", "40", **{"for": {"category": "机关"}}),
    ),
    "votes of the year pooled": tree(rated(score_per="year") | HALF),
}


@pytest.mark.parametrize("name", MUST_BE_REFUSED)
def test_a_plan_that_must_be_refused_is(refuses, name):
    assert refuses(MUST_BE_REFUSED[name])


@pytest.mark.parametrize("name", MUST_BE_ACCEPTED)
def test_a_plan_that_may_be_scored_is_accepted(refuses, name):
    assert refuses(MUST_BE_ACCEPTED[name]) == ""
