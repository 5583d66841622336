"""How much of the plan language the random plans reach: kinds, policies, and pairs of them in one plan.

What there is to reach comes from the language's own schema, not from the generator: every optional key of the parts
that score, and every word to choose from. Names, clauses and sentences move no mark and are left out, as is what is
asked of facts when they are read, or of a plan's words (see BESIDE).
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

from pingyi.plan.language_reference import plan_schema

DEEP = 12
"""Nested classes that are followed."""

SCORES = ("components", "standings", "lists", "bands", "outcomes", "effects", "units")
"""Sections of a plan that move marks, places, lists and consequences; shortlists are lists."""

WORDS = {"id", "name", "clause", "says", "until", "number", "numerator", "denominator", "unit", "columns", "of", "by"}
"""Keys that name or explain, or stand in every rule of their kind."""

BESIDE = {
    "components.marks.bands": "grades of raters, checked when marks are read",
    "components.marks.quota": "how many of each grade, checked when marks are read",
    "components.marks.one_each": "one mark of each body, checked when marks are read",
    "components.marks.decimals": "how finely marks are given, checked when marks are read",
    "components.ratings.channels.quota": "shares of channels, told when ratings are read",
    "components.ratings.groups_quota": "shares of groups, told when ratings are read",
    "components.events.problems": "problems beside deductions, compared in the report",
    "lists.decided": "who decides, when: words of the report",
    "lists.when.place": "refused: a place is not known before the list is drawn (spoiled plans have it)",
    "units.published": "sizes of the roster that the document prints, checked when it is read",
}
"""Keys that no score depends on, and why."""


Node = dict[str, Any]


def language() -> set[str]:
    """Every kind and policy there is: optional keys and choices, as paths from a plan's section."""
    return {path for path in _every(_schema(), "", 0) if _counts(path)}


def reached(plan: Node) -> set[str]:
    """The kinds and policies that occur in a plan."""
    return {path for path in _said(_schema(), plan, "") if _counts(path)}


def told(used: Counter[str], pairs: set[tuple[str, str]]) -> str:
    """How many kinds and pairs of kinds occurred, and what did not."""
    known = sorted(language())
    missing = [kind for kind in known if not used[kind]]
    every = set(combinations(known, 2))
    met = every & pairs
    lone = Counter(kind for pair in every - met for kind in pair)
    lines = [
        f"kinds and policies of the language: {len(known) - len(missing)} of {len(known)}; never: {missing or '–'}",
        f"pairs of them in one plan: {len(met)} of {len(every)} ({100 * len(met) / len(every):.1f} %)",
        "in most pairs that never met: " + ", ".join(f"{kind} {many}" for kind, many in lone.most_common(12)),
    ]
    return "\n".join(lines)


@cache
def _schema() -> Node:
    return json.loads(plan_schema())  # type: ignore[no-any-return]


def _options(node: Node) -> Iterator[Node]:
    """What a value may be: the classes, lists, maps and words that a part of the schema allows."""
    if "$ref" in node:
        yield from _options(_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]])
        return
    alternatives = [*node.get("anyOf", []), *node.get("oneOf", [])]
    for one in alternatives:
        yield from _options(one)
    if not alternatives:
        yield node


def _inside(option: Node, path: str) -> Iterator[tuple[str | None, str, Node]]:
    """The parts of a class (by key), of a map or a list (without key), each with its path."""
    for name, one in option.get("properties", {}).items():
        yield name, f"{path}.{'lists' if (name, path) == ('shortlists', '') else name}".lstrip("."), one
    if isinstance(option.get("additionalProperties"), dict):
        yield None, f"{path}.*", option["additionalProperties"]
    for one in [option["items"]] if isinstance(option.get("items"), dict) else []:
        yield None, path, one


def _optional(option: Node, name: str | None) -> bool:
    return name is not None and name not in option.get("required", []) and name not in WORDS


def _every(node: Node, path: str, depth: int) -> Iterator[str]:
    for option in _options(node):
        yield from (f"{path}={one}" for one in [*option.get("enum", []), option.get("const")] if one is not None)
        for name, here, one in _inside(option, path) if depth < DEEP else ():
            if _optional(option, name):
                yield here
            yield from _every(one, here, depth + 1)


def _said(node: Node, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict | list):
        yield f"{path}={value}"
        return
    for option in _options(node):
        for name, here, one in _inside(option, path):
            if name is not None and isinstance(value, dict) and name in value:
                if _optional(option, name):
                    yield here
                yield from _said(one, value[name], here)
            elif name is None:
                for part in value.values() if isinstance(value, dict) else value:
                    yield from _said(one, part, here)


def _counts(path: str) -> bool:
    section, beside = path.split(".")[0], (path.startswith((f"{other}.", f"{other}=")) for other in BESIDE)
    return section in SCORES and path not in (*BESIDE, section) and not any(beside)
