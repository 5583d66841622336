"""A plan file → a `Plan`, or all of its faults at once.

YAML gives structure, line numbers and nothing else: every scalar stays text (only null, true and false are themselves),
keys must not repeat, anchors and aliases are refused. What the text means is said by the language, `pingyi.plan`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import MappingNode, Node, ScalarNode, SequenceNode

from pingyi.common.faults import Fault, PlanFaults, nearest
from pingyi.plan import Plan
from pingyi.plan.consistency import Inconsistency, inconsistencies
from pingyi.plan.tree import NoSuchPath, Step, Tree, locate, patched, spelled
from pingyi.plan.yaml_text import CUT, DEEPEST, NO_ALIAS, TOO_DEEP, NoYaml, composed, cut_in, text_of

TOO_LONG = 120
"""Characters of a value or a path that a message repeats."""

PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass
class PlanFile:
    """A plan file read as a tree, with the line of every position and the faults met on the way.

    cut: the last line where it has no end, else 0.
    """

    name: str
    tree: Tree = field(default_factory=dict)
    lines: dict[tuple[Step, ...], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    cut: int = 0

    def line(self, steps: tuple[Step, ...]) -> int:
        """The line of a position, or of the nearest position above it that the file has."""
        while steps not in self.lines and steps:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def add(self, steps: tuple[Step, ...], found: str, wanted: str, near: str = "", clause: str = "") -> None:
        """Note a fault at a position."""
        line, path = self.line(steps), spelled(self.tree, steps)
        where = f"第 {line} 行 {_shortened(path)}".rstrip()
        found = _shortened(found)
        self.faults.append(Fault(self.name, where, found, wanted, near, clause, order=(line,)))

    def at(self, line: int, found: str, wanted: str) -> None:
        """Note a fault in a line."""
        self.faults.append(Fault(self.name, f"第 {line} 行", found, wanted, order=(line,)))


def _shortened(text: str) -> str:
    return text if len(text) <= TOO_LONG else text[:TOO_LONG] + "……"


def read_plan(path: Path) -> Plan:
    """The plan of a file, complete and consistent, every reading's other answers included.

    Raises: PlanFaults with every fault, sorted by line.
    """
    return _checked(read_file(path))


def read_patched(path: Path, patch: dict[str, Any]) -> Plan:
    """The plan of a file with some paths set to other values: a reading, or a what-if.

    Raises: PlanFaults, also where a path does not exist.
    """
    file = read_file(path)
    try:
        file.tree = patched(file.tree, patch)
    except NoSuchPath as lost:
        file.add((), lost.at, "方案里没有这条路径", nearest(lost.at, lost.known))
    return _checked(file)


def read_file(path: Path) -> PlanFile:
    """The file as a tree of text. Raises: PlanFaults where it is no YAML at all."""
    file = PlanFile(path.as_posix())
    try:
        text = text_of(path)
        file.cut = cut_in(text)
        node = composed(text)
    except NoYaml as error:
        file.at(error.line, "", error.wanted)
    else:
        tree = plain(file, node, ()) if node is not None else None
        if isinstance(tree, dict):
            file.tree = tree
            return file
        file.add((), "", "应为一组“键: 值”，从 campaign 写起")
    raise PlanFaults(file.faults)


def plain(file: PlanFile, node: Node, steps: tuple[Step, ...]) -> Any:
    """The node as plain data; lines and faults are noted in passing."""
    file.lines[steps] = node.start_mark.line + 1
    if node.anchor or len(steps) > DEEPEST:
        file.add(steps[:DEEPEST], str(node.anchor or ""), NO_ALIAS if node.anchor else TOO_DEEP)
        return None
    if isinstance(node, ScalarNode):
        return PLAIN.get(node.value, node.value) if node.style is None else node.value
    if isinstance(node, SequenceNode):
        return [plain(file, item, (*steps, place)) for place, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    return _mapping(file, node, steps)


def _mapping(file: PlanFile, node: MappingNode, steps: tuple[Step, ...]) -> Tree:
    tree: Tree = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if not isinstance(key, ScalarNode) or key.anchor:
            file.at(line, "", NO_ALIAS if key.anchor else "键应为文字，不能是列表或另一组“键: 值”")
            continue
        if name in tree:
            file.at(line, name, f"同一个键只能写一次，第 {first[name]} 行已有")
            continue
        first[name] = line
        tree[name] = plain(file, value, (*steps, name))
    return tree


def _checked(file: PlanFile) -> Plan:
    plan = _whole(file)
    if plan is not None and not file.faults:
        for nth, reading in enumerate(plan.readings):
            for place, answer in enumerate(reading.otherwise):
                _check_answer(file, (nth, place), answer.patch)
    if file.cut:
        file.at(file.cut, "", CUT)
    if plan is None or file.faults:
        raise PlanFaults(file.faults)
    return plan


def _whole(file: PlanFile) -> Plan | None:
    """The typed plan of a file, its inconsistencies noted; None where it has no type."""
    plan = _typed(file)
    if plan is not None and not file.faults:
        for thing in inconsistencies(plan):
            _note(file, thing)
    return plan


def _note(file: PlanFile, thing: Inconsistency) -> None:
    file.add(_steps(file.tree, thing.path), thing.found, thing.wanted, thing.near, thing.clause)


def _steps(tree: Tree, path: str) -> tuple[Step, ...]:
    """The position of a path, or of the longest part of it that the file has."""
    words = path.split(".")
    for end in range(len(words), 1, -1):
        try:
            return tuple(locate(tree, ".".join(words[:end])))
        except NoSuchPath:
            continue
    return tuple(words[:1])


def _check_answer(file: PlanFile, at: tuple[int, int], patch: dict[str, Any]) -> None:
    """A reading's other answer must lead to a plan that is as whole as the official one."""
    steps: tuple[Step, ...] = ("readings", at[0], "otherwise", at[1], "patch")
    try:
        other = PlanFile(file.name, patched(file.tree, patch))
    except NoSuchPath as lost:
        file.add(steps, lost.at, "方案里没有这条路径", nearest(lost.at, lost.known))
        return
    _whole(other)
    for fault in other.faults:
        file.add(steps, "", f"按这个答案修改后，{re.sub('^第 [0-9]+ 行 ', '', fault.where)} 不成立：{fault.wanted}")


def _typed(file: PlanFile) -> Plan | None:
    try:
        return Plan.model_validate(file.tree)
    except ValidationError as error:
        for one in error.errors():
            _tell(file, dict(one))
        return None


WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个键",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "tuple_type": "应为两个数的列表",
    "dict_type": "应为一组“键: 值”",
    "model_type": "应为一组“键: 值”",
    "decimal_type": "应为一个数",
    "date_type": "应为日期，写作 2020-04-20",
    "string_pattern_mismatch": "不能为空，也不能含空格、冒号和逗号",
}


def _tell(file: PlanFile, error: dict[str, Any]) -> None:
    """One pydantic error as a fault in Chinese."""
    kind, context = error["type"], error.get("ctx", {})
    own = len(error["loc"]) - (kind == "extra_forbidden")
    loc = tuple(part for nth, part in enumerate(error["loc"]) if nth >= own or not _is_branch(part))
    found = error["input"] if isinstance(error["input"], str) else ""
    near = ""
    if kind == "extra_forbidden":
        found, near = str(loc[-1]), nearest(str(loc[-1]), _keys(Plan, loc[:-1]))
    wanted = WORDS.get(kind, "")
    if kind == "literal_error":
        wanted = "应为 " + re.sub("' or '|', '", "、", str(context["expected"])).strip("'") + " 之一"
        near = nearest(found, re.findall("'([^']*)'", str(context["expected"])))
    if kind == "value_error":
        wanted = str(context["error"])
    file.add(loc, found, wanted or _limits(context) or f"不合要求（{error['msg']}）", near)


def _is_branch(part: Step) -> bool:
    """Pydantic names the branch of a union in the path of an error; a person did not write it."""
    return isinstance(part, str) and ("[" in part or part in {"decimal", "str", "function-before", "constrained-str"})


def _limits(context: dict[str, Any]) -> str:
    words = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于", "min_length": "至少有", "max_length": "至多有"}
    said = [f"{word} {context[key]}" for key, word in words.items() if key in context]
    return "应" + "、".join(said) if said else ""


def _keys(model: Any, loc: tuple[Step, ...]) -> list[str]:
    """The keys that the language knows at a position."""
    for step in loc:
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
            model = _inner(fields[str(step)]) if str(step) in fields else model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [info.alias or name for name, info in model.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """The model inside list[Model], dict[str, Model], Model | None …"""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _inner(arg)) is not None), None)
