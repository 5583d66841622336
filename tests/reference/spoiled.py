"""Plans made wrong on purpose: one fault each, of every kind that must be refused before any fact is looked at."""

from collections.abc import Callable, Iterator
from typing import Any

Tree = dict[str, Any]
Fault = Callable[[Tree], Iterator[Callable[[], None]]]
"""Yields, for each place of a plan where the fault can be made, how to make it there."""


def _set(node: Tree, name: str, value: Any) -> Callable[[], None]:
    def make() -> None:
        node[name] = value

    return make


def _leaves(plan: Tree, kind: str) -> list[Tree]:
    return [one for one in plan["components"] if one.get(kind) is not None]


def _nodes(plan: Tree) -> list[Tree]:
    return [one for one in plan["components"] if one.get("of")]


def _many(plan: Tree, one: Tree) -> int:
    return len(plan["cycles"][one.get("per", "year")])


def _rules(plan: Tree) -> list[Tree]:
    return [*plan["shortlists"], *plan["lists"]]


def _everywhere(section: Callable[[Tree], list[Tree]], name: str, value: Any) -> Fault:
    return lambda plan: (_set(one, name, value) for one in section(plan))


def _components(plan: Tree) -> list[Tree]:
    return [one for one in plan["components"] if not one.get("outside")]


def _section(name: str) -> Callable[[Tree], list[Tree]]:
    return lambda plan: plan.get(name, [])  # type: ignore[no-any-return]


def _in_leaf(kind: str, name: str, value: Any) -> Fault:
    return lambda plan: (_set(one[kind], name, value) for one in _leaves(plan, kind))


def _steps(value: Any) -> Fault:
    return _everywhere(_components, "convert", value)


def _beyond_range(plan: Tree) -> Iterator[Callable[[], None]]:
    for one in _leaves(plan, "marks"):
        if one.get("full") and not one.get("each_cycle") and not one.get("convert"):
            yield _set(one["marks"], "range", ["0", "100000"])


def _beyond_base(plan: Tree) -> Iterator[Callable[[], None]]:
    for one in _leaves(plan, "events"):
        if one.get("full") and not one["each_cycle"] and not one["convert"]:
            yield lambda one=one: one["events"].update(base="5000", cap="5000")  # type: ignore[misc]


def _no_cap(plan: Tree) -> Iterator[Callable[[], None]]:
    for one in _leaves(plan, "events"):
        bare = one.get("full") and not one["each_cycle"] and not one["convert"]
        if bare and "cap" in one["events"] and any(id.endswith(".good") for id in one["events"]["items"]):
            yield lambda one=one: one["events"].pop("cap")  # type: ignore[misc]


def _no_full(plan: Tree) -> Iterator[Callable[[], None]]:
    return (lambda one=one: one.pop("full") for one in _leaves(plan, "ratings") if "full" in one)  # type: ignore[misc]


def _level_beyond(plan: Tree) -> Iterator[Callable[[], None]]:
    for one in _leaves(plan, "ratings"):
        yield _set(one["ratings"], "levels", one["ratings"]["levels"] | {next(iter(one["ratings"]["levels"])): "101"})


def _no_values(plan: Tree) -> Iterator[Callable[[], None]]:
    return (_set(one["ratings"], "levels", dict.fromkeys(one["ratings"]["levels"])) for one in _leaves(plan, "ratings"))


def _unread_cycle_full(plan: Tree) -> Iterator[Callable[[], None]]:
    for one in plan["components"]:
        pooled = (one.get("ratings") or {}).get("score_per") == "year"
        if one.get("over_cycles") in ("mean", "best", "last") or pooled:
            yield _set(one, "cycle_full", {cycle["id"]: "1" for cycle in plan["cycles"][one.get("per", "year")]})


def _wrong_weights(plan: Tree) -> Iterator[Callable[[], None]]:
    return (
        _set(one, "cycle_full", dict.fromkeys(one["cycle_full"], "0.7"))
        for one in plan["components"]
        if one.get("over_cycles") == "weights"
    )


def _no_cycle_full(plan: Tree) -> Iterator[Callable[[], None]]:
    return (
        lambda one=one: one.pop("cycle_full")
        for one in _leaves(plan, "ratings")
        if one.get("over_cycles") == "sum" and one.get("cycle_full")
    )  # type: ignore[misc]


def _weight_sum(plan: Tree) -> Iterator[Callable[[], None]]:
    return (_set(one, "weight", "0.95") for one in plan["components"] if one.get("weight"))


def _weight_gone(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        parts = [one for one in plan["components"] if one["id"] in node["of"] and one.get("weight")]
        if len(parts) > 1:
            yield lambda parts=parts: parts[0].pop("weight")  # type: ignore[misc]


def _full_sum(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        weighed = any(one.get("weight") for one in plan["components"] if one["id"] in node["of"])
        if node.get("full") and not weighed:
            yield _set(node, "full", "7777")


def _unlike_without_full(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        parts = [one for one in plan["components"] if one["id"] in node["of"] and one.get("weight")]
        if node.get("full") and len({str(one.get("full")) for one in parts}) > 1:
            yield lambda node=node: node.pop("full")  # type: ignore[misc]


def _spread_over_once(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        parts = [one for one in plan["components"] if one["id"] in node["of"] and not one.get("outside")]
        once = [one for one in parts if _many(plan, one) == 1 or (one.get("ratings") or {}).get("score_per") == "year"]
        if _many(plan, node) > 1 and once:
            yield _set(node, "missing", "spread")


def _import_in_cycles(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        if _many(plan, node) > 1:
            yield from (
                _set(one, "imported", {"system": "卫健"})
                for one in plan["components"]
                if one["id"] in node["of"] and not one.get("outside")
            )


def _crossing_cycles(plan: Tree) -> Iterator[Callable[[], None]]:
    for node in _nodes(plan):
        parts = [one for one in plan["components"] if one["id"] in node["of"]]
        if node.get("per") == "half" and any(
            one.get("per") == "quarter" and (one.get("ratings") or {}).get("score_per") != "year" for one in parts
        ):
            early = [
                plan["cycles"]["half"][0] | {"to": "2020-05-15"},
                plan["cycles"]["half"][1] | {"from": "2020-05-16"},
            ]
            yield _set(plan["cycles"], "half", early)


def _place_in_when(plan: Tree) -> Iterator[Callable[[], None]]:
    return (_set(one, "when", {"place": {"up_to": "2"}}) for one in _rules(plan))


def _quota_within(plan: Tree) -> Iterator[Callable[[], None]]:
    return (_set(one, "within", ["management"]) for one in _rules(plan) if one.get("quota"))


def _circle(plan: Tree) -> Iterator[Callable[[], None]]:
    first = plan["lists"][0]["id"]
    ranked = next(one["of"] for one in plan["standings"] if one["id"] == plan["lists"][0]["by"])
    return (_set(one, "listed", [first]) for one in plan["components"] if one["id"] == ranked and not one.get("listed"))


def _twice(plan: Tree) -> Iterator[Callable[[], None]]:
    for section in ("components", "standings", "lists", "outcomes"):
        if plan.get(section):
            yield lambda section=section: plan[section].append(dict(plan[section][0]))  # type: ignore[misc]


def _tie_first(plan: Tree) -> Iterator[Callable[[], None]]:
    return (_set(one, "ties", [plan["components"][0]["id"]]) for one in plan["standings"])


FAULTS: dict[str, Fault] = {
    "column of for": _everywhere(_components, "for", {"catgory": "站所"}),
    "value of for": _everywhere(_components, "for", {"category": "站"}),
    "column of imported": _everywhere(_components, "imported", {"sytem": "卫健"}),
    "value of imported": _everywhere(_components, "imported", {"system": "卫建"}),
    "column of per": _steps([{"per": "staf"}]),
    "column of times_column": _steps([{"times_column": "shar"}]),
    "cycles of per": _everywhere(_components, "per", "halves"),
    "category of full": _everywhere(_components, "full", {"机": "10"}),
    "column of markers": _in_leaf("marks", "markers", {"部门": {"weight": "1", "for": {"catgory": "站所"}}}),
    "category of groups": _in_leaf("ratings", "groups", {"a": {"机": "1"}, "b": "1"}),
    "child": lambda plan: (_set(one, "of", [*one["of"], "x0"]) for one in _nodes(plan)),
    "listed": _everywhere(_components, "listed", ["名单"]),
    "standing of list": _everywhere(_rules, "by", "ranks"),
    "pool of list": _everywhere(_rules, "from", ["unit"]),
    "within of list": lambda plan: (_set(one, "within", ["townships"]) for one in _rules(plan) if not one.get("quota")),
    "within of standing": _everywhere(_section("standings"), "within", ["catgory"]),
    "of standing": _everywhere(_section("standings"), "of", "totl"),
    "votes tie": _everywhere(_section("standings"), "ties", [{"votes": "很满意", "better": "more"}, "share"]),
    "tie key": _everywhere(_section("standings"), "ties", ["totl", "share"]),
    "column of when": _everywhere(_rules, "when", {"units": {"catgory": "站所"}}),
    "value of when": _everywhere(_rules, "when", {"units": {"management": "双"}}),
    "marks of when": _everywhere(_rules, "when", {"marks": {"totl": {"from": "1"}}}),
    "grade of when": _everywhere(_rules, "when", {"grade": ["优"]}),
    "running of when": _everywhere(_rules, "when", {"running": {"list": "名单", "years": "2"}}),
    "column of provided": _everywhere(_rules, "provided", {"units": {"catgory": "站所"}}),
    "grade of provided": _everywhere(_rules, "provided", {"grade": ["优"]}),
    "running of provided": _everywhere(_rules, "provided", {"running": {"list": "名单", "years": "2"}}),
    "also": _everywhere(_rules, "also", {"listed": "名单"}),
    "leave_out_direct_of": _everywhere(_rules, "leave_out_direct_of", ["名单"]),
    "quota value": lambda plan: (
        _set(one, "quota", {"by": "category", "take": {"机": "1"}}) for one in _rules(plan) if one.get("quota")
    ),
    "quota column": lambda plan: (
        _set(one, "quota", {"by": "catgory", "take": {"机关": "1"}}) for one in _rules(plan) if one.get("quota")
    ),
    "marks of an outcome": _everywhere(_section("outcomes"), "when", {"marks": {"totl": {"from": "1"}}}),
    "marks of unless": _everywhere(_section("outcomes"), "unless", {"marks": {"totl": {"from": "1"}}}),
    "column of unless": _everywhere(_section("outcomes"), "unless", {"units": {"catgory": "站所"}}),
    "list of an outcome": _everywhere(_section("outcomes"), "list", "名单"),
    "effect of an outcome": _everywhere(_section("outcomes"), "effect", "分数"),
    "leave_out of an outcome": _everywhere(_section("outcomes"), "leave_out", ["名单"]),
    "of bands": _everywhere(_section("bands"), "of", "totl"),
    "bands twice": _everywhere(_section("bands"), "names", {"优": "1", "良": "1"}),
    "bands never reached": _everywhere(_section("bands"), "names", {"优": "999999", "良": "1"}),
    "exempt": lambda plan: iter([_set(plan["units"], "exempt", {"listed": "名单", "years": "1"})]),
    "scale from 0": _steps([{"scale": {"from": "0", "to": "1"}}]),
    "per_point of 0": _steps([{"per_point": {"full": "1", "target": "1", "points": "1", "of": "0"}}]),
    "share_of_best 0": _steps([{"share_of_best": "0"}]),
    "gap in points by rank": _steps([{"points_by_rank": {"places": {"1": "2", "3": "1"}, "after": "0"}}]),
    "a step twice": _steps([{"steps": [[None, "0"], ["1", "1"], ["1", "2"]]}]),
    "a step never reached": lambda plan: (
        _set(one, "convert", [{"cap": "1"}, {"steps": [[None, "0"], ["2", "1"]]}]) for one in _leaves(plan, "marks")
    ),
    "below the lowest step": lambda plan: (
        _set(one, "convert", [{"steps": [["1", "1"]]}]) for one in _leaves(plan, "marks")
    ),
    "condition never met": lambda plan: (
        _set(one, "when", {"marks": {leaf["id"]: {"above": "999999"}}})
        for one in plan["lists"]
        for leaf in _leaves(plan, "marks")
        if not leaf.get("imported") and not leaf.get("listed")
    ),
    "trim of the whole": _in_leaf("marks", "trim", {"top": "50%", "bottom": "50%"}),
    "range beyond full marks": _beyond_range,
    "base beyond full marks": _beyond_base,
    "floor above cap": lambda plan: (
        lambda one=one: one["events"].update(cap="-3", floor="-2") for one in _leaves(plan, "events")
    ),  # type: ignore[misc]
    "earns without a cap": _no_cap,
    "quota of bands without a marker": lambda plan: (
        lambda one=one: one["marks"].update(
            markers={"部门": "2", "乡镇": "1"}, bands={"好": ["1", "2"]}, quota={"up_to": "1", "each_at_most": "1"}
        )
        for one in _leaves(plan, "marks")
    ),  # type: ignore[misc]
    "ratings without full": _no_full,
    "a level beyond out_of": _level_beyond,
    "no level has a value": _no_values,
    "groups of both kinds": _in_leaf("ratings", "groups", {"a": "1", "b": None}),
    "few without a way": _in_leaf("ratings", "few", {"below": "3"}),
    "few with two ways": _in_leaf("ratings", "few", {"below": "3", "own_share": "0.3", "then": "flag"}),
    "cycle_full unread": _unread_cycle_full,
    "weights of cycles": _wrong_weights,
    "no cycle_full": _no_cycle_full,
    "weights do not add up": _weight_sum,
    "a child without weight": _weight_gone,
    "full marks do not add up": _full_sum,
    "weights over unlike full marks": _unlike_without_full,
    "unmeasured on a node": lambda plan: (_set(one, "unmeasured", "full") for one in _nodes(plan)),
    "spread over a child scored once": _spread_over_once,
    "import inside cycles": _import_in_cycles,
    "cycles that cross": _crossing_cycles,
    "a place in when": _place_in_when,
    "quota within groups": _quota_within,
    "a circle": _circle,
    "an id twice": _twice,
    "ties undecided": _tie_first,
}
