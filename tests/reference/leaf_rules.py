"""Random rules of leaves, and conversions that stay within the full marks."""

from random import Random
from typing import Any

from tests.tiny import HALVES, YEAR

Tree = dict[str, Any]
KINDS = ("ratings", "marks", "events", "measures")
ENDS = ("03-31", "06-30", "09-30", "12-31")
QUARTERS = [{"id": f"{n}季度", "from": f"2020-{3 * n - 2:02d}-01", "to": f"2020-{ENDS[n - 1]}"} for n in (1, 2, 3, 4)]
CYCLES = {"year": [YEAR], "half": HALVES, "quarter": QUARTERS}
LEVELS = (
    ({"满意": "1", "基本满意": "0.6", "不满意": "0", "不了解": None}, "1"),
    ({"好": "90", "中": "70", "差": "50"}, "100"),
    ({"好": "90", "中": "70", "差": "50", "弃": None}, "90"),
    ({"甲等": "1", "乙等": "0.5", "丙等": "-0.2"}, "1"),
)
GROUPS = (
    ["a", "b"],
    {"a": "0.5", "b": "0.5"},
    {"a": "1", "b": "0"},
    {"a": {"机关": "0.3", "else": "1"}, "b": "2"},
    {"a": {"站所": "1"}, "b": "1"},
)
MARKERS = (
    {"部门": "2", "乡镇": "1"},
    {"专家": "1"},
    {"部门": {"weight": "2"}, "乡镇": {"weight": "1", "for": {"management": "双重"}}},
    {"部门": "1", "乡镇": "0"},
)


def cycled(rnd: Random, one: Tree, each: int) -> tuple[Tree, int]:
    """How the cycles of a leaf combine, and what they come to at most."""
    cycles = [cycle["id"] for cycle in CYCLES[one["per"]]]
    if len(cycles) == 1:
        return one, each
    over = rnd.choice(["sum", "mean", "best", "last", "weights"])
    one = one | {"over_cycles": over}
    if over == "sum":
        return one | {"cycle_full": dict.fromkeys(cycles, str(each))}, each * len(cycles)
    if over == "weights":
        halves = {"上半年": "0.4", "下半年": "0.6"}
        return one | {"cycle_full": halves if len(cycles) == 2 else dict.fromkeys(cycles, "0.25")}, each
    if rnd.random() < 0.6:
        one["cycle_missing"] = rnd.choice(["left_out", "zero", "not_scored"])
    return one, each


def ratings(rnd: Random, one: Tree, full: int, outside: bool) -> Tree:
    """Levels, groups, items, forms, and what few votes or none do."""
    levels, out_of = rnd.choice(LEVELS)
    rule: Tree = {"levels": levels, "out_of": out_of}
    if rnd.random() < 0.45:
        rule["groups"] = rnd.choice(GROUPS)
        if rnd.random() < 0.5:
            rule["group_missing"] = rnd.choice(["zero", "spread"])
    if rnd.random() < 0.4:
        rule["form"] = _form(rnd, levels)
    elif rnd.random() < 0.4:
        rule["items"] = rnd.choice([["p", "q"], {"p": "0.4", "q": "0.6"}, {"p": "1", "q": "0"}])
    if rnd.random() < 0.5:
        rule["each"] = {"by": "respondent", "keep": rnd.choice(["first", "last"])}
        if "form" in rule and rnd.random() < 0.4:
            rule["each"]["void_counts"] = "true"
    if rnd.random() < 0.2:
        rule["mean_first"] = "respondent"
    if rnd.random() < 0.3:
        rule["own_unit"] = "false"
    if rnd.random() < 0.2:
        rule["channels"] = [{"id": "网"}, {"id": "电"}, {"id": "访", "for": {"management": "双重"}}][
            : rnd.choice([2, 3])
        ]
    rule |= _few(rnd)
    if rnd.random() < 0.25:
        rule["score_per"] = rnd.choice(["year", "year", "cycle"])
    return rule


def _form(rnd: Random, levels: Tree) -> Tree:
    first, *_, last = [level for level, value in levels.items() if value is not None]
    rule: Tree = {
        "unmarked": rnd.choice([first, last, "not_counted"]),
        "else": rnd.choice(["whole_form_void", "drop_level"]),
    }
    rule |= rnd.choice(
        [{"exactly": {first: "1"}}, {"exactly": {first: "1"}, "at_most": {last: "1"}}, {"at_most": {last: "1"}}]
    )
    return rule


def _few(rnd: Random) -> Tree:
    choices, found = ["zero", "not_scored"], {}
    if rnd.random() < 0.55:
        few = rnd.choice([{"own_share": "0.3"}, {"own_share": "0"}, {"then": "not_scored"}, {"then": "flag"}])
        few = few | {
            "below": str(rnd.choice([2, 4, 30, 30])),
            "mean_of": rnd.choice(["rated_units", "same_category", "enough_votes"]),
        }
        found["few"] = few | {"counted_per": rnd.choice(["cycle", "year"])}
        choices += ["mean", "mean"]
    return found | {"none": {"then": rnd.choice(choices)}}


def marks(rnd: Random, one: Tree, full: int, outside: bool) -> Tree:
    """Raters of one class or several."""
    rule: Tree = {"range": ["0", str(full)], "decimals": "2"}
    if rnd.random() < 0.55:
        rule["markers"] = rnd.choice(MARKERS)
        rule["marker_missing"] = rnd.choice(["spread", "zero", "not_scored"])
    if rnd.random() < 0.35:
        rule["trim"] = rnd.choice(
            [{"top": "20%", "bottom": "20%"}, {"top": "1/2"}, {"bottom": "0.34"}, {"top": "50%", "bottom": "49%"}]
        )
    if rnd.random() < 0.2:
        rule["means_nothing"] = ["0"]
    return rule


def events(rnd: Random, one: Tree, full: int, outside: bool) -> Tree:
    """A catalogue of items, with ladders, vetoes, deadlines and factors."""
    earns = outside or rnd.random() < 0.25
    rule: Tree = {"base": "0" if outside else str(full), "items": _items(rnd, one["id"], earns)}
    if earns or rnd.random() < 0.1:
        rule["cap"] = str(5 if outside else full)
    if rnd.random() < 0.6:
        rule["floor"] = rnd.choice(["-5", "-2"] if outside else ["0", "0", "2", "-5"])
    if rnd.random() < 0.4:
        rule["same_deed"] = {"keep": "gravest"}
    if rnd.random() < 0.2:
        rule["needs"] = "signed"
    if rnd.random() < 0.15:
        rule["counts"] = rnd.choice(
            [["confirmed", "upheld", "proposed"], ["upheld"], ["confirmed", "objected", "withdrawn"]]
        )
    return rule


def _items(rnd: Random, id: str, earns: bool) -> Tree:
    items: Tree = {f"{id}.bad": {"name": "查实", "points": rnd.choice(["-1", "-0.5", "-3"])}}
    if rnd.random() < 0.4:
        items[f"{id}.range"] = {
            "name": "视情节",
            "points": ["-5", "-3"],
            "factors": {"aggravated": "2", "halved": "0.5"},
        }
    if rnd.random() < 0.4:
        items[f"{id}.ladder"] = {"name": "累计", "ladder": ["-1", "-3", "-10"], "factors": {"aggravated": "1.5"}}
    if rnd.random() < 0.35:
        case = {"name": "立案", "points": rnd.choice(["0", "-2"]), "veto": rnd.choice(["not_ranked", "zero", "zero"])}
        if case["veto"] == "zero" and rnd.random() < 0.6:
            case["veto_per"] = rnd.choice(["cycle", "year"])
        items[f"{id}.case"] = case
    if rnd.random() < 0.3:
        within, extended = rnd.choice(
            [
                ({"days": "5"}, {"months": "1"}),
                ({"working_days": "3"}, {"working_days": "5"}),
                ({"months": "1"}, {"days": "40"}),
            ]
        )
        items[f"{id}.slow"] = {"name": "超期", "points": "-1", "within": within, "extended": extended}
    if earns:
        items[f"{id}.good"] = {"name": "表彰", "points": rnd.choice(["1", "2.5", "5"])}
    return items


def measures(rnd: Random, one: Tree, full: int, outside: bool) -> Tree:
    """A rate or a count."""
    return {"of": rnd.choice(["rate", "count"]), "numerator": "分子", "denominator": "分母"}


def bounded(rnd: Random, full: int) -> Tree:
    """A conversion that makes marks of a raw number."""
    lowest = rnd.choice([[None, "0"], ["0", "0"]])
    return rnd.choice(
        [
            {"steps": [lowest, ["0.5", str(full // 2)], ["0.9", str(full)]]},
            {"share_of_best": str(full)},
            {
                "points_by_rank": {
                    "places": {"1": str(full), "2": "3"},
                    "after": "1",
                    "lowest_first": rnd.choice(["true", "false"]),
                }
            },
            {"cap": str(full)},
            {"times": "1"},
            {"per_point": {"full": str(full), "target": "0.5", "points": "0.1"}},
            {"per_point": {"full": str(full // 2), "target": "0.5", "points": "0.1", "over": "0.05"}},
        ]
    )


def conversions(rnd: Random, full: int, share: float, steps: bool = True) -> list[Tree]:
    """Conversions of marks that stay within the full marks; the second presumes nothing of what the first leaves."""
    if rnd.random() >= share:
        return []
    lowest = rnd.choice([[None, "0"], [None, "0"], ["0", "0"]])
    first: list[Tree] = [
        {"per_point": {"full": str(full), "target": str(full), "points": "0.5", "of": "1"}},
        {"per_point": {"full": str(full // 2), "target": str(full // 2), "points": "1", "of": "1", "over": "0.5"}},
        {"steps": [lowest, [str(full // 2), str(full // 2)], [str(full), str(full)]]},
    ]
    lowest_first = rnd.choice(["true", "false"])
    some: list[Tree] = [
        {"cap": str(full - 1)}, {"floor": rnd.choice(["0", "1", "2"])}, {"times": rnd.choice(["0.5", "0.3"])},
        {"times_column": "share"}, {"per": "staff"}, {"scale": {"from": rnd.choice(["3", "7"]), "to": "1"}},
        {"round": {"places": rnd.choice(["0", "1"]), "mode": rnd.choice(["half_up", "down"])}},
        {"share_of_best": str(min(full, 50))},
        {"points_by_rank": {"places": {"1": str(min(full, 50)), "2": "3"}, "after": "1", "lowest_first": lowest_first}},
    ]  # fmt: skip
    found = [rnd.choice(some + first * steps), *([rnd.choice(some)] if rnd.random() < 0.4 else [])]
    return (
        [*found, {"cap": str(full)}]
        if any(kind in step for step in found for kind in ("per", "times_column"))
        else found
    )
