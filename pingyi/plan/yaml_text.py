"""The bytes of a YAML file → its text and its nodes with their lines, within bounds, or what is wrong with it.

Nothing is built from the nodes here: an alias or a deep nest costs what its text costs.
"""

import re
import warnings
from pathlib import Path

from ruamel.yaml import YAML, Node
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

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


class NoYaml(Exception):
    """The file cannot be read at all: where, and what it should be."""

    def __init__(self, line: int, wanted: str) -> None:
        super().__init__(wanted)
        self.line, self.wanted = line, wanted


def text_of(path: Path) -> str:
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


def cut_in(text: str) -> int:
    """The last line where it has no end; 0 where it has one."""
    return 0 if not text or text.endswith(("\n", "\r")) else len(text.splitlines())


def composed(text: str) -> Node | None:
    """The YAML as nodes, with lines. Raises: NoYaml."""
    try:
        with warnings.catch_warnings(action="ignore"):
            node: Node | None = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NoYaml(line, f"不是合法的 YAML：{_in_chinese(error.problem or '')}") from None
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


def _in_chinese(problem: str) -> str:
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
