"""The plan file as a plain tree: mappings, lists and text, addressed by dotted paths.

A path is the path in the file; an element of a list is named by its `id`: `components.client.ratings.few.below`. Ids
may hold dots, so the longest id that fits is taken.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Tree = dict[str, Any]
Step = str | int


class NoSuchPath(KeyError):
    """The path leaves the tree at `at`; `known` are the names that stand there."""

    def __init__(self, at: str, known: list[str]) -> None:
        super().__init__(at)
        self.at, self.known = at, known


def locate(tree: Any, path: str) -> list[Step]:
    """Keys and positions that lead to `path`; the last key of a mapping need not exist yet.

    Raises: NoSuchPath.
    """
    steps: list[Step] = []
    rest = path.split(".")
    while rest:
        known = _steps_by_name(tree)
        used = next((used for used in range(len(rest), 0, -1) if ".".join(rest[:used]) in known), 0)
        if not used and isinstance(tree, dict) and len(rest) == 1:
            return [*steps, rest[0]]
        if not used:
            raise NoSuchPath(rest[0], list(known))
        steps.append(known[".".join(rest[:used])])
        tree, rest = tree[steps[-1]], rest[used:]
    return steps


def _steps_by_name(tree: Any) -> dict[str, Step]:
    if isinstance(tree, dict):
        return dict(zip(tree, tree, strict=True))
    if isinstance(tree, list):
        places: dict[str, Step] = {str(place): place for place in range(len(tree))}
        named = ((item["id"], place) for place, item in enumerate(tree) if isinstance(item, dict) and "id" in item)
        return places | dict(named)
    return {}


def patched(tree: Tree, patch: dict[str, Any]) -> Tree:
    """A copy of the tree in which each path of the patch holds its value. Raises: NoSuchPath."""
    copy = deepcopy(tree)
    for path, value in patch.items():
        *way, last = locate(copy, path)
        node: Any = copy
        for step in way:
            node = node[step]
        node[last] = deepcopy(value)
    return copy


def spelled(tree: Any, steps: tuple[Step, ...]) -> str:
    """A position in the tree as the path a person would write."""
    words: list[str] = []
    for step in steps:
        node: Any = tree[step] if _has_step(tree, step) else None
        by_id = isinstance(tree, list) and isinstance(node, dict) and "id" in node
        words.append(str(node["id"] if by_id and node else step))
        tree = node
    return ".".join(words)


def _has_step(tree: Any, step: Step) -> bool:
    if isinstance(tree, dict):
        return step in tree
    return isinstance(tree, list) and isinstance(step, int) and step < len(tree)


def differing(one: Any, other: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two trees differ: the path as a person would write it, and what stands there in each; None for nothing.

    Elements of lists are told apart by their ids; the same elements in another order differ as a whole.
    """
    here, there = _items_by_name(one), _items_by_name(other)
    if here is None or there is None or type(one) is not type(other):
        if one != other:
            yield at, one, other
        return
    common = [name for name in here if name in there]
    if common != [name for name in there if name in here] and isinstance(one, list):
        yield at, one, other
    for name in dict.fromkeys((*here, *there)):
        yield from differing(here.get(name), there.get(name), f"{at}.{name}" if at else name)


def _items_by_name(tree: Any) -> dict[str, Any] | None:
    """What a mapping or list holds by name; None of anything else, and of lists without ids that say one thing."""
    if isinstance(tree, dict):
        return tree
    if isinstance(tree, list) and tree and all(isinstance(item, dict) and "id" in item for item in tree):
        return {str(item["id"]): item for item in tree}
    return None
