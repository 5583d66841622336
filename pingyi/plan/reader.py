"""A plan file → a `Plan`, or all of its faults at once.

YAML gives structure, line numbers and nothing else: every scalar stays text (only null, true and false are themselves),
keys must not repeat, anchors and aliases are refused, so that an alias or a deep nest costs what its text costs. What
the text means is said by the language, `pingyi.plan`.
"""

import re
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

from pingyi.common.faults import Fault, PlanFaults, nearest
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.tree import NoSuchPath, Step, Tree, locate, patched, spelled
from pingyi.rules.base import models_in

LARGEST = 256 * 1024
DEEPEST = 30
"""Bytes and nesting of a plan file; real ones stay far below."""

ODD = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no text has."""

NESTED = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST + 1}}}")
"""So many brackets one within the other that their reader would take long."""

NO_ALIAS = "方案文件不用锚点和别名（& 与 *）"
TOO_DEEP = f"嵌套不超过 {DEEPEST} 层"
CUT = "最后一行末尾没有换行，文件可能被截断；核对后在末尾加一个换行"

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

    def line_of(self, steps: tuple[Step, ...]) -> int:
        """The line of a position, or of the nearest position above it that the file has."""
        while steps not in self.lines and steps:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def add_fault(self, steps: tuple[Step, ...], found: str, wanted: str, near: str = "", clause: str = "") -> None:
        """Note a fault at a position."""
        line, path = self.line_of(steps), spelled(self.tree, steps)
        where = f"第 {line} 行 {_shorten_text(path)}".rstrip()
        found = _shorten_text(found)
        self.faults.append(Fault(self.name, where, found, wanted, near, clause, order=(line,)))

    def add_fault_in_line(self, line: int, found: str, wanted: str) -> None:
        """Note a fault in a line."""
        self.faults.append(Fault(self.name, f"第 {line} 行", found, wanted, order=(line,)))


def _shorten_text(text: str) -> str:
    return text if len(text) <= TOO_LONG else text[:TOO_LONG] + "……"


def read_plan(path: Path) -> Plan:
    """The plan of a file, complete and consistent, every reading's other answers included.

    Raises: PlanFaults with every fault, sorted by line.
    """
    return _checked_plan(read_file(path))


def read_patched(path: Path, patch: dict[str, Any]) -> Plan:
    """The plan of a file with some paths set to other values: a reading, or a what-if.

    Raises: PlanFaults, also where a path does not exist.
    """
    file = read_file(path)
    try:
        file.tree = patched(file.tree, patch)
    except NoSuchPath as lost:
        file.add_fault((), lost.at, "方案里没有这条路径", nearest(lost.at, lost.known))
    return _checked_plan(file)


def read_file(path: Path) -> PlanFile:
    """The file as a tree of text. Raises: PlanFaults where it is no YAML at all."""
    file = PlanFile(path.as_posix())
    try:
        text = _read_text(path)
        file.cut = _unended_line(text)
        node = _compose_nodes(text)
    except NoYaml as error:
        file.add_fault_in_line(error.line, "", error.wanted)
    else:
        tree = plain(file, node, ()) if node is not None else None
        if isinstance(tree, dict):
            file.tree = tree
            return file
        file.add_fault((), "", "应为一组“键: 值”，从 campaign 写起")
    raise PlanFaults(file.faults)


class NoYaml(Exception):
    """The file cannot be read at all: where, and what it should be."""

    def __init__(self, line: int, wanted: str) -> None:
        super().__init__(wanted)
        self.line, self.wanted = line, wanted


def _read_text(path: Path) -> str:
    """The text of a file. Raises: NoYaml."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise NoYaml(1, f"读不出来：{error.strerror or error}") from None
    if len(data) > LARGEST:
        raise NoYaml(1, f"文件太大，超过 {LARGEST // 1024} KB，不读；方案文件一般只有几十 KB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoYaml(data.count(b"\n", 0, error.start) + 1, "应为 UTF-8 编码的文本") from None
    if odd := ODD.search(text):
        raise NoYaml(text.count("\n", 0, odd.start()) + 1, f"有文本里不该有的字符（U+{ord(odd[0]):04X}），请删去")
    if nested := NESTED.search(text):
        raise NoYaml(text.count("\n", 0, nested.start()) + 1, TOO_DEEP)
    return text


def _unended_line(text: str) -> int:
    """The last line where it has no end; 0 where it has one."""
    return 0 if not text or text.endswith(("\n", "\r")) else len(text.splitlines())


def _compose_nodes(text: str) -> Node | None:
    """The YAML as nodes, with lines. Raises: NoYaml."""
    try:
        with warnings.catch_warnings(action="ignore"):
            node: Node | None = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NoYaml(line, f"不是合法的 YAML：{_describe_yaml_problem(error.problem or '')}") from None
    except RecursionError:
        raise NoYaml(_first_too_deep(text), TOO_DEEP) from None
    except (YAMLError, ValueError, LookupError) as error:
        raise NoYaml(1, f"不是合法的 YAML（{str(error)[:80]}）") from None
    return node


PROBLEMS = {
    "mapping values are not allowed": "这里不能再有冒号；值里有冒号的，把整个值放进引号",
    "could not find expected ':'": "缺少冒号",
    "found unexpected end of stream": "引号没有配对",
    "expected <block end>": "缩进没有对齐",
    "that cannot start any token": "值不能以这个字符开头；把整个值放进引号，缩进不用制表符",
    "expected ',' or": "括号里缺少逗号，或括号没有配对",
    "expected the node content": "括号没有配对，或冒号后面多了符号",
    "undefined alias": NO_ALIAS,
    "another document": "一个文件只写一个方案，不用 --- 分开",
}
"""What YAML says → how a person mends it."""


def _describe_yaml_problem(problem: str) -> str:
    """What is wrong with the YAML, with what its reader says of it."""
    said = next((words for part, words in PROBLEMS.items() if part in problem), "请核对这一行和上一行")
    return f"{said}（{problem[:80]}）"


def _first_too_deep(text: str) -> int:
    """The line in which the nesting gets too deep."""
    depth = 0
    for event in YAML(typ="rt", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return int(event.start_mark.line) + 1
    return 1


def plain(file: PlanFile, node: Node, steps: tuple[Step, ...]) -> Any:
    """The node as plain data; lines and faults are noted in passing."""
    file.lines[steps] = node.start_mark.line + 1
    if node.anchor or len(steps) > DEEPEST:
        file.add_fault(steps[:DEEPEST], str(node.anchor or ""), NO_ALIAS if node.anchor else TOO_DEEP)
        return None
    if isinstance(node, ScalarNode):
        return PLAIN.get(node.value, node.value) if node.style is None else node.value
    if isinstance(node, SequenceNode):
        return [plain(file, item, (*steps, place)) for place, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    return _plain_mapping(file, node, steps)


def _plain_mapping(file: PlanFile, node: MappingNode, steps: tuple[Step, ...]) -> Tree:
    tree: Tree = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if not isinstance(key, ScalarNode) or key.anchor:
            file.add_fault_in_line(line, "", NO_ALIAS if key.anchor else "键应为文字，不能是列表或另一组“键: 值”")
            continue
        if name in tree:
            file.add_fault_in_line(line, name, f"同一个键只能写一次，第 {first[name]} 行已有")
            continue
        first[name] = line
        tree[name] = plain(file, value, (*steps, name))
    return tree


def _checked_plan(file: PlanFile) -> Plan:
    plan = _consistent_plan(file)
    if plan is not None and not file.faults:
        for nth, reading in enumerate(plan.readings):
            for place, answer in enumerate(reading.otherwise):
                _check_answer(file, (nth, place), answer.patch)
    if file.cut:
        file.add_fault_in_line(file.cut, "", CUT)
    if plan is None or file.faults:
        raise PlanFaults(file.faults)
    return plan


def _consistent_plan(file: PlanFile) -> Plan | None:
    """The typed plan of a file, its inconsistencies noted; None where it has no type."""
    try:
        plan = Plan.model_validate(file.tree)
    except ValidationError as error:
        for one in error.errors():
            _add_typing_fault(file, dict(one))
        return None
    for thing in inconsistencies(plan) if not file.faults else ():
        file.add_fault(_steps_in_file(file.tree, thing.path), thing.found, thing.wanted, thing.near, thing.clause)
    return plan


def _steps_in_file(tree: Tree, path: str) -> tuple[Step, ...]:
    """The position of a path, or of the longest part of it that the file has."""
    words = path.split(".")
    for end in range(len(words), 1, -1):
        with suppress(NoSuchPath):
            return tuple(locate(tree, ".".join(words[:end])))
    return tuple(words[:1])


def _check_answer(file: PlanFile, at: tuple[int, int], patch: dict[str, Any]) -> None:
    """A reading's other answer must lead to a plan that is as whole as the official one."""
    steps: tuple[Step, ...] = ("readings", at[0], "otherwise", at[1], "patch")
    try:
        other = PlanFile(file.name, patched(file.tree, patch))
    except NoSuchPath as lost:
        file.add_fault(steps, lost.at, "方案里没有这条路径", nearest(lost.at, lost.known))
        return
    _consistent_plan(other)
    for fault in other.faults:
        file.add_fault(
            steps, "", f"按这个答案修改后，{re.sub('^第 [0-9]+ 行 ', '', fault.where)} 不成立：{fault.wanted}"
        )


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


def _add_typing_fault(file: PlanFile, error: dict[str, Any]) -> None:
    """One pydantic error as a fault in Chinese."""
    kind, context = error["type"], error.get("ctx", {})
    own = len(error["loc"]) - (kind == "extra_forbidden")
    loc = tuple(part for nth, part in enumerate(error["loc"]) if nth >= own or not _is_union_branch(part))
    found = error["input"] if isinstance(error["input"], str) else ""
    near = ""
    if kind == "extra_forbidden":
        found, near = str(loc[-1]), nearest(str(loc[-1]), _known_keys(Plan, loc[:-1]))
    wanted = WORDS.get(kind, "")
    if kind == "literal_error":
        wanted = "应为 " + re.sub("' or '|', '", "、", str(context["expected"])).strip("'") + " 之一"
        near = nearest(found, re.findall("'([^']*)'", str(context["expected"])))
    if kind == "value_error":
        wanted = str(context["error"])
    file.add_fault(loc, found, wanted or _describe_limits(context) or f"不合要求（{error['msg']}）", near)


def _is_union_branch(part: Step) -> bool:
    """Pydantic names the branch of a union in the path of an error; a person did not write it."""
    return isinstance(part, str) and ("[" in part or part in {"decimal", "str", "function-before", "constrained-str"})


def _describe_limits(context: dict[str, Any]) -> str:
    words = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于", "min_length": "至少有", "max_length": "至多有"}
    said = [f"{word} {context[key]}" for key, word in words.items() if key in context]
    return "应" + "、".join(said) if said else ""


def _known_keys(model: Any, loc: tuple[Step, ...]) -> list[str]:
    """The keys that the language knows at a position."""
    for step in loc:
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
            model = next(models_in(fields[str(step)]), None) if str(step) in fields else model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [info.alias or name for name, info in model.model_fields.items()]
