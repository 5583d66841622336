"""Every small change that a statement could suffer: a predicate dropped, a comparison turned, a join changed …"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pingyi.scoring import script

FOLDERS = ("roster", "tally", "marks", "transformations", "aggregations", "ranking", "outcomes", "work")
"""Folders of statements that score; checks, published tables and loading have tests of their own."""

SINGLE = ("conditions", "macros")
"""Files beside the folders."""


@dataclass(frozen=True)
class Change:
    """One changed statement. name: the file; line: from 1; text: the whole file as changed."""

    name: str
    line: int
    kind: str
    before: str
    after: str
    text: str

    @property
    def key(self) -> str:
        """What it is known by, wherever its line stands."""
        return f"{self.name}.sql {self.kind}: {self.before.strip()} → {self.after.strip() or '(dropped)'}"

    def __str__(self) -> str:
        return f"{self.key} (line {self.line})"


def every_change() -> list[Change]:
    """All changes of all files, in a fixed order."""
    found = [f"{folder}/{name}" for folder in FOLDERS for name in _files(folder)] + list(SINGLE)
    return [change for name in found for change in changes(name, script.text(name))]


def _files(folder: str) -> list[str]:
    roots = [root / folder for root in (script.SQL, script.RULES)]
    found = (path.relative_to(root).with_suffix("") for root in roots for path in root.rglob("*.sql"))
    return sorted(path.as_posix() for path in found)


def changes(name: str, text: str) -> Iterator[Change]:
    """The changes of one file: words turned within a line, and lines left out."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        code = line.split("--")[0]
        for kind, after in _turned(code):
            yield _made(name, lines, at, at + 1, kind, after)
        for kind, drop in DROPPED.items():
            end = drop(lines, at)
            if end > at:
                yield _made(name, lines, at, end, kind, None)


def _made(name: str, lines: list[str], start: int, end: int, kind: str, after: str | None) -> Change:
    left = [*lines[:start], *([] if after is None else [after]), *lines[end:]]
    return Change(name, start + 1, kind, " ".join(map(str.strip, lines[start:end])), after or "", "\n".join(left))


TURNED: list[tuple[str, str, Callable[[re.Match[str]], str]]] = [
    ("comparison", r"(?<= )(<=|>=|<>|<|>|=)(?= )", lambda m: COMPARISONS[m[0]]),
    ("join", r"\b(left|inner|anti|semi) join\b", lambda m: f"{JOINS[m[1]]} join"),
    ("aggregate", r"\b(sum|min|max|bool_and|bool_or|arg_max|arg_min)(?=\()", lambda m: AGGREGATES[m[0]]),
    ("distinct", r"\bcount\(distinct ", lambda m: "count("),
    ("rank", r"(?<![a-z_])rank\(\)", lambda m: "dense_rank()"),
    ("extreme", r"\b(greatest|least)(?=\()", lambda m: "least" if m[0] == "greatest" else "greatest"),
    ("order", r" desc\b", lambda m: ""),
    ("nulls", r"\bnulls last\b", lambda m: "nulls first"),
    ("negation", r"\bnot (?!exists|materialized)", lambda m: ""),
    ("existence", r"\bnot exists\b", lambda m: "exists"),
    ("sign", r"(?<= )[+-](?= )", lambda m: "-" if m[0] == "+" else "+"),
    ("default", r"\bcoalesce\(([\w.]+), [\w.']+\)", lambda m: m[1]),
    ("connective", r"(?<= )(and|or)(?= )", lambda m: "or" if m[0] == "and" else "and"),
]
"""Words that are turned into another, each where it stands."""

COMPARISONS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "=": "<>", "<>": "="}
JOINS = {"left": "inner", "inner": "left", "anti": "semi", "semi": "anti"}
AGGREGATES = {
    "sum": "max",
    "max": "min",
    "min": "max",
    "bool_and": "bool_or",
    "bool_or": "bool_and",
    "arg_max": "arg_min",
    "arg_min": "arg_max",
}


def _turned(code: str) -> Iterator[tuple[str, str]]:
    """Each word of a line that can be turned, with the line that results."""
    for kind, pattern, other in TURNED:
        for match in re.finditer(pattern, code):
            yield kind, code[: match.start()] + other(match) + code[match.end() :]


def _predicate(lines: list[str], at: int) -> int:
    """The end of a further condition (`and …`) that begins in a line; the line itself where there is none."""
    return _end_of_part(lines, at) if re.match(r"\s+(and|or) ", lines[at]) else at


def _branch_of_case(lines: list[str], at: int) -> int:
    return _end_of_part(lines, at) if re.match(r"\s+when ", lines[at]) else at


def _end_of_part(lines: list[str], at: int) -> int:
    """Where the brackets that a line opens are closed again, and what is set in deeper below it ends."""
    depth, end = 0, at
    while end < len(lines):
        code = lines[end].split("--")[0]
        depth += code.count("(") - code.count(")")
        end += 1
        if depth < 0:
            return at
        if depth == 0 and (end == len(lines) or _indent(lines[end]) <= _indent(lines[at])):
            return end
    return at


def _branch_of_union(lines: list[str], at: int) -> int:
    """The end of what a union adds: up to the next union, or to the end of its bracket or statement."""
    if lines[at].strip() not in ("union all", "union"):
        return at
    end, indent = at + 1, _indent(lines[at])
    while end < len(lines) and lines[end].strip() not in ("union all", "union") and _indent(lines[end]) >= indent:
        if indent == 0 and not lines[end].strip():
            break
        end += 1
    return end


def _whole_filter(lines: list[str], at: int) -> int:
    """A condition that stands alone after `where`."""
    alone = re.match(r"\s*where \S", lines[at]) and not (
        at + 1 < len(lines) and re.match(r"\s+(and|or) ", lines[at + 1])
    )
    return _end_of_part(lines, at) if alone else at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else -1


DROPPED: dict[str, Callable[[list[str], int], int]] = {
    "predicate dropped": _predicate,
    "branch of case dropped": _branch_of_case,
    "branch of union dropped": _branch_of_union,
    "filter dropped": _whole_filter,
}
"""What may be left out of a statement, from a line to the line that is returned."""
